import django.db.models.deletion
from django.db import migrations, models

# What "append-only" means for the places of entries; a place that could change would be a second history.
FORWARD = """
CREATE FUNCTION transparency_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the public log is append-only: leaf % cannot be changed or removed', OLD.index
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER leaf_append_only BEFORE UPDATE OR DELETE ON transparency_leaf
    FOR EACH ROW EXECUTE FUNCTION transparency_refuse_move();
"""
BACKWARD = """
DROP TRIGGER leaf_append_only ON transparency_leaf;
DROP FUNCTION transparency_refuse_move();
"""


class Migration(migrations.Migration):
    """Entries that are there already take their places from the start, by the sequencer."""

    dependencies = [("transparency", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField()),
                ("sequenced_at", models.DateTimeField()),
                ("hash", models.BinaryField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="transparency.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("index__gte", 0)), name="leaf_index_from_zero"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
