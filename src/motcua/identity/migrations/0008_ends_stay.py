"""A mandate or a delegation that was ended stays ended, whoever writes: a new one is another row."""

from django.db import migrations

TABLES = ("identity_mandate", "identity_delegation")
FUNCTION = """
CREATE FUNCTION identity_refuse_revival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'what was ended stays ended: % cannot be revived', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FORWARD = FUNCTION + "".join(
    f"CREATE TRIGGER ended_stays BEFORE UPDATE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION identity_refuse_revival();"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER ended_stays ON {table};" for table in TABLES)
    + "DROP FUNCTION identity_refuse_revival();"
)


class Migration(migrations.Migration):
    dependencies = [("identity", "0007_mergers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
