"""What the components show. Words come ready in the reader's language, addresses ready to follow."""

from dataclasses import dataclass
from datetime import datetime

# Each tone has a colour and a shape, so that nothing is told by colour alone.
SHAPES = {
    "neutral": "circle-dashed",
    "info": "info",
    "here": "circle-dot",
    "waiting": "clock",
    "done": "circle-check",
    "late": "triangle-alert",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; `count` stands beside them, as in a queue of the rail."""

    text: str
    address: str
    is_current: bool = False
    count: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a heading; no heading for the first group."""

    links: tuple[Link, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A word and a tone: neutral, info, here, waiting, done or late."""

    word: str
    tone: str = "neutral"

    @property
    def icon(self) -> str:
        """Return the name of the shape that goes with the tone."""
        return SHAPES[self.tone]


@dataclass(frozen=True, slots=True)
class Tile:
    """A life event: what happens to a person, in their words."""

    name: str
    address: str
    note: str = ""
    icon: str = "file-text"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list of things: a procedure, a case, a document."""

    name: str
    address: str
    facts: tuple[str, ...] = ()
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What a person may do: a link, or with `is_post` a form of one button.

    kind: "go" (one a page), "plain", "stop" (cannot be undone) or "link". hidden: names and values
    that the form of a post sends along.
    """

    text: str
    address: str
    kind: str = "plain"
    icon: str = ""
    is_post: bool = False
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What a citizen has to do now, why, by when, and the ways to do it."""

    title: str
    words: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    due_at: datetime | None = None
    tone: str = "waiting"  # waiting: your turn; late; done: nothing to do; result: it is there


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the legal clock stood still; no end while it still does."""

    reason: str
    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The legal deadline as a countdown.

    left and total are counted in `unit` ("working_days", "days" or "hours"); left is below nought when
    it has passed, and None while nothing runs. due_at is what the slip promises.
    """

    total: int
    left: int | None = None
    unit: str = "working_days"
    due_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    finished_at: datetime | None = None
    basis: str = ""

    @property
    def is_late(self) -> bool:
        """Return whether the time has passed with the work unfinished."""
        return self.left is not None and self.left < 0 and self.finished_at is None

    @property
    def paused(self) -> Pause | None:
        """Return the pause that lasts still, if there is one."""
        if self.finished_at is not None:
            return None
        return next((pause for pause in self.pauses if pause.ends_at is None), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One happening of a timeline, in plain words; tone as in Status."""

    what: str
    at: datetime
    who: str = ""
    note: str = ""
    tone: str = "done"
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow in words: state is done, here, ahead or skipped."""

    name: str
    state: str = "ahead"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow's picture and its text twin.

    address: where the BPMN file is; without it the words stand alone. done, here: ids of elements.
    counts: how many cases stand at an element, for the operations centre and administrators.
    is_of_case: whether the steps are those of one case, so that each is done, here or still to come.
    """

    steps: tuple[Step, ...]
    address: str = ""
    title: str = ""
    done: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    is_of_case: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """A file that was given: size in bytes; `preview` is the address of a picture of it."""

    name: str
    address: str = ""
    size: int | None = None
    kind: str = ""
    preview: str = ""
    note: str = ""
    error: str = ""
    actions: tuple[Action, ...] = ()
    remove: str = ""  # the value that the button named "remove_file" sends


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a radio, select or check list."""

    value: str
    label: str
    help: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """One question of a form with what was typed so far; names are those that `forms.posted` reads.

    widget: one of docs/reference/forms.md. day_parts: day, month and year as typed. parts: of an
    address. rows: of a table, each a tuple of inputs. source: where a value known already comes from.
    """

    name: str
    label: str
    widget: str = "text"
    help: str = ""
    value: str = ""
    day_parts: tuple[str, str, str] = ("", "", "")
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    parts: tuple["Input", ...] = ()
    rows: tuple[tuple["Input", ...], ...] = ()
    files: tuple[File, ...] = ()
    source: str = ""
    autocomplete: str = ""
    max_length: int = 0
    is_required: bool = True
    is_multiple: bool = False
    is_title: bool = False  # its label is the heading of the page
    is_locked: bool = False
    is_inner: bool = False  # of an address or a row: it is not announced to `forms.posted` itself

    @property
    def id(self) -> str:
        """Return the id of the element that an error leads to."""
        return "field-" + self.name.replace(".", "-")

    @property
    def first_id(self) -> str:
        """Return the id of what takes the focus: the first of several boxes."""
        if self.widget == "date":
            return f"{self.id}-day"
        if self.widget in ("radio", "checkbox") and self.choices:
            return f"{self.id}-1"
        if self.parts:
            return self.parts[0].first_id
        if self.widget == "table" and self.rows and self.rows[0]:
            return self.rows[0][0].first_id
        return self.id

    @property
    def described_by(self) -> str:
        """Return the ids of the words that describe it, for assistive technology."""
        ids = [
            f"{self.id}-source" if self.source else "",
            f"{self.id}-help" if self.help else "",
            f"{self.id}-errors" if self.errors else "",
            f"{self.id}-warnings" if self.warnings else "",
        ]
        return " ".join(each for each in ids if each)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of an error summary: what to do, and the id of the input it leads to."""

    message: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a summary list: values are its lines; `change` is where it is changed."""

    label: str
    values: tuple[str, ...] = ()
    change: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand to the right."""

    name: str
    is_number: bool = False
    is_hidden: bool = False  # its name is only read aloud, as over buttons


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: words, smaller words under them, a status, links or actions."""

    text: str = ""
    note: str = ""
    address: str = ""
    status: Status | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `key` is what a selection sends, `label` its name read aloud."""

    cells: tuple[Cell, ...]
    key: str = ""
    label: str = ""
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a line is its heading. picks: the name its selection is sent under."""

    caption: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    picks: str = ""
    empty: str = ""
    is_caption_hidden: bool = False
    is_stacked: bool = True  # on a phone each line becomes a block


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name; the address leads to what is counted."""

    value: str
    label: str
    tone: str = "neutral"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart: `shown` is the value as people read it."""

    label: str
    value: float
    shown: str
    tone: str = "done"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table. kind: "bars" compares things, "line" follows one over time."""

    title: str
    points: tuple[Point, ...]
    kind: str = "bars"
    label_name: str = ""
    value_name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is asked for, or, when the State holds it, is not."""

    name: str
    note: str = ""
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """How far a deadline is: kind is days, today, or late_days, late_hours, late_minutes."""

    kind: str
    count: int
    due_at: datetime

    @property
    def is_late(self) -> bool:
        """Return whether it has passed."""
        return self.kind.startswith("late")
