"""Reading a form from YAML, every fault with its line; the format stands in docs/reference/forms.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import jsonschema_rs

from motcua.engines.expressions import model as expressions
from motcua.engines.forms import document as documents
from motcua.engines.forms import schema as schemas
from motcua.engines.forms.document import Data, Document, Path
from motcua.engines.forms.errors import Malformed
from motcua.engines.forms.model import (
    CASE,
    PRIVACY,
    WIDGETS,
    Condition,
    Field,
    Form,
    Page,
    Part,
    Question,
    Rule,
    Text,
)

MAX_FIELDS = 500
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,7}", re.ASCII)
_FORM_KEYS = frozenset({"schema", "pages", "rules"})
_PAGE_KEYS = frozenset({"id", "title", "visible", "fields"})
_FIELD_KEYS = frozenset(
    {
        "name",
        "label",
        "help",
        "widget",
        "visible",
        "prefill",
        "options",
        "parts",
        "hidden",
        "agrees_with",
        "privacy",
    }
)
_PART_KEYS = frozenset({"name", "label", "help", "widget", "options"})
_RULE_KEYS = frozenset({"check", "field", "message"})


def parse(text: bytes, *, case: expressions.Record = CASE) -> Form:
    """Return the form a file describes; `form.faults` holds what is wrong but leaves a form.

    `case` is the type of what is known of the case besides the answers. Raises Malformed with every
    fault when there is no form to speak of: no YAML, no usable schema, no page.
    """
    document = documents.read(text)
    data = document.data
    if not isinstance(data, dict):
        message = "a form has the keys schema, pages and rules"
        raise Malformed((document.fault((), "not-a-form", message),))
    root = data.get("schema")
    if not isinstance(root, dict):
        message = "write the JSON Schema of the answers under schema"
        raise Malformed((document.fault(("schema",), "no-schema", message),))
    validators = schemas.compile_all(document, root)
    record = _record(document, root)
    reader = _Reader(document, _scope(document, record, case))
    reader.known(data, (), _FORM_KEYS)
    pages = reader.pages(data.get("pages"))
    rules = reader.rules(data.get("rules"))
    questions = reader.questions(pages, root, validators)
    if not questions:
        reader.fault(("pages",), "no-page", "a form needs a page with a field of the schema")
        raise Malformed(expressions.in_order(reader.faults))
    places = {path: (place.line, place.column) for path, place in document.places.items()}
    faults = expressions.in_order(reader.faults)
    return Form(root, record, pages, rules, questions, faults, places)


def _record(document: Document, root: Mapping[str, Data]) -> expressions.Record:
    try:
        return expressions.record_from_schema(root)
    except expressions.UnsupportedSchema as error:
        steps = error.pointer.removeprefix("#").split("/")[1:]
        path: Path = ("schema", *(int(each) if each.isdecimal() else each for each in steps))
        message = f"{error.pointer or 'the schema'}: {error.reason}"
        raise Malformed((document.fault(path, "unsupported-schema", message),)) from None


def _scope(
    document: Document, record: expressions.Record, case: expressions.Record
) -> expressions.Scope:
    try:
        return expressions.Scope(expressions.Record({"answers": record, "case": case}))
    except expressions.UnusableName as error:
        raise Malformed((document.fault(("schema",), "unusable-name", str(error)),)) from None


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a form, noting faults and going on."""

    document: Document
    scope: expressions.Scope
    faults: list[expressions.Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, message: str) -> None:
        self.faults.append(self.document.fault(path, code, message))

    def known(self, data: Mapping[str, Data], path: Path, names: frozenset[str]) -> None:
        for key in data:
            if key not in names:
                words = ", ".join(sorted(names))
                self.fault((*path, key), "unknown-key", f"'{key[:80]}' is none of: {words}")

    def mapping(self, data: Data, path: Path) -> dict[str, Data]:
        if isinstance(data, dict):
            return data
        self.fault(path, "not-a-mapping", "write names with values here")
        return {}

    def listed(self, data: Data, path: Path) -> list[Data]:
        if isinstance(data, list):
            return data
        if data is not None:
            self.fault(path, "not-a-list", "write a list here, each item after a dash")
        return []

    def words(self, data: Data, path: Path) -> Text:
        table = self.mapping(data, path)
        self.known(table, path, frozenset({"vi", "en"}))
        words = {}
        for language in ("vi", "en"):
            value = table.get(language)
            if not isinstance(value, str) or not value.strip():
                message = f"write the text in both languages: '{language}' is missing"
                self.fault((*path, language), "missing-language", message)
                value = ""
            words[language] = value.strip()
        return Text(**words)

    def name(self, data: Data, path: Path) -> tuple[str, ...]:
        if isinstance(data, str) and _NAME.fullmatch(data):
            return tuple(data.split("."))
        self.fault(path, "bad-name", "write the name of a property, as child.name")
        return ()

    def widget(self, data: Data, path: Path) -> str:
        if isinstance(data, str) and data in WIDGETS:
            return data
        self.fault(path, "unknown-widget", f"use one of: {', '.join(sorted(WIDGETS))}")
        return "text"

    def condition(self, data: Data, path: Path) -> Condition | None:
        if data is None:
            return None
        place = self.document.place(path)
        source = str(data).lower() if isinstance(data, bool) else data
        if not isinstance(source, str):
            self.fault(path, "no-expression", "write an expression that is true or false")
            return None
        try:
            compiled = self.scope.compile(
                source,
                expects=expressions.Kind.BOOL,
                line=place.line,
                column=place.column,
                element=".".join(map(str, path)),
            )
        except expressions.Rejected as error:
            self.faults.extend(error.faults)
            return None
        return Condition(compiled, place.line, place.column)

    def options(self, data: Data, path: Path) -> dict[str, Text]:
        if data is None:
            return {}
        table = self.mapping(data, path)
        return {value: self.words(words, (*path, value)) for value, words in table.items()}

    def pages(self, data: Data) -> tuple[Page, ...]:
        pages: list[Page] = []
        for index, item in enumerate(self.listed(data, ("pages",))):
            path: Path = ("pages", index)
            table = self.mapping(item, path)
            self.known(table, path, _PAGE_KEYS)
            identifier = table.get("id")
            if not isinstance(identifier, str) or not re.fullmatch(
                r"[a-z][a-z0-9_-]{0,63}", identifier
            ):
                self.fault((*path, "id"), "bad-id", "give the page an id of a-z, 0-9, _ and -")
                identifier = f"page-{index + 1}"
            elif any(page.id == identifier for page in pages):
                self.fault((*path, "id"), "repeated-id", f"another page is called '{identifier}'")
            title = self.words(table.get("title"), (*path, "title"))
            visible = self.condition(table.get("visible"), (*path, "visible"))
            listed = self.listed(table.get("fields"), (*path, "fields"))
            if not listed:
                self.fault((*path, "fields"), "no-field", "a page needs at least one field")
            fields = (
                self.field(each, (*path, "fields", place))
                for place, each in enumerate(listed[:MAX_FIELDS])
            )
            pages.append(Page(identifier, title, tuple(each for each in fields if each), visible))
        return tuple(pages)

    def field(self, data: Data, path: Path) -> Field | None:
        table = self.mapping(data, path)
        self.known(table, path, _FIELD_KEYS)
        place = self.document.place((*path, "name"))
        name = self.name(table.get("name"), (*path, "name"))
        is_hidden = table.get("hidden", False)
        if not isinstance(is_hidden, bool):
            self.fault((*path, "hidden"), "not-a-truth", "write true or false")
            is_hidden = False
        privacy = self.privacy(table.get("privacy", PRIVACY[0]), (*path, "privacy"))
        if is_hidden and "label" not in table and name:
            words = Text(name[-1], name[-1])
            return Field(name, words, "text", is_hidden=True, privacy=privacy, line=place.line)
        prefill = table.get("prefill", "")
        if not isinstance(prefill, str) or (prefill and not _NAME.fullmatch(prefill)):
            self.fault((*path, "prefill"), "bad-prefill", "write register.attribute")
            prefill = ""
        read = Field(
            path=name,
            label=self.words(table.get("label"), (*path, "label")),
            widget=self.widget(table.get("widget"), (*path, "widget")),
            help=self.words(table["help"], (*path, "help")) if "help" in table else None,
            options=self.options(table.get("options"), (*path, "options")),
            parts=self.parts(table.get("parts"), (*path, "parts")),
            visible=self.condition(table.get("visible"), (*path, "visible")),
            prefill=prefill,
            is_hidden=is_hidden,
            agrees_with=self.agreement(table.get("agrees_with"), (*path, "agrees_with")),
            privacy=privacy,
            line=place.line,
            column=place.column,
        )
        return read if name else None

    def privacy(self, data: Data, path: Path) -> str:
        """Return the class of personal data; what is at fault counts as sensitive."""
        if isinstance(data, str) and data in PRIVACY:
            return data
        self.fault(path, "unknown-privacy", f"use one of: {', '.join(PRIVACY)}")
        return PRIVACY[-1]

    def parts(self, data: Data, path: Path) -> tuple[Part, ...]:
        parts = []
        for index, item in enumerate(self.listed(data, path)):
            place: Path = (*path, index)
            table = self.mapping(item, place)
            self.known(table, place, _PART_KEYS)
            name = self.name(table.get("name"), (*place, "name"))
            part = Part(
                name=".".join(name),
                label=self.words(table.get("label"), (*place, "label")),
                widget=self.widget(table.get("widget"), (*place, "widget")),
                help=self.words(table["help"], (*place, "help")) if "help" in table else None,
                options=self.options(table.get("options"), (*place, "options")),
            )
            if name:
                parts.append(part)
        return tuple(parts)

    def agreement(self, data: Data, path: Path) -> dict[str, str]:
        if data is None:
            return {}
        table = self.mapping(data, path)
        self.known(table, path, frozenset({"birth_date", "sex"}))
        return {key: ".".join(self.name(value, (*path, key))) for key, value in table.items()}

    def rules(self, data: Data) -> tuple[Rule, ...]:
        rules = []
        for index, item in enumerate(self.listed(data, ("rules",))):
            path: Path = ("rules", index)
            table = self.mapping(item, path)
            self.known(table, path, _RULE_KEYS)
            if table.get("check") is None:
                self.fault((*path, "check"), "no-expression", "write what must be true")
            check = self.condition(table.get("check"), (*path, "check"))
            name = ".".join(self.name(table.get("field"), (*path, "field")))
            message = self.words(table.get("message"), (*path, "message"))
            if check is not None and name:
                rules.append(Rule(check, name, message))
        return tuple(rules)

    def questions(
        self,
        pages: tuple[Page, ...],
        root: Mapping[str, Data],
        validators: jsonschema_rs.ValidatorMap,
    ) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        for page in pages:
            for each in page.fields:
                found = schemas.find(root, each.path)
                validator = validators.get(found.pointer) if found else None
                if found is None or validator is None:
                    message = f"the schema has no property '{each.name}'"
                    self.faults.append(each.fault("unknown-field", message))
                elif each.name in questions:
                    message = f"'{each.name}' is shown already: remove one"
                    self.faults.append(each.fault("shown-twice", message))
                else:
                    required, within = _demand(each.path, found.required)
                    questions[each.name] = Question(
                        each, page, found.schema, validator, required, within
                    )
        return questions


def _demand(
    path: tuple[str, ...], required: tuple[bool, ...]
) -> tuple[bool, tuple[str, ...] | None]:
    """Return whether a field is always required, and else the object within which it is."""
    if not required[-1]:
        return False, None
    optional = [depth for depth, needed in enumerate(required) if not needed]
    return (True, None) if not optional else (False, path[: optional[-1] + 1])
