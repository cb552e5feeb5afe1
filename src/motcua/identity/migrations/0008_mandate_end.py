from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("identity", "0007_mergers")]

    operations = [
        migrations.AddField(
            "mandate", "revoked_why", models.CharField(blank=True, db_default="", max_length=300)
        ),
    ]
