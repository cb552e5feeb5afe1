"""A look tells of those too who stand in what others wrote: by their number, since some were never here."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0004_rights")]
    operations = [
        migrations.AddField(
            "look",
            "named",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=14), db_default=[], size=None
            ),
        ),
        migrations.AddIndex(
            "look",
            django.contrib.postgres.indexes.GinIndex(fields=["named"], name="look_of_number"),
        ),
    ]
