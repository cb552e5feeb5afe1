"""What an audit asks of notices: was each person told what the log says, on which channels, and where to."""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, TextField, Value
from django.db.models.functions import Concat

from motcua.notifications import events, models, values
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Story, Table
from motcua.transparency.values import Finding


def _deliveries(story: Story) -> object:
    """Return each channel of a notice with what became of it."""
    given = story.last(events.NoticeGiven)
    channels = given.facts.get("channels") if given else None
    if not isinstance(channels, list):
        return tables.UNTOLD
    states = dict.fromkeys(channels, models.State.WAITING.value)
    for entry in story.entries:
        if "state" in entry.facts:
            states[str(entry.facts.get("channel"))] = str(entry.facts["state"])
    return sorted(f"{channel} {state}" for channel, state in states.items())


def _subject(story: Story) -> object:
    given = story.last(events.NoticeGiven)
    return given.subject if given else tables.UNTOLD


def _uses(channel: str) -> tables.Told:
    def told(story: Story) -> object:
        chosen = story.last(events.ChannelsChosen)
        channels = chosen.facts.get("channels") if chosen else None
        return channel in channels if isinstance(channels, list) else tables.UNTOLD

    return told


def _address(story: Story) -> object:
    """Return the addresses that letters may go to: the one that was confirmed last, or none."""
    confirmed = story.last(events.EmailConfirmed)
    if confirmed is None:
        return ""
    email = story.personal.get(confirmed.id, {}).get("email")
    return tables.AnyOf(("", tables.Hashed(email))) if email else tables.UNTOLD


_OF_NOTICE = models.Delivery.objects.filter(notice=OuterRef("pk"))
NOTICES = Table(
    name="notice",
    rows=lambda: models.Notice.objects.annotate(
        deliveries=ArraySubquery(
            _OF_NOTICE.annotate(
                told=Concat("channel", Value(" "), "state", output_field=TextField())
            )
            .order_by("told")
            .values("told")
        )
    ),
    begins=(events.NoticeGiven,),
    goes_on=(events.NoticeDelivered,),
    fact=("notice",),
    columns={
        **tables.facts(events.NoticeGiven, kind="kind", person_id="person"),
        "subject": _subject,
        "created_at": tables.at(events.NoticeGiven),
        "deliveries": _deliveries,
    },
)
PREFERENCES = Table(
    name="choice of channels",
    rows=models.Preference.objects.all,
    begins=(events.ChannelsChosen,),
    goes_on=(events.EmailConfirmed,),
    fact=("person",),
    columns={
        "by_email": _uses(values.EMAIL),
        "by_sms": _uses(values.SMS),
        "email": _address,
    },
)


def disagreements() -> Iterator[Finding]:
    """Yield where notices and the log do not say the same, for an audit."""
    return tables.all_of(NOTICES, PREFERENCES)
