"""What the pages show."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from motcua.cases.values import CasePage
from motcua.design.values import (
    Choice,
    Deadline,
    Entry,
    Fact,
    File,
    Flow,
    Input,
    Link,
    Status,
    Task,
    Wrong,
)
from motcua.documents.values import Document, Share
from motcua.engines.forms.model import Json
from motcua.identity.values import MandateRow


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow as people see it."""

    element: str
    name: str
    role: str
    state: str  # done | here | ahead


@dataclass(frozen=True, slots=True)
class Stage:
    """One page on the way from beginning to sending."""

    id: str
    title: str
    number: int  # from 1


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page of a form, ready to be shown."""

    draft_id: uuid.UUID
    procedure_code: str
    procedure_name: str
    authority_name: str
    stage: Stage
    stages: tuple[Stage, ...]
    back: str  # id of the page before, or empty
    questions: tuple[Input, ...]
    faults: tuple[Wrong, ...] = ()
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper with the files that stand for it."""

    id: str
    name: str
    kind: str
    quantity: int
    basis: str
    accepts: str  # for the file input: ".pdf,.jpg"
    types: str  # the same in words
    takes_pictures: bool
    register: str = ""  # name of the register that may hold it, or empty
    is_needed: bool = True
    files: tuple[File, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The page of papers."""

    draft_id: uuid.UUID
    procedure_name: str
    authority_name: str
    stage: Stage
    stages: tuple[Stage, ...]
    back: str
    papers: tuple[PaperShown, ...]
    faults: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page, and the way to change them."""

    title: str
    change: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that will be sent."""

    draft_id: uuid.UUID
    procedure_code: str
    procedure_name: str
    authority_name: str
    stage: Stage
    stages: tuple[Stage, ...]
    back: str
    sections: tuple[Section, ...]
    papers: tuple[PaperShown, ...]
    faults: tuple[Wrong, ...]
    fee: int | None  # đồng; None while it cannot be told
    time_words: str
    is_outdated: bool  # the procedure was published anew meanwhile

    @property
    def is_ready(self) -> bool:
        """Return whether nothing stands in the way of sending."""
        return not self.faults and not self.is_outdated


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure in a list."""

    code: str
    name: str
    level: str
    time_words: str
    fee_words: str
    online: str


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found."""

    query: str
    rows: tuple[ProcedureRow, ...]
    after: str
    life_event: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """What applies in one case of fees or times."""

    words: str
    note: str  # in Vietnamese, with the provision


@dataclass(frozen=True, slots=True)
class Noted:
    """A text of law with what it says."""

    words: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """A procedure as people read it."""

    code: str
    name: str
    summary: str
    field: str
    level: str
    online: str
    assurance: int  # level of the electronic identity that filing online asks for
    version: int
    published_at: datetime
    applicants: tuple[str, ...]
    conditions: tuple[Noted, ...]
    papers: tuple[PaperShown, ...]
    fee_name: str
    fees: tuple[TableRow, ...]
    fee_words: str
    exemptions: tuple[Noted, ...]
    times: tuple[TableRow, ...]
    time_words: str
    steps: tuple[Step, ...]
    legal_basis: tuple[Noted, ...]
    result: str
    samples: tuple[str, ...]
    sample_paths: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Beginning:
    """What has to be known before a draft begins."""

    code: str
    name: str
    places: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    drafts: tuple["DraftRow", ...] = ()
    whom: tuple[
        Choice, ...
    ] = ()  # oneself, and for whom else one acts; empty where there is nobody


@dataclass(frozen=True, slots=True)
class MandateShown:
    """A mandate in the words of its page, with what its reader may do with it."""

    row: MandateRow
    is_held: bool  # by the reader; otherwise it was given by them, or for whom they represent
    kind: str
    status: Status
    acts: str
    procedures: str  # "" for all
    may_accept: bool
    may_end: bool
    goes_to_counter: bool


@dataclass(frozen=True, slots=True)
class MandatesShown:
    """For whom somebody acts, and who acts for them."""

    held: tuple[MandateShown, ...]
    given: tuple[MandateShown, ...]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list."""

    id: uuid.UUID
    procedure_code: str
    procedure_name: str
    updated_at: datetime
    acts_for: str = ""  # the name of somebody else for whom it is


@dataclass(frozen=True, slots=True)
class Tracked:
    """What anybody with the code and the phone number may know: the status and the dates."""

    code: str
    status: int
    filed_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    needs_applicant: bool = False


@dataclass(frozen=True, slots=True)
class CaseShown:
    """One's own case, in the components of its page."""

    page: CasePage
    status: Status
    task: Task
    deadline: Deadline
    flow: Flow
    timeline: tuple[Entry, ...]
    papers: tuple[Link, ...]
    sections: tuple[tuple[str, tuple[Fact, ...]], ...]
    files: tuple[File, ...]
    is_final: bool
    acting_kind: str = ""  # by what right somebody filed it for the applicant


@dataclass(frozen=True, slots=True)
class Brought:
    """A paper with the files that were brought for a supplement and not sent yet."""

    paper: PaperShown
    attachment_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, slots=True)
class Changeable:
    """A page of answers that a supplement may change."""

    title: str
    address: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class SupplementPage:
    """What was asked for, and what has been brought for it."""

    page: CasePage
    papers: tuple[Brought, ...]
    sections: tuple[Changeable, ...] = ()

    @property
    def usual(self) -> tuple[Brought, ...]:
        """Return the papers that the answers call for, and those that files came for."""
        return tuple(each for each in self.papers if each.paper.is_needed)

    @property
    def others(self) -> tuple[Brought, ...]:
        """Return the other papers of the procedure: the office may ask for one of them."""
        return tuple(each for each in self.papers if not each.paper.is_needed)

    @property
    def attachment_ids(self) -> tuple[uuid.UUID, ...]:
        """Return the ids of all that was brought."""
        return tuple(one for each in self.papers for one in each.attachment_ids)


@dataclass(frozen=True, slots=True)
class Held:
    """A signed document in the vault, with the links by which it is shared."""

    document: Document
    procedure_name: str
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What was said of a file when its upload began."""

    paper_id: str
    name: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class UploadState:
    """How much of an upload has come."""

    offset: int  # bytes
    is_whole: bool


Answers = dict[str, Json]
