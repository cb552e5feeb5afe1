"""Looks, complaints and the law's data as other modules see them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from motcua.engines.calendar.model import Period

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
class DataKey:
    """A data key as it lies in the database: wrapped with a key that does not."""

    id: uuid.UUID
    key_id: str  # of the key-encryption key
    wrapped: bytes
