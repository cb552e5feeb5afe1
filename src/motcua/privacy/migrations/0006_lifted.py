"""What was granted until further notice can be lifted again."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("privacy", "0005_named")]
    operations = [
        migrations.RemoveConstraint("request", "request_over_has_moment"),
        migrations.AddConstraint(
            "request",
            models.CheckConstraint(
                condition=Q(state__in=["filed", "taken_up"], ended_at=None)
                | Q(
                    state__in=["granted", "refused", "withdrawn", "lifted"],
                    ended_at__isnull=False,
                ),
                name="request_over_has_moment",
            ),
        ),
    ]
