"""Reading `procedure.yaml`: every fault at once, each with its line and column."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motcua.engines.calendar import errors as calendar_errors
from motcua.engines.calendar import model as calendars
from motcua.engines.expressions import model as expressions
from motcua.engines.forms import model as forms
from motcua.engines.procedure import model
from motcua.engines.procedure.document import NO_WORDS, Node, Reader, plain

PERMANENT = "permanent"  # vĩnh viễn
MOST_YEARS = 100
_CODE = re.compile(r"[123]\.[0-9]{6}(\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2})?", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_CUTOFF = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_MEDIA = ("pdf", "jpeg", "png", "docx", "xlsx")
_EPOCH = datetime.date(1970, 1, 1)

_REQUIRED = frozenset(
    {
        "code", "name", "summary", "field", "level", "online", "applicants", "effective",
        "legal_basis", "roles", "papers", "time", "result",
    }
)  # fmt: skip
_OPTIONAL = frozenset({"assurance", "keywords", "life_event", "eligibility", "fee", "samples"})


def read(root: Node, reader: Reader, *, scope: expressions.Scope | None) -> model.Facts:
    """Return the facts; what is wrong is noted in the reader, and its value is left empty.

    Without a scope, because the form or the flow has faults, expressions are not looked at.
    """
    return _Facts(
        reader, scope, reader.mapping(root, required=_REQUIRED, optional=_OPTIONAL)
    ).read()


@dataclass(slots=True)
class _Facts:
    """Reads the parts of one file."""

    reader: Reader
    scope: expressions.Scope | None
    root: Mapping[str, Node]

    def read(self) -> model.Facts:
        root, reader = self.root, self.reader
        return model.Facts(
            code=self.code(root.get("code")),
            name=reader.words(root.get("name")),
            summary=reader.words(root.get("summary")),
            field=self.field(root.get("field")),
            level=reader.choice(root.get("level"), model.LEVELS),
            online=reader.choice(root.get("online"), model.ONLINE_LEVELS),
            assurance=reader.whole(
                root.get("assurance"), least=1, most=model.HIGHEST, default=model.HIGHEST
            ),
            applicants=self.applicants(root.get("applicants")),
            effective=self.day(root.get("effective")),
            legal_basis=tuple(self.legal_basis(root.get("legal_basis"))),
            keywords=reader.texts(root.get("keywords")),
            life_event=reader.text(root.get("life_event"), longest=40),
            eligibility=tuple(self.eligibility(root.get("eligibility"))),
            roles=self.roles(root.get("roles")),
            papers=tuple(self.papers(root.get("papers"))),
            fee=self.fee(root.get("fee")),
            time=self.time(root.get("time")),
            result=self.result(root.get("result")),
            samples=tuple(self.samples(root.get("samples"))),
        )

    def word(self, node: Node | None, pattern: re.Pattern[str], hint: str) -> str:
        text = self.reader.text(node)
        if node is not None and text and not pattern.fullmatch(text):
            self.reader.fault(node, "bad-name", hint)
        return text

    def code(self, node: Node | None) -> str:
        hint = 'write the code as "1.001193", with its province suffix where it has one'
        return self.word(node, _CODE, hint)

    def day(self, node: Node | None) -> datetime.date:
        if node is None:
            return _EPOCH
        hint = "write a day of the calendar as 2025-07-01"
        return self.reader.parsed(node, datetime.date.fromisoformat, otherwise=_EPOCH, hint=hint)

    def expression(self, node: Node) -> expressions.Expression | None:
        """Return a compiled condition, or None where it is at fault or there is no scope."""
        source = self.reader.text(node)
        if not source or self.scope is None:
            return None
        try:
            return self.scope.compile(
                source, expects=expressions.Kind.BOOL, line=node.line, column=node.column
            )
        except expressions.Rejected as error:
            for fault in error.faults:
                place = Node(None, fault.line, fault.column)
                self.reader.fault(place, fault.code, fault.message)
            return None

    def field(self, node: Node | None) -> model.Field:
        if node is None:
            return model.Field("", NO_WORDS)
        parts = self.reader.mapping(
            node, required=frozenset({"code", "name"}), optional=frozenset()
        )
        code = self.word(parts.get("code"), _SLUG, "use a-z, digits and - for the code of a field")
        return model.Field(code, self.reader.words(parts.get("name")))

    def applicants(self, node: Node | None) -> tuple[str, ...]:
        found = tuple(
            self.reader.choice(each, model.APPLICANT_KINDS) for each in self.reader.each(node)
        )
        if node is not None and not found:
            self.reader.fault(node, "empty", "name at least one kind of applicant")
        return tuple(dict.fromkeys(found))

    def legal_basis(self, node: Node | None) -> Iterator[model.Basis]:
        for each in self.reader.each(node):
            parts = self.reader.mapping(
                each, required=frozenset({"name"}), optional=frozenset({"articles"})
            )
            name = self.reader.text(parts.get("name"))
            yield model.Basis(name, self.reader.text(parts.get("articles")))
        if node is not None and not node.value:
            self.reader.fault(node, "empty", "name the law that the procedure rests on")

    def eligibility(self, node: Node | None) -> Iterator[model.Eligibility]:
        required, optional = frozenset({"check", "message"}), frozenset({"field", "basis"})
        for each in self.reader.each(node):
            parts = self.reader.mapping(each, required=required, optional=optional)
            check = self.expression(parts["check"]) if "check" in parts else None
            if check is not None:
                yield model.Eligibility(
                    check,
                    self.reader.text(parts.get("field")).removeprefix("answers."),
                    self.reader.words(parts.get("message")),
                    self.reader.text(parts.get("basis")),
                )

    def roles(self, node: Node | None) -> Mapping[str, str]:
        if node is not None and not isinstance(node.value, dict):
            self.reader.fault(node, "not-a-mapping", "write each role with its unit here")
        found: dict[str, str] = {}
        for role, each in (node.items if node is not None else {}).items():
            if not _WORD.fullmatch(role):
                self.reader.fault(each, "bad-name", "use a-z, digits and _ for the name of a role")
            parts = self.reader.mapping(each, required=frozenset({"unit"}), optional=frozenset())
            found[role] = self.reader.choice(parts.get("unit"), model.UNIT_KINDS)
        return found

    def papers(self, node: Node | None) -> Iterator[model.Paper]:
        required = frozenset({"id", "name", "kind", "required"})
        optional = frozenset({"quantity", "register", "media", "basis"})
        seen: set[str] = set()
        for each in self.reader.each(node):
            parts = self.reader.mapping(each, required=required, optional=optional)
            name = self.word(parts.get("id"), _WORD, "use a-z, digits and _ for the id of a paper")
            if name in seen:
                self.reader.fault(each, "repeated-paper", f"the paper '{name}' stands here twice")
            seen.add(name)
            media = tuple(
                self.reader.choice(one, _MEDIA) for one in self.reader.each(parts.get("media"))
            )
            yield model.Paper(
                id=name,
                name=self.reader.words(parts.get("name")),
                kind=self.reader.choice(parts.get("kind"), model.PAPER_KINDS),
                quantity=self.reader.whole(parts.get("quantity"), least=1, most=20, default=1),
                required=self.required(parts.get("required")),
                register=self.word(
                    parts.get("register"), _SLUG, "use a-z, digits and - for the name of a register"
                ),
                media=media or ("pdf", "jpeg", "png"),
                basis=self.reader.text(parts.get("basis")),
            )

    def required(self, node: Node | None) -> expressions.Expression | bool:
        if node is None:
            return True
        if isinstance(node.value, bool):
            return node.value
        return self.expression(node) or True

    def fee(self, node: Node | None) -> model.Fee | None:
        if node is None or node.value is None:
            return None
        required = frozenset({"table", "name"})
        parts = self.reader.mapping(node, required=required, optional=frozenset({"exemptions"}))
        exemptions = []
        for each in self.reader.each(parts.get("exemptions")):
            languages = frozenset({"vi", "en"})
            entry = self.reader.mapping(each, required=languages, optional=frozenset({"basis"}))
            words = forms.Text(self.reader.text(entry.get("vi")), self.reader.text(entry.get("en")))
            exemptions.append(model.Exemption(words, self.reader.text(entry.get("basis"))))
        table = self.reader.text(parts.get("table"))
        return model.Fee(table, self.reader.words(parts.get("name")), tuple(exemptions))

    def time(self, node: Node | None) -> model.TimeAllowed:
        nothing = Node({}, 1, 1)
        optional = frozenset({"cutoff", "count", "supplement"})
        parts: Mapping[str, Node] = {}
        if node is not None:
            parts = self.reader.mapping(node, required=frozenset({"table"}), optional=optional)
        supplement = parts.get("supplement", nothing)
        rules = self.reader.mapping(supplement, optional=frozenset({"rule", "limit"}))
        counts = (calendars.Count.WHOLE_DAYS.value, calendars.Count.HOURS.value)
        count = calendars.Count(self.reader.choice(parts.get("count"), counts))
        pauses = (calendars.Rule.PAUSE.value, calendars.Rule.RESTART.value)
        return model.TimeAllowed(
            table=self.reader.text(parts.get("table")),
            cutoff=self.cutoff(parts.get("cutoff")),
            count=count,
            rule=calendars.Rule(self.reader.choice(rules.get("rule"), pauses)),
            limit=self.period(rules.get("limit")),
        )

    def cutoff(self, node: Node | None) -> datetime.time | None:
        if node is None:
            return None
        if not isinstance(node.value, str) or not _CUTOFF.fullmatch(node.value):
            self.reader.fault(node, "bad-time", 'write a time of day as "15:00"')
            return None
        return datetime.time.fromisoformat(node.value)

    def period(self, node: Node | None) -> calendars.Period | None:
        if node is None:
            return None
        data = plain(node)
        try:
            return calendars.Period.from_mapping(data if isinstance(data, dict) else {})
        except calendar_errors.BadCalendar as error:
            for each in error.problems:
                self.reader.fault(node, each.code, f"{each.path}: {each.message}")
            return None

    def result(self, node: Node | None) -> model.Result:
        required = frozenset({"name", "type", "symbol", "title"})
        optional = frozenset({"refused", "retention"})
        parts: Mapping[str, Node] = {}
        if node is not None:
            parts = self.reader.mapping(node, required=required, optional=optional)
        return model.Result(
            name=self.reader.words(parts.get("name")),
            type=self.reader.text(parts.get("type"), longest=20),
            symbol=self.reader.text(parts.get("symbol"), longest=20),
            title=self.reader.words(parts.get("title")),
            refused=self.reader.words(parts["refused"]) if "refused" in parts else None,
            retention=self.retention(parts.get("retention")),
        )

    def retention(self, node: Node | None) -> model.Retention:
        if node is None:
            return model.FOR_EVER
        required = frozenset({"granted", "otherwise", "basis"})
        parts = self.reader.mapping(node, required=required, optional=frozenset())
        return model.Retention(
            granted=self.years(parts.get("granted")),
            otherwise=self.years(parts.get("otherwise")),
            basis=self.reader.text(parts.get("basis")),
        )

    def years(self, node: Node | None) -> int | None:
        """Return a number of years, or None for ever; what is at fault is kept for ever."""
        if node is None or node.value == PERMANENT:
            return None
        is_number = isinstance(node.value, int) and not isinstance(node.value, bool)
        if not is_number or not 1 <= int(str(node.value)) <= MOST_YEARS:
            hint = f"write a number of years from 1 to {MOST_YEARS}, or {PERMANENT}"
            self.reader.fault(node, "bad-retention", hint)
            return None
        return int(str(node.value))

    def samples(self, node: Node | None) -> Iterator[model.Sample]:
        required = frozenset({"path", "mark", "note"})
        for each in self.reader.each(node):
            parts = self.reader.mapping(each, required=required, optional=frozenset())
            path = self.reader.text(parts.get("path"))
            if path.split(".")[0] not in self.root:
                self.reader.fault(each, "unknown-path", f"'{path}' names nothing in this file")
            mark = self.reader.choice(parts.get("mark"), ("K", "D"))
            yield model.Sample(path, mark, self.reader.words(parts.get("note")))
