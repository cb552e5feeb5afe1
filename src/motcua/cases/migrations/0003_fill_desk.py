"""Fill what lists and search read of the cases that are there already."""

from django.db import migrations

from motcua.cases import rules

UNITS = """
UPDATE cases_case SET
    units = coalesce((
        SELECT array_agg(DISTINCT task.unit_id) FROM cases_task task WHERE task.case_id = cases_case.id
    ), '{}'),
    field_code = (
        SELECT procedure.field_code FROM catalogue_procedure procedure
        WHERE procedure.code = cases_case.procedure_code
    )
"""
SOONER = """
UPDATE cases_task SET sort_at = least(
    coalesce(cases_task.due_at, '9000-01-01 00:00+00'), coalesce(c.due_at, '9000-01-01 00:00+00')
) FROM cases_case c WHERE c.id = cases_task.case_id
"""
FOUND_BY = """
SELECT c.id, c.code, p.name, p.personal_id, c.authority_id, array_remove(array_agg(u.authority_id), NULL)
FROM cases_case c
JOIN identity_person p ON p.id = c.applicant_id
LEFT JOIN cases_task t ON t.case_id = c.id
LEFT JOIN identity_unit u ON u.id = t.unit_id
GROUP BY c.id, p.id
"""


def fill(apps, editor):
    entries = apps.get_model("cases", "SearchEntry")
    with editor.connection.cursor() as cursor:
        cursor.execute(UNITS)
        cursor.execute(SOONER)
        cursor.execute(FOUND_BY)
        rows = cursor.fetchall()
    entries.objects.bulk_create(
        [
            entries(
                case_id=case,
                words=rules.vector(
                    rules.tokens(
                        code=code,
                        name=name,
                        personal_id=personal_id,
                        authorities={authority, *others},
                    )
                ),
            )
            for case, code, name, personal_id, authority, others in rows
        ],
        batch_size=1_000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_desk"), ("catalogue", "0001_initial"), ("identity", "0002_desk")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
