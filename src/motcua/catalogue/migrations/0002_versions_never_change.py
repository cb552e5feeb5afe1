"""A published version is law for the cases under it: the database itself refuses to change or remove one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published version never changes: version % cannot be changed or removed', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER version_never_changes BEFORE UPDATE OR DELETE ON catalogue_version
    FOR EACH ROW EXECUTE FUNCTION catalogue_refuse_change();
"""
BACKWARD = """
DROP TRIGGER version_never_changes ON catalogue_version;
DROP FUNCTION catalogue_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
