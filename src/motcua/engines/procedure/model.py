"""The facts of a procedure, and the compiled procedure that cases run on."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.engines.calendar import model as calendars
from motcua.engines.decisions import model as decisions
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import model as flows
from motcua.engines.flow import net as nets
from motcua.engines.forms import model as forms

FACTS, FORM, FLOW, RESULT = "procedure.yaml", "form.yaml", "flow.bpmn", "result.typ"
TABLES, EXAMPLES = "decisions/", "examples/"
ONLINE_LEVELS = ("full", "partial", "information")  # toàn trình, một phần, cung cấp thông tin
HIGHEST = 2  # level of the electronic identity; Decree 69/2024/NĐ-CP knows two
APPLICANT_KINDS = ("citizen", "enterprise", "agency", "other")
CHANNELS = ("counter", "online", "post")
LEVELS = ("commune", "province")
PAPER_KINDS = ("original", "certified_copy", "copy", "form")
UNIT_KINDS = (
    "one_stop", "justice", "economy", "office", "leadership", "police", "tax", "fire", "land",
    "environment", "culture",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field of administration (lĩnh vực)."""

    code: str
    name: forms.Text


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal text that the procedure rests on."""

    name: str
    articles: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A condition of law on the filing; a false one refuses it."""

    check: expressions.Expression
    field: str  # dotted path of the answer it speaks of; "" for the filing as a whole
    message: forms.Text
    basis: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A component paper (thành phần hồ sơ)."""

    id: str
    name: forms.Text
    kind: str  # one of PAPER_KINDS
    quantity: int
    required: expressions.Expression | bool
    register: str  # the register that already holds it; "" when none does
    media: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who does not pay."""

    words: forms.Text
    basis: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What is paid: a table with the output `amount`, in đồng."""

    table: str
    name: forms.Text
    exemptions: tuple[Exemption, ...]


@dataclass(frozen=True, slots=True)
class TimeAllowed:
    """The statutory time: a table with the outputs `amount` and `unit`, and how it is counted."""

    table: str
    cutoff: datetime.time | None  # for same_day
    count: calendars.Count
    rule: calendars.Rule  # what a supplement does to the clock
    limit: calendars.Period | None  # how long a supplement is waited for


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a finished case is kept, in years; None: for ever."""

    granted: int | None  # with a result
    otherwise: int | None  # refused, stopped or withdrawn
    basis: str


FOR_EVER = Retention(None, None, "")  # of a procedure that says nothing: nothing is removed


@dataclass(frozen=True, slots=True)
class Result:
    """The official document that the procedure ends in."""

    name: forms.Text
    type: str  # abbreviation in its number and symbol: GKS
    symbol: str  # of the authority: UBND
    title: forms.Text
    refused: forms.Text | None = None  # completes "notice of not ...": "cấp giấy phép xây dựng"
    retention: Retention = FOR_EVER


@dataclass(frozen=True, slots=True)
class Sample:
    """A fact that must be checked on the national portal before it is relied on."""

    path: str
    mark: str  # "K" or "D"
    note: forms.Text


@dataclass(frozen=True, slots=True)
class Facts:
    """What `procedure.yaml` says."""

    code: str
    name: forms.Text
    summary: forms.Text
    field: Field
    level: str
    online: str
    applicants: tuple[str, ...]
    effective: datetime.date
    legal_basis: tuple[Basis, ...]
    keywords: tuple[str, ...]
    life_event: str
    eligibility: tuple[Eligibility, ...]
    roles: Mapping[str, str]  # role -> kind of unit
    papers: tuple[Paper, ...]
    fee: Fee | None
    time: TimeAllowed
    result: Result
    samples: tuple[Sample, ...]
    assurance: int = HIGHEST  # level of the electronic identity that filing online asks for


@dataclass(frozen=True, slots=True)
class Play:
    """One step of an example, in one of three shapes: a task, a timer, or a message."""

    at: datetime.datetime
    line: int
    column: int
    task: str = ""
    item: str = ""
    outcome: str = ""
    timer: str = ""
    message: str = ""
    answers: Mapping[str, object] | None = None  # of a supplement: the answers that changed
    papers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example must come to; a field that is None is not looked at."""

    line: int
    column: int
    route: tuple[str, ...] | None
    has_due_at: bool
    due_at: datetime.datetime | None
    fee: int | None
    status: str
    refused: tuple[str, ...]
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # line and column of each


@dataclass(frozen=True, slots=True)
class Example:
    """A case that a lawyer can read: what was filed, what was done, what must come of it."""

    file: str
    name: forms.Text
    filed_at: datetime.datetime
    channel: str
    applicant_kind: str
    answers: Mapping[str, object]
    papers: tuple[str, ...]
    held: tuple[str, ...]  # registers that answered for this person
    steps: tuple[Play, ...]
    expected: Expected


@dataclass(frozen=True, eq=False, slots=True)
class Procedure:
    """A procedure compiled from its folder: build it once for a version, and keep it."""

    facts: Facts
    form: forms.Form
    flow: flows.Flow
    net: nets.Net
    tables: Mapping[str, decisions.Table]
    scope: expressions.Scope
    examples: tuple[Example, ...]
    template: str  # result.typ
