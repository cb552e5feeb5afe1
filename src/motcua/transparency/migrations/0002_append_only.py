"""The log only grows: the database itself refuses to change or remove an entry."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION transparency_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the event log is append-only: entry % cannot be changed or removed', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON transparency_entry
    FOR EACH ROW EXECUTE FUNCTION transparency_refuse_change();
"""
BACKWARD = """
DROP TRIGGER entry_append_only ON transparency_entry;
DROP FUNCTION transparency_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
