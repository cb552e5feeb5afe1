from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("identity", "0008_ends_stay")]

    operations = [
        migrations.AddField(
            "mandate", "revoked_why", models.CharField(blank=True, db_default="", max_length=300)
        ),
    ]
