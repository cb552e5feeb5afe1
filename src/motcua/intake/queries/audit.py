"""What an audit asks of intake: does each filing say what it said when it was sent or supplemented.

Drafts that were not sent are told to nobody, and so are files that were brought and not yet sent.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from django.db.models import TextField, Value
from django.db.models.functions import Concat

from motcua.intake import events, models, queries
from motcua.intake.adapters import answers as stored
from motcua.transparency import queries as transparency
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Table
from motcua.transparency.values import Finding

SENT = (events.FilingSubmitted, events.FilingSupplemented)
FILINGS = Table(
    name="filing",
    rows=models.Filing.objects.all,
    begins=(events.FilingSubmitted,),
    fact=("filing",),
    columns={
        **tables.facts(
            events.FilingSubmitted,
            person_id="person",
            version_id="version",
            channel="channel",
            mandate_id="mandate",
        ),
        "submitted_by_id": tables.by(events.FilingSubmitted),
        "submitted_at": tables.at(events.FilingSubmitted),
    },
)
REVISIONS = Table(
    name="revision",
    rows=models.Revision.objects.all,
    begins=(events.FilingSupplemented,),
    fact=("filing",),
    and_fact="revision",
    key=Concat("filing_id", Value(" "), "number", output_field=TextField()),
    columns={"replaced_at": tables.at(events.FilingSupplemented)},
)


def disagreements() -> Iterator[Finding]:
    """Yield where what people sent and the log do not say the same, for an audit."""
    yield from tables.all_of(FILINGS, REVISIONS)
    rows = models.Filing.objects.order_by("pk").iterator(chunk_size=transparency.TOGETHER)
    for part in transparency.together(rows):
        yield from _contents(part)


def _contents(rows: Sequence[models.Filing]) -> Iterator[Finding]:
    """Hold answers and files against what the newest entry of each filing committed to."""
    told = transparency.told({str(row.pk) for row in rows}, kinds=SENT)
    last = {subject: entries[-1] for subject, entries in told.items()}
    promised = transparency.personal_parts([entry.id for entry in last.values()])
    attached = models.Attachment.objects.filter(filing__in=rows).select_related("file")
    papers = {
        key: [queries.paper(each) for each in group]
        for key, group in groupby(attached.order_by("filing_id"), key=lambda each: each.filing_id)
    }
    for row in rows:
        entry = last.get(str(row.pk))
        wanted = promised.get(entry.id, {}) if entry else {}
        held = {**stored.vouched(row), "papers": stored.papers(papers.get(row.pk, ()))}
        for name in wanted.keys() & held.keys():
            if wanted[name] != held[name] and entry:
                said = f"the {name} of filing {row.pk} are not those that were sent"
                yield Finding("row-disagrees", said, entry.id, entry.subject)
