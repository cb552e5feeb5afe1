"""Cases and tasks as others see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Task:
    """A task as officials see it in a list."""

    id: uuid.UUID
    case_code: str
    procedure_code: str
    element: str
    name: str
    role: str
    unit_id: int
    unit_name: str
    item: str
    person_id: uuid.UUID | None
    opened_at: datetime
    due_at: datetime | None
    case_due_at: datetime | None
    state: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an open task may be completed with, and what has to be given with it."""

    outcome: str
    needs_reason: bool
    needs_items: bool
    needs_head: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """A numbered form given to the applicant."""

    form: int
    issued_at: datetime
    reason: str
    items: tuple[str, ...]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A case in a list."""

    id: uuid.UUID
    code: str
    procedure_code: str
    authority_code: str
    status: int
    filed_at: datetime
    due_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what is open in it."""

    summary: Summary
    version_id: int
    filing_id: uuid.UUID
    applicant_id: uuid.UUID
    accepted_at: datetime | None
    fee: int
    supplements: int
    waits: tuple[str, ...]  # messages waited for: supplemented, payment_settled, withdrawn
    tasks: tuple[Task, ...]
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer to a filing: its case, and whether this request made it."""

    id: uuid.UUID
    code: str
    is_new: bool
