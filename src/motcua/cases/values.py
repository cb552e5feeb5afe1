"""Cases and tasks as others see them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from motcua.documents.values import Document
from motcua.identity.values import Acting, Purpose
from motcua.payments.values import Due


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
    applicant_id: uuid.UUID
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


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a queue; an empty field narrows nothing."""

    procedure: str = ""  # code
    field: str = ""  # code of the field of administration
    due_from: date | None = None  # days in Vietnam, both included
    due_to: date | None = None
    person: uuid.UUID | None = None  # who has taken the task
    nobody: bool = False  # only what nobody has taken
    status: int | None = None


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of an inbox: a task of a case, or a case."""

    case_code: str
    procedure_code: str
    procedure_name: str
    applicant_name: str
    applicant_id: str  # masked but for its end
    status: int
    status_name: str
    task_id: uuid.UUID | None
    step: str  # the task's name, or what is waited for
    unit_name: str
    item: str
    person_id: uuid.UUID | None
    person_name: str
    opened_at: datetime | None
    due_at: datetime | None  # the sooner of the task's own moment and the appointment
    is_late: bool
    signs: bool
    is_mine: bool
    filed_at: datetime
    shows: uuid.UUID | None  # the applicant unless restricted, and the authority of the case
    authority_id: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of a queue; `after` asks for the next one, "" when there is none."""

    queue: str
    rows: tuple[InboxRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How much is in a queue, counted up to a hundred."""

    queue: str
    name: str
    count: int
    text: str  # "99+" from a hundred on
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of an inbox offer: codes or numbers with their names."""

    procedures: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[int, str], ...]
    people: tuple[tuple[uuid.UUID, str], ...]  # of one's own units


@dataclass(frozen=True, slots=True)
class SavedView:
    """A queue with filters under a name."""

    id: int
    name: str
    queue: str
    filters: Filters
    search: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who filed."""

    id: uuid.UUID
    name: str
    personal_id: str
    birth_date: date | None
    phone: str
    email: str
    address: str
    is_organisation: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer in words; a table's first row holds the heads."""

    name: str  # dotted path
    label: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    is_changed: bool = False  # by the last supplement
    former: str = ""  # what it said before


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form with what was answered on it."""

    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent."""

    attachment_id: uuid.UUID
    name: str
    media_type: str
    size: int  # bytes
    digest: str
    added_at: datetime
    is_new: bool  # it came with the last supplement
    scan: str  # unscanned, waiting for the scanner, clean, or infected


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """A paper that the procedure asks for, with the files that stand for it."""

    paper_id: str
    name: str
    kind_name: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a case, in words."""

    at: datetime
    title: str
    text: str
    who: str
    kind: str
    reason: str = ""
    items: tuple[str, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A task of the flow, for those who do not see the picture."""

    element: str
    name: str
    role_name: str
    state: str  # done | open | ahead
    times: int  # how often it was done
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still, and why."""

    from_at: datetime
    to_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The appointment, and how it came to be."""

    due_at: datetime | None
    is_late: bool
    is_paused: bool
    days_left: int | None  # working days; negative when late; none where no deadline runs
    text: str
    period: str  # the time that the law allows, in words
    pauses: tuple[Pause, ...]
    extended_from: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """An outcome that an open task may be completed with, with the word on its button."""

    outcome: str
    label: str
    needs_reason: bool
    needs_items: bool
    needs_head: bool
    is_weighty: bool  # ends or stops the case, or goes against the person


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is open, and what the reader may do with it."""

    id: uuid.UUID
    element: str
    name: str
    role: str
    role_name: str
    unit_id: int
    unit_name: str
    item: str
    person_id: uuid.UUID | None
    person_name: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    signs: bool
    is_mine: bool
    may_work: bool
    why_not: str
    may_assign: bool
    offers: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SlipRow(Slip):
    """A numbered form that was given, with its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an official wrote for colleagues."""

    id: uuid.UUID
    at: datetime
    by_id: uuid.UUID
    by_name: str
    text: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case of the same person."""

    code: str
    procedure_name: str
    status: int
    status_name: str
    filed_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """What a supplement changed in one answer."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a supplement brought."""

    number: int
    at: datetime
    answers: tuple[ChangedAnswer, ...]
    papers: tuple[str, ...]  # names of the files that came


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that the page of a case shows to one reader."""

    summary: Summary
    status_name: str
    procedure_name: str
    authority_name: str
    is_official: bool
    purpose: Purpose  # why the reader sees it
    channel: str
    accepted_at: datetime | None
    supplements: int
    version_id: int
    filing_id: uuid.UUID
    people: frozenset[str]  # numbers of all whose data it holds
    applicant: Applicant
    acting: Acting | None  # who filed for them, by a mandate
    sections: tuple[Section, ...]
    papers: tuple[PaperGroup, ...]
    papers_held: tuple[str, ...]
    timeline: tuple[Moment, ...]
    steps: tuple[FlowStep, ...]
    deadline: Deadline
    tasks: tuple[OpenTask, ...]
    slips: tuple[SlipRow, ...]
    documents: tuple[Document, ...]
    dues: tuple[Due, ...]
    notes: tuple[Note, ...]
    related: tuple[RelatedCase, ...]
    changes: tuple[Change, ...]
    asked: tuple[str, ...]  # what an open request for supplements asks for
    asked_reason: str
    asked_until: datetime | None
    may_withdraw: bool
    may_supplement: bool
    may_take_supplement: bool  # at the counter, from the person who stands there
    may_extend: bool

    @property
    def open_elements(self) -> tuple[str, ...]:
        """Return the tasks that are open, for the picture of the flow."""
        return tuple(step.element for step in self.steps if step.state == "open")

    @property
    def done_elements(self) -> tuple[str, ...]:
        """Return the tasks that were done, for the picture of the flow."""
        return tuple(step.element for step in self.steps if step.times)


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What came of one task among several."""

    task_id: uuid.UUID
    case_code: str
    step: str
    is_done: bool
    code: str  # of the refusal
    message: str


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What came of one thing in long work."""

    subject: str
    is_done: bool
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Long work: how far it came, and what was refused."""

    id: uuid.UUID
    kind: str
    name: str
    state: str
    state_name: str
    total: int
    done: int
    failed: int
    percent: int
    created_at: datetime
    finished_at: datetime | None
    is_over: bool
    may_cancel: bool
    has_file: bool
    results: tuple[OperationResult, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many cases stand at a step of a flow, and for how long."""

    element: str
    name: str
    count: int  # at most 1,000
    median_hours: float


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register of cases (Mẫu 07)."""

    case_code: str
    procedure_name: str
    applicant_name: str
    applicant_address: str
    applicant_phone: str
    unit_name: str
    accepted_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    channel_name: str
    status: int
    status_name: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Register:
    """One page of the register; `after` asks for the next one, "" when there is none."""

    rows: tuple[RegisterRow, ...]
    after: str
