"""Drafts and filings as other modules see them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that stands for one paper that the procedure asks for."""

    attachment_id: uuid.UUID
    paper_id: str  # the paper's name in the procedure
    name: str  # of the file, as the sender called it, cleaned
    digest: str  # hex of SHA-256 of the bytes
    media_type: str
    size: int  # bytes
    added_at: datetime
    scan: str  # unscanned, waiting for the scanner, clean, or infected


@dataclass(frozen=True, slots=True)
class MayBegin:
    """What drafts the policy lets a person begin: their own, and for others at a counter."""

    own: bool
    at_counter: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that stands in the way of sending, in the reader's language."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A filing not sent yet."""

    id: uuid.UUID
    person_id: uuid.UUID
    procedure_code: str
    version_id: int
    authority_id: int
    authority_code: str
    counter_id: int  # the unit that takes in what is filed with the authority
    channel: str  # counter | online | post
    applicant_kind: str  # citizen | enterprise | agency | other
    answers: Mapping[str, object]
    papers: tuple[Paper, ...]
    papers_held: tuple[str, ...]  # ids of papers that a register answered for
    created_at: datetime
    updated_at: datetime  # in whole milliseconds; grows with every save
    submitted_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Return whether it was not sent yet."""
        return self.submitted_at is None


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it was saved, and what still stands in the way of sending it."""

    draft: Draft
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that was found complete, or the filing that this key already made of it."""

    draft_id: uuid.UUID
    idempotency_key: str
    authority_code: str
    updated_at: datetime  # of the draft when it was checked
    attachment_ids: frozenset[uuid.UUID]
    answers: Mapping[str, object]  # as accepted: hidden ones dropped, text normalised
    filing_id: uuid.UUID | None = None  # of an earlier time with the same key


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person sent, as it stands after its supplements."""

    id: uuid.UUID
    draft_id: uuid.UUID
    person_id: uuid.UUID  # the applicant
    person_name: str
    submitted_by_id: uuid.UUID  # the applicant, who acts for them, or an officer at the counter
    version_id: int
    authority_id: int
    authority_code: str
    counter_id: int
    channel: str
    applicant_kind: str
    answers: Mapping[str, object]
    papers: tuple[Paper, ...]
    papers_held: tuple[str, ...]  # ids of papers that a register answered for
    submitted_at: datetime
    mandate_id: uuid.UUID | None = None  # by which somebody else than the applicant sent it
    people: frozenset[str] = frozenset()  # personal numbers of all whose data it holds
    is_new: bool = False  # made by this very call


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with what it belongs to."""

    paper: Paper
    draft_id: uuid.UUID
    filing_id: uuid.UUID | None
    person_id: uuid.UUID  # the applicant
    authority_code: str


@dataclass(frozen=True, slots=True)
class Revision:
    """What a filing said before a supplement."""

    number: int  # 1 for what was first sent
    answers: Mapping[str, object]
    replaced_at: datetime
