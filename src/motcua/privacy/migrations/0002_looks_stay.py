"""A look stays as it was written: the database lets it be sealed, once, and nothing else."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION privacy_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.entry_id IS NULL AND NEW.entry_id IS NOT NULL THEN
        OLD.entry_id := NEW.entry_id;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a look stays as it was written: % cannot be changed or removed', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER look_stays BEFORE UPDATE OR DELETE ON privacy_look
    FOR EACH ROW EXECUTE FUNCTION privacy_refuse_change();
"""
BACKWARD = """
DROP TRIGGER look_stays ON privacy_look;
DROP FUNCTION privacy_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
