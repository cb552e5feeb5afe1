"""Writes: the numbers of the registers."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Max

from motcua.documents import models

_NEXT_NUMBER = """
    INSERT INTO documents_series (authority_id, type, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (authority_id, type, year) DO UPDATE SET last = documents_series.last + 1
    RETURNING last
"""


def next_number(wanted: models.Document) -> int:
    """Take the next number of the register that a document belongs to, within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_NUMBER, [wanted.authority_id, wanted.type, wanted.year])
        row = cursor.fetchone()
    return int(row[0])


@transaction.atomic
def carry_on(authority_id: int, *, after: Collection[int]) -> None:
    """Let the registers of a new authority go on behind the highest number of those it follows.

    So no number of a year is given twice among them. Registers that it has already stay as they are.
    """
    rows = models.Series.objects.filter(authority__in=list(after)).values("type", "year")
    for row in rows.annotate(highest=Max("last")).order_by("type", "year"):
        models.Series.objects.get_or_create(
            authority_id=authority_id,
            type=row["type"],
            year=row["year"],
            defaults={"last": row["highest"]},
        )
