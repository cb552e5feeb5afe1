"""Looks, complaints and the law's data as other modules see them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from motcua.engines.calendar.model import Period

LASTING = ("restrict", "object")  # requests that hold, once granted, until they are lifted
OFFICER = "data_protection"  # the role of the data protection officer


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data was read, and in which case."""

    person_id: uuid.UUID
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a person's data, as that person is shown it."""

    id: int
    at: datetime
    reader_id: uuid.UUID
    reader_name: str
    post: str
    unit: str
    authority_code: str
    authority_name: str
    place: str
    purpose_kind: str  # task | stated | own | public
    purpose_text: str
    ground: str
    references: tuple[str, ...]  # cases of this person that it showed
    kinds: tuple[str, ...]
    entry_id: int | None  # of the log, once it is sealed
    is_named: bool = False  # the person stands in what somebody else wrote


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of looks; `before` asks for the next one, None when there is none."""

    rows: tuple[Look, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint with the look that it is about."""

    id: uuid.UUID
    look: Look
    person_id: uuid.UUID
    person_name: str
    authority_id: int
    text: str
    filed_at: datetime
    due_at: datetime
    answer: str
    is_justified: bool | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The time limits in force since a day."""

    in_force_since: date
    basis: str
    respond: Period
    carry_out: Mapping[str, Period]  # by kind of request
    extend: Period
    complaint: Period
    breach_hours: int
    dossier_days: int


@dataclass(frozen=True, slots=True)
class ProcessingPurpose:
    """What data is processed for; a consent holds for one version of its text."""

    code: str
    version: int
    since: date
    ground: str  # law | consent
    basis: str
    texts: Mapping[str, str]  # by language

    @property
    def needs_consent(self) -> bool:
        """Return whether it rests on the consent of the person alone."""
        return self.ground == "consent"


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of the processing with what is done against it."""

    code: str
    texts: Mapping[str, str]  # by language
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Readers:
    """How often a unit looked at personal data."""

    unit: str
    authority_code: str
    looks: int


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key as it lies in the database: wrapped with a key that does not."""

    id: uuid.UUID
    key_id: str  # of the key-encryption key
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A case that holds data, and until when the law wants it kept."""

    code: str
    procedure_code: str
    is_open: bool
    until: datetime | None  # None: while it is open, or for ever
    basis: str

    def may_be_erased(self, at: datetime) -> bool:
        """Return whether nothing asks to keep it any more."""
        return not self.is_open and self.until is not None and self.until <= at


@dataclass(frozen=True, slots=True)
class Consent:
    """A purpose that asks for consent, and whether the person gave it."""

    purpose: ProcessingPurpose
    text: str  # in the reader's language
    given_at: datetime | None
    version: int | None  # that was agreed to
    channel: str

    @property
    def is_held(self) -> bool:
        """Return whether the person agreed to the present text."""
        return self.given_at is not None and self.version == self.purpose.version


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks about their own data."""

    id: uuid.UUID
    person_id: uuid.UUID
    person_name: str
    authority_id: int
    authority_code: str
    authority_name: str
    kind: str  # see | correct | erase | restrict | object
    text: str
    state: str  # filed | taken_up | granted | refused | withdrawn
    filed_at: datetime
    respond_by: datetime
    due_at: datetime
    responded_at: datetime | None
    response: str
    extended_at: datetime | None
    extension_reason: str
    ended_at: datetime | None
    answer: str
    basis: str

    @property
    def is_open(self) -> bool:
        """Return whether it waits for the officer still."""
        return self.ended_at is None

    @property
    def may_be_lifted(self) -> bool:
        """Return whether it holds until the person or the officer lifts it."""
        return self.kind in LASTING and self.state == "granted"

    @property
    def next_by(self) -> datetime:
        """Return by when the officer has to do something."""
        return self.respond_by if self.responded_at is None else self.due_at


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach with its clock."""

    id: uuid.UUID
    authority_code: str
    authority_name: str
    found_at: datetime
    notify_by: datetime
    what: str
    kinds: str
    people: int
    measures: str
    notified_at: datetime | None
    reference: str
    why_late: str
