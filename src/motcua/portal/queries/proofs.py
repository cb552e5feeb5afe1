"""Reads: what a proof from the public log shows, in words; whom this site believes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from motcua.cases.queries.proofs import TITLES
from motcua.engines.merkle.errors import MerkleError
from motcua.transparency.errors import LogKeyUnreadable, LogNotSetUp, LogPolicyUnreadable
from motcua.transparency.queries import log


@dataclass(frozen=True, slots=True)
class Trusted:
    """The keys by which this site checks proofs, as the browser's script reads them too."""

    log: str
    witnesses: tuple[str, ...]
    titles: str  # JSON: kind of entry -> its words


@dataclass(frozen=True, slots=True)
class Checked:
    """What a proof shows; `why` says what is wrong when it proves nothing."""

    why: str = ""
    title: str = ""
    subject: str = ""
    at: datetime | None = None
    leaf: int = 0
    size: int = 0
    origin: str = ""
    witnesses: tuple[str, ...] = ()
    is_document: bool | None = None  # whether the entry tells of the file that came along

    @property
    def is_proved(self) -> bool:
        """Return whether the entry is in the log, and tells of the file that came along."""
        return not self.why and self.is_document is not False


def trusted() -> Trusted | None:
    """Return whom this site believes, or nothing where no log was set up."""
    try:
        own = log.own()
    except (LogKeyUnreadable, LogNotSetUp, LogPolicyUnreadable):
        return None
    titles = {kind: str(title) for kind, title in TITLES.items()}
    return Trusted(
        log=" ".join(map(str, own.logs)),
        witnesses=tuple(str(each.key) for each in own.witnesses),
        titles=json.dumps(titles, ensure_ascii=False),
    )


def checked(content: bytes, *, digest: str = "") -> Checked:
    """Return what a proof file shows; raises LogKeyUnreadable where no log was set up."""
    try:
        found = log.inclusion(content, log.own())
    except MerkleError as error:
        return Checked(why=str(error))
    told, facts = found.told, found.told.get("facts")
    kind = str(told["kind"])
    return Checked(
        title=str(TITLES.get(kind, kind)),
        subject=str(told["subject"]),
        at=datetime.fromisoformat(str(told["at"])),
        leaf=found.index,
        size=found.size,
        origin=found.origin,
        witnesses=found.witnesses,
        is_document=_tells_of(facts, digest) if digest else None,
    )


def _tells_of(facts: object, digest: str) -> bool:
    return isinstance(facts, Mapping) and facts.get("digest") == digest
