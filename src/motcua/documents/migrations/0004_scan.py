from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_sealed")]
    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="scan",
            field=models.CharField(
                choices=[
                    ("unscanned", "Unscanned"),
                    ("waiting", "Waiting"),
                    ("clean", "Clean"),
                    ("infected", "Infected"),
                ],
                default="unscanned",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="storedfile", name="scanned_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(
                condition=Q(scan__in=["unscanned", "waiting"], scanned_at=None)
                | Q(scan__in=["clean", "infected"], scanned_at__isnull=False),
                name="file_scanned_has_moment",
            ),
        ),
    ]
