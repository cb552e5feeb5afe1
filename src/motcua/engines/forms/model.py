"""The values of a form: pages, fields, rules, and what comes of validating answers."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import jsonschema_rs

from motcua.engines.expressions import model as expressions

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
Path = tuple[str, ...]
WorkingDays = Callable[[datetime.date, datetime.date], int]

CASE = expressions.Record(
    {
        "channel": expressions.Kind.TEXT,
        "applicant_kind": expressions.Kind.TEXT,
        "filed_on": expressions.Kind.DATE,
        "supplements": expressions.Kind.INT,
    }
)

WIDGETS = frozenset(
    {
        "text",
        "textarea",
        "number",
        "money",
        "date",
        "radio",
        "select",
        "checkbox",
        "personal_id",
        "phone",
        "email",
        "address",
        "table",
        "file",
    }
)
PRIVACY = ("basic", "sensitive")  # classes of personal data, Law 91/2025/QH15


@dataclass(frozen=True, slots=True)
class Text:
    """Words in both languages of the product."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the words in a language: English for "en" and its kinds, else Vietnamese."""
        return self.en if language.split("-")[0].lower() == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a table, or one part of an address: a property of the field's own object."""

    name: str
    label: Text
    widget: str
    help: Text | None = None
    options: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression with its place in the file."""

    expression: expressions.Expression
    line: int
    column: int

    @property
    def reads(self) -> frozenset[str]:
        """Return the dotted paths of the answers it reads, without "answers." before them."""
        prefix = "answers."
        return frozenset(
            name.removeprefix(prefix) for name in self.expression.names if name.startswith(prefix)
        )


@dataclass(frozen=True, slots=True)
class Field:
    """One question: where its answer stands, its words, how it is asked, and when.

    `agrees_with` names, for a personal id, the fields that hold the birth date and the sex.
    `prefill` is a register and an attribute. A hidden field is never asked, and no answer is taken.
    """

    path: Path
    label: Text
    widget: str
    help: Text | None = None
    options: Mapping[str, Text] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    visible: Condition | None = None
    prefill: str = ""
    is_hidden: bool = False
    agrees_with: Mapping[str, str] = field(default_factory=dict)
    privacy: str = "basic"  # the class of personal data: one of PRIVACY
    line: int = 0
    column: int = 0

    def fault(self, code: str, message: str) -> expressions.Fault:
        """Return a fault at this field's place in its file."""
        return expressions.Fault(code, message, self.name, self.line, self.column)

    @property
    def is_sensitive(self) -> bool:
        """Return whether the answer is sensitive personal data."""
        return self.privacy == "sensitive"

    @property
    def name(self) -> str:
        """Return the dotted path, as it stands in the file and in errors."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: an id, a title, when it is shown, and its fields in order."""

    id: str
    title: Text
    fields: tuple[Field, ...]
    visible: Condition | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over several answers; when it is false the message stands at the field."""

    check: Condition
    field: str
    message: Text


@dataclass(frozen=True, slots=True)
class Question:
    """What validating needs of one field, worked out once: its schema, validator and demands.

    `is_required` holds whenever the field is shown; `required_in` names the optional objects around
    it within which, once any of their answers is given, this one is required.
    """

    field: Field
    page: Page
    schema: Mapping[str, Json]
    validator: jsonschema_rs.Validator
    is_required: bool
    required_in: Path | None


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form that was read: ready to validate, unless it has faults.

    `schema` is the JSON Schema as written, `record` its type in expressions.
    """

    schema: Mapping[str, Json]
    record: expressions.Record
    pages: tuple[Page, ...]
    rules: tuple[Rule, ...]
    questions: Mapping[str, Question]
    faults: tuple[expressions.Fault, ...]
    places: Mapping[tuple[str | int, ...], tuple[int, int]]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return every field in page order."""
        return tuple(each for page in self.pages for each in page.fields)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one answer: its path ("members.0.name"), a stable code, and figures.

    `params` holds what the message needs (a limit, a rule's number), never the answer itself.
    """

    path: str
    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Validated:
    """What came of validating: the answers that may be kept, what is wrong, what looks odd.

    answers: hidden and unknown ones dropped, texts normalised, and without what no store can hold.
    visible: the names of the fields that are asked, in page order. pages: the ids of those shown.
    """

    answers: Mapping[str, Json]
    errors: tuple[FieldError, ...]
    warnings: tuple[FieldError, ...] = ()
    visible: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Tell whether nothing is wrong; warnings do not count."""
        return not self.errors
