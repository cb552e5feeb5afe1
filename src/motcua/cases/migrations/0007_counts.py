from django.db import migrations

# Told to who merges authorities, past the row policies: numbers, and no row.
COUNTS = """
CREATE FUNCTION cases_counts(authorities bigint[])
RETURNS TABLE (authority bigint, cases bigint, tasks bigint, closed bigint, drafts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH work AS (
        SELECT c.authority_id AS whose,
               c.finished_at IS NULL OR EXISTS (
                   SELECT FROM cases_task t WHERE t.case_id = c.id AND t.state = 'open') AS is_open
        FROM cases_case c WHERE c.authority_id = ANY(authorities)
    )
    SELECT each,
           (SELECT count(*) FROM work WHERE whose = each AND is_open),
           (SELECT count(*) FROM cases_task t JOIN identity_unit u ON u.id = t.unit_id
            WHERE u.authority_id = each AND t.state = 'open'),
           (SELECT count(*) FROM work WHERE whose = each AND NOT is_open),
           (SELECT count(*) FROM intake_draft d WHERE d.authority_id = each AND d.is_open)
    FROM unnest(authorities) AS each
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_less_to_write"),
        ("identity", "0007_mergers"),
        ("intake", "0003_mandate"),
    ]
    operations = [migrations.RunSQL(COUNTS, "DROP FUNCTION cases_counts(bigint[])")]
