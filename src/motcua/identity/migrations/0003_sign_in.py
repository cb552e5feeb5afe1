"""What signing in keeps: when a person was verified, what a token vouches for, and the table of the cache.

Tokens from before were given at the console of the server, by whoever vouched for the person: they keep
what they could do.
"""

from django.db import migrations, models

CACHE = """
CREATE TABLE kept_shortly (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX kept_shortly_expires ON kept_shortly (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_desk")]

    operations = [
        migrations.AddField("person", "verified_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "token",
            "level",
            models.PositiveSmallIntegerField(default=2),
            preserve_default=False,
        ),
        migrations.AddField(
            "token", "has_second_factor", models.BooleanField(default=True), preserve_default=False
        ),
        migrations.AddConstraint(
            "token",
            models.CheckConstraint(condition=models.Q(level__lte=2), name="token_level"),
        ),
        migrations.RunSQL(CACHE, "DROP TABLE kept_shortly"),
    ]
