"""What an audit asks of cases: does each stand where the log says it stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from motcua.cases import events, models
from motcua.transparency import queries as transparency
from motcua.transparency.values import Entry, Finding

# Every event that tells the status of a case afterwards.
KINDS: tuple[type[events.CaseEvent], ...] = tuple(
    found
    for found in vars(events).values()
    if isinstance(found, type) and issubclass(found, events.CaseEvent)
)


def disagreements() -> Iterator[Finding]:
    """Yield where cases and the log do not say the same, for an audit."""
    fields = ("id", "code", "status", "due_at", "procedure_code")
    rows = models.Case.objects.only(*fields).order_by("pk")
    for part in transparency.together(rows.iterator(chunk_size=transparency.TOGETHER)):
        told = transparency.told([row.code for row in part], kinds=KINDS)
        for row in part:
            yield from _row_disagrees(row, told.get(row.code, ()))
    for batch in transparency.together(transparency.of_kind(events.CaseFiled)):
        wanted = {entry.subject: entry for entry in batch}
        there = models.Case.objects.filter(code__in=wanted).values_list("code", flat=True)
        for gone in wanted.keys() - set(there):
            said = f"case {gone} was filed, and its row is gone"
            yield Finding("row-removed", said, wanted[gone].id, gone)


def _row_disagrees(row: models.Case, told: Sequence[Entry]) -> Iterator[Finding]:
    if not told:
        said = f"case {row.code} stands in the table, and no entry tells of it"
        yield Finding("row-without-entry", said, None, row.code)
        return
    last = told[-1]
    due = last.facts.get("due_at")
    pairs = {
        "status": (last.facts["status"], row.status),
        "procedure": (last.facts["procedure"], row.procedure_code),
        "due_at": (datetime.fromisoformat(due) if isinstance(due, str) else None, row.due_at),
    }
    for name, (wanted, held) in pairs.items():
        if wanted != held:
            said = f"{name} of case {row.code}: the log says {wanted}, the table says {held}"
            yield Finding("row-disagrees", said, last.id, row.code)
