"""Proofs of what happened to a case: the entries that its people may take home, out of the public log."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

from motcua.cases.queries import cases, timeline
from motcua.identity.values import Actor
from motcua.transparency.errors import NoSuchEntry
from motcua.transparency.queries import log
from motcua.transparency.values import Provable

# What can be proved to people: what the timeline tells them, and no more.
TITLES: Mapping[str, str | Promise] = {
    kind: title
    for kind, (_, title) in timeline.TITLES.items()
    if title and kind not in timeline.INTERNAL
}


def provable(code: str, *, reader: Actor) -> Sequence[Provable]:
    """Return the entries of a case that have a proof for the reader; raises NoSuchCase."""
    entries = [each for each in cases.history(code, reader=reader) if each.kind in TITLES]
    places = log.places_of([each.id for each in entries])
    return [
        Provable(each.id, each.at, str(TITLES[each.kind]), places.get(each.id)) for each in entries
    ]


def proof(code: str, entry_id: int, *, reader: Actor) -> bytes:
    """Return the proof file of an entry of a case; raises NoSuchCase, NoSuchEntry, NotYetInLog."""
    entries = cases.history(code, reader=reader)
    if not any(each.id == entry_id and each.kind in TITLES for each in entries):
        raise NoSuchEntry()
    return log.proof(entry_id)
