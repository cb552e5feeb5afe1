"""What an audit asks of cases: does each stand where the log says it stands, and was its work done by whom.

Slips, what finds a case and the numbers of codes follow from the rest; saved views are nobody else's.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from motcua.cases import events, models
from motcua.intake.events import FilingSubmitted
from motcua.transparency import queries as transparency
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Story, Table
from motcua.transparency.values import Entry, Finding

# Every event that tells the status of a case afterwards.
KINDS: tuple[type[events.CaseEvent], ...] = tuple(
    found
    for found in vars(events).values()
    if isinstance(found, type) and issubclass(found, events.CaseEvent)
)


Done = Counter[tuple[object, ...]]  # case, task, outcome, who, when


def _is_disposed(story: Story) -> bool:
    written = story.entries[0]
    cases = models.Case.objects.filter(code=written.facts["case"], disposed_at__isnull=False)
    return story.last(events.NoteRemoved) is not None or cases.exists()


def _state(story: Story) -> object:
    ended = story.last(events.OperationEnded)
    if ended:
        return ended.facts.get("state", tables.UNTOLD)
    return tables.AnyOf((models.OperationState.WAITING, models.OperationState.RUNNING))


NOTES = Table(
    name="note",
    rows=models.Note.objects.all,
    begins=(events.NoteWritten,),
    goes_on=(events.NoteRemoved,),
    fact=("note",),
    columns={
        "case__code": tables.said("case", events.NoteWritten),
        "by_id": tables.by(events.NoteWritten),
        "at": tables.at(events.NoteWritten),
        "text": tables.promised("text", events.NoteWritten),
    },
    may_be_gone=_is_disposed,
)
OPERATIONS = Table(
    name="operation",
    rows=models.Operation.objects.all,
    begins=(events.OperationStarted,),
    goes_on=(events.OperationEnded,),
    fact=("operation",),
    columns={
        **tables.facts(events.OperationStarted, kind="kind", total="total"),
        **tables.facts(events.OperationEnded, done="done", failed="failed"),
        "person_id": tables.by(events.OperationStarted),
        "created_at": tables.at(events.OperationStarted),
        "finished_at": tables.at(events.OperationEnded),
        "state": _state,
    },
)


def disagreements() -> Iterator[Finding]:
    """Yield where cases and the log do not say the same, for an audit."""
    yield from tables.all_of(NOTES, OPERATIONS)
    rows = models.Case.objects.select_related("authority").defer("situation", "units")
    rows = rows.order_by("pk")
    handed = handed_over()
    for part in transparency.together(rows.iterator(chunk_size=transparency.TOGETHER)):
        told = transparency.told([row.code for row in part], kinds=KINDS)
        sent = transparency.told([str(row.filing_id) for row in part], kinds=(FilingSubmitted,))
        for row in part:
            of_filing = sent.get(str(row.filing_id), ())
            yield from _row_disagrees(row, told.get(row.code, ()), of_filing, handed)
        yield from _work(part, told)
        yield from _restricted(part)
    for batch in transparency.together(transparency.of_kind(events.CaseFiled)):
        wanted = {entry.subject: entry for entry in batch}
        there = models.Case.objects.filter(code__in=wanted).values_list("code", flat=True)
        for gone in wanted.keys() - set(there):
            said = f"case {gone} was filed, and its row is gone"
            yield Finding("row-removed", said, wanted[gone].id, gone)


def handed_over() -> Mapping[str, str]:
    """Return where each case went on that was handed over, by its code, as the log tells it."""
    found: dict[str, str] = {}
    for entry in transparency.of_kind(events.CasesHandedOver):
        codes = entry.facts["cases"]
        if isinstance(codes, list):
            found |= dict.fromkeys(map(str, codes), str(entry.facts["into"]))
    return found


def _row_disagrees(
    row: models.Case, told: Sequence[Entry], sent: Sequence[Entry], handed: Mapping[str, str]
) -> Iterator[Finding]:
    if not told:
        said = f"case {row.code} stands in the table, and no entry tells of it"
        yield Finding("row-without-entry", said, None, row.code)
        return
    last = told[-1]
    due = last.facts.get("due_at")
    pairs = {
        "status": (last.facts["status"], row.status),
        "procedure": (last.facts["procedure"], row.procedure_code),
        "authority": (handed.get(row.code, told[0].authority), row.authority.code),
        "due_at": (datetime.fromisoformat(due) if isinstance(due, str) else None, row.due_at),
    }
    pairs |= _filing(row, told, sent)
    for name, (wanted, held) in pairs.items():
        if wanted != held:
            said = f"{name} of case {row.code}: the log says {wanted}, the table says {held}"
            yield Finding("row-disagrees", said, last.id, row.code)


def _restricted(cases: Sequence[models.Case]) -> Iterator[Finding]:
    """Hold what was restricted, and is kept from use, against what the log tells of that."""
    kinds = (events.CaseRestricted, events.CaseReleased)
    told = transparency.told([row.code for row in cases], kinds=kinds)
    for row in cases:
        last = next(reversed(told.get(row.code, ())), None)
        is_told = last is not None and last.kind.endswith(events.CaseRestricted.__name__)
        if is_told != (row.restricted_at is not None):
            said = f"case {row.code}: the log says {is_told} of its restriction, the table does not"
            yield Finding("row-disagrees", said, last.id if last else None, row.code)


def _filing(
    row: models.Case, told: Sequence[Entry], sent: Sequence[Entry]
) -> Mapping[str, tuple[object, object]]:
    """Return what the log and the table say of how a case began."""
    filed = next((each for each in told if each.kind.endswith(events.CaseFiled.__name__)), None)
    pairs: dict[str, tuple[object, object]] = {}
    if filed:
        pairs["filing"] = (filed.facts["filing"], str(row.filing_id))
        pairs["filed at"] = (filed.at, row.filed_at)
    if sent and sent[0].facts.get("person"):
        pairs["applicant"] = (sent[0].facts["person"], str(row.applicant_id))
    return pairs


def _work(cases: Sequence[models.Case], told: Mapping[str, Sequence[Entry]]) -> Iterator[Finding]:
    """Hold the tasks that were done against the entries of who did them, when, and how they ended."""
    done = models.Task.objects.filter(case__in=cases, state=models.TaskState.DONE)
    rows = done.values_list("case__code", "element", "outcome", "person_id", "ended_at")
    held: Done = Counter(
        (code, task, outcome, str(person), at) for code, task, outcome, person, at in rows
    )
    wanted: Done = Counter(
        (code, entry.facts["task"], entry.facts["outcome"], entry.by, entry.at)
        for code, entries in told.items()
        for entry in entries
        if "outcome" in entry.facts
    )
    for finding, found, where in (
        ("row-removed", wanted - held, "told of, and not so in the table"),
        ("row-without-entry", held - wanted, "so in the table, and no entry tells of it"),
    ):
        for code, task, outcome, person, at in found:
            said = f"task {task} of case {code}, {outcome} by {person} at {at}: {where}"
            yield Finding(finding, said, None, str(code))
