"""What an audit asks of privacy: consents, requests, complaints, breaches and looks, as the log tells them."""

from collections.abc import Iterator

from motcua.privacy import events, models
from motcua.privacy.queries import looks
from motcua.transparency import queries as transparency
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Story, Table
from motcua.transparency.values import Finding


def _state(story: Story) -> object:
    ended = story.last(events.RequestEnded)
    if story.last(events.RequestLifted):
        return "lifted"
    if ended:
        return ended.facts.get("state", tables.UNTOLD)
    return "taken_up" if story.last(events.RequestTakenUp) else "filed"


def _withdrawn(story: Story) -> object:
    """Return when consent was taken back; a newer version that takes its place is told by its own entry."""
    taken_back = story.last(events.ConsentWithdrawn)
    return taken_back.at if taken_back else tables.UNTOLD


CONSENTS = Table(
    name="consent",
    rows=models.Consent.objects.all,
    begins=(events.ConsentGiven,),
    goes_on=(events.ConsentWithdrawn,),
    fact=("consent",),
    columns={
        **tables.facts(events.ConsentGiven, purpose="purpose", version="version"),
        "person_id": tables.by(events.ConsentGiven),
        "given_at": tables.at(events.ConsentGiven),
        "withdrawn_at": _withdrawn,
    },
)
REQUESTS = Table(
    name="request",
    rows=models.Request.objects.all,
    begins=(events.RequestFiled,),
    goes_on=(
        events.RequestTakenUp,
        events.RequestExtended,
        events.RequestEnded,
        events.RequestLifted,
    ),
    fact=("request",),
    columns={
        **tables.facts(events.RequestFiled, kind="kind", respond_by="respond_by"),
        "person_id": tables.by(events.RequestFiled),
        "filed_at": tables.at(events.RequestFiled),
        "due_at": tables.said("due_at", events.RequestFiled, events.RequestExtended),
        "extended_at": tables.at(events.RequestExtended),
        "ended_at": tables.at(events.RequestEnded),
        "basis": tables.said("basis", events.RequestEnded),
        "state": _state,
    },
)
COMPLAINTS = Table(
    name="complaint",
    rows=models.Complaint.objects.all,
    begins=(events.ComplaintFiled,),
    goes_on=(events.ComplaintAnswered,),
    fact=("complaint",),
    columns={
        **tables.facts(events.ComplaintFiled, look_id="look", due_at="due_at"),
        "person_id": tables.by(events.ComplaintFiled),
        "filed_at": tables.at(events.ComplaintFiled),
        "is_justified": tables.said("is_justified", events.ComplaintAnswered),
        "answered_at": tables.at(events.ComplaintAnswered),
        "answered_by_id": tables.by(events.ComplaintAnswered),
    },
)
BREACHES = Table(
    name="breach",
    rows=models.Breach.objects.all,
    begins=(events.BreachRecorded,),
    goes_on=(events.BreachNotified,),
    fact=("breach",),
    columns={
        **tables.facts(
            events.BreachRecorded, found_at="found_at", notify_by="notify_by", people="people"
        ),
        "recorded_at": tables.at(events.BreachRecorded),
        "notified_at": tables.at(events.BreachNotified),
        "reference": tables.said("reference", events.BreachNotified),
    },
)


def disagreements() -> Iterator[Finding]:
    """Yield where privacy's tables and the log do not say the same, for an audit."""
    yield from tables.all_of(CONSENTS, REQUESTS, COMPLAINTS, BREACHES)
    for entry in transparency.of_kind(events.LooksSealed):
        if not looks.seal_is_intact(entry.id):
            said = "the record of who looked is not the one that was sealed"
            yield Finding("row-disagrees", said, entry.id, entry.subject)
