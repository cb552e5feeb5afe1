"""The person may have the use of a case restricted."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_counts")]
    operations = [
        migrations.AddField("case", "restricted_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["applicant", "authority"],
                condition=Q(restricted_at__isnull=False),
                name="case_restricted",
            ),
        ),
    ]
