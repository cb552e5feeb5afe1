"""Real cases at every stage, as patterns for many: each column says what differs from case to case.

A case is played by the actions that the API calls. After each step its rows are read and taken apart:
what names the case, its people, its units and its moments becomes a mark, all else stays as it is. So
every generated case is in a situation that a real one was in.
"""

import bisect
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from motcua.cases.queries import cases
from motcua.catalogue import queries as catalogue
from motcua.config.demo import journeys
from motcua.identity.values import Actor
from motcua.intake import queries as intake
from motcua.kit import clock

ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d:\d\d|Z)"
# Table, how its rows are found by the case, and the columns that are not copied (the database's own).
SEALED = ("sealed", "data_key_id")  # invented answers stand whole: a seal is of one filing alone
TABLES = (
    ("intake_draft", "id IN (SELECT draft_id FROM intake_filing WHERE id = %(filing)s)", SEALED),
    ("intake_filing", "id = %(filing)s", SEALED),
    ("cases_case", "id = %(case)s", ()),
    ("cases_task", "case_id = %(case)s ORDER BY opened_at, token", ()),
    ("cases_slip", "case_id = %(case)s ORDER BY issued_at, id", ()),
    ("transparency_entry", "subject = %(code)s ORDER BY id", ("id", "transaction")),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the pattern: how long after the filing, and after how many steps it lies."""

    since: timedelta
    steps: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a kind, in the office of the case or above it, with what stands before its id."""

    kind: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Units:
    """All units that had a task in the case, as an array."""


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody of a unit of a kind."""

    kind: str


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody of a unit of a kind who may have taken an open task, or nobody."""

    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What names a case: its code, its ids, its office; or NEW for a fresh id."""

    word: str


Piece = str | Moment | Unit | Units | Official | Taker | Mark
NEW = Mark("NEW")
# What COPY reads otherwise (PostgreSQL manual, COPY, text format).
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
EMPTY: tuple[object, ...] = ("", None, [])
Names = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: for each column, None or the pieces of its text."""

    table: str
    columns: tuple[str, ...]
    values: tuple[tuple[Piece, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A case at one stage: its rows, its status, and how far away its appointment lies."""

    procedure: str
    status: int
    is_open: bool
    due: Moment | None
    unit_kinds: tuple[str, ...]
    rows: tuple[Row, ...]


def play(
    procedures: Sequence[str],
    *,
    authority_code: str,
    applicant: Actor,
    progress: Callable[[str], None],
) -> list[Template]:
    """Play one example of each procedure and return a pattern for each stage it was in."""
    found: list[Template] = []
    for procedure_code in procedures:
        procedure = catalogue.current(procedure_code).procedure
        example = journeys.chosen(procedure)
        player = journeys.Player(
            procedure, example, authority_code, applicant, lambda said: clock.now(), journeys.relay
        )
        progress(f"{procedure_code}: filed")
        code = player.file()
        times = [clock.now()]
        found.append(_template(code, times))
        for step in example.steps:
            progress(f"{procedure_code}: {player.step(step, code)}")
            times.append(clock.now())
            found.append(_template(code, times))
    return found


def _template(code: str, times: Sequence[datetime]) -> Template:
    case = cases.as_operator(code)
    names: Names = {"case": case.summary.id, "filing": case.filing_id, "code": code}
    taking = _Taking(names, case.applicant_id, times, case.summary.filed_at)
    answers = intake.filing(case.filing_id).answers
    rows = tuple(
        taking.row(
            table, record | {"answers": answers} if table == "intake_filing" else record, skipped
        )
        for table, where, skipped in TABLES
        for record in _records(table, where, names)
    )
    summary = case.summary
    return Template(
        procedure=summary.procedure_code,
        status=summary.status,
        is_open=summary.finished_at is None,
        due=taking.moment(summary.due_at) if summary.due_at else None,
        unit_kinds=tuple(sorted(set(taking.kinds.values()))),
        rows=rows,
    )


class _Taking:
    """Takes a case's values apart."""

    def __init__(
        self,
        names: Names,
        applicant: uuid.UUID,
        times: Sequence[datetime],
        filed_at: datetime,
    ) -> None:
        self.times, self.filed_at = times, filed_at
        self.kinds = dict(
            _pairs("SELECT id, kind FROM identity_unit WHERE id = ANY(%(units)s)", names)
        )
        self.known: dict[str, Piece] = {
            str(names["case"]): Mark("CASE"),
            str(names["filing"]): Mark("FILING"),
            str(applicant): Mark("APPLICANT"),
            str(names["code"]): Mark("CODE"),
        }
        for draft, key in _pairs(
            "SELECT draft_id, idempotency_key FROM intake_filing WHERE id = %(filing)s", names
        ):
            self.known |= {str(draft): Mark("DRAFT"), str(key): Mark("KEY")}
        for person, kind in _pairs(
            "SELECT DISTINCT ON (t.person_id) t.person_id, u.kind FROM cases_task t "
            "JOIN identity_unit u ON u.id = t.unit_id "
            "WHERE t.case_id = %(case)s AND t.person_id IS NOT NULL",
            names,
        ):
            self.known.setdefault(str(person), Official(kind))
        words = "|".join(re.escape(each) for each in self.known)
        self.pattern = re.compile(f'({ISO}|{words}|"unit": \\d+)')

    def row(self, table: str, record: Mapping[str, Any], skipped: Sequence[str]) -> Row:
        """Return a record as a pattern."""
        columns = tuple(name for name in record if name not in skipped)
        values = {each: self.value(table, each, record[each]) for each in columns}
        if table == "cases_task" and record["state"] == "open":
            values["person_id"] = (Taker(self.kinds.get(record["unit_id"], "one_stop")),)
        if table == "transparency_entry":  # what is empty is what an event has without being told
            facts = {name: each for name, each in record["facts"].items() if each not in EMPTY}
            values["facts"] = self.pieces(json.dumps(facts, ensure_ascii=False))
        return Row(table, columns, tuple(values.values()))

    def value(self, table: str, column: str, value: object) -> tuple[Piece, ...] | None:
        """Return one value as pieces of its text in COPY's format."""
        if value is None:
            return None
        named = self.named(table, column, value)
        if named:
            return (named,)
        if isinstance(value, datetime):
            return (self.moment(value),)
        if isinstance(value, list) and column == "items":
            quoted = ",".join('"' + str(each).replace('"', "") + '"' for each in value)
            return ("{" + quoted + "}",)
        if isinstance(value, Mapping | list):
            return self.pieces(json.dumps(value, ensure_ascii=False))
        if isinstance(value, bytes | memoryview):
            return (("\\x" + bytes(value).hex()).translate(ESCAPED),)
        return self.pieces(value.isoformat() if isinstance(value, date) else str(value))

    def named(self, table: str, column: str, value: object) -> Piece:
        """Return the mark of a column that is another's in each case, or nothing."""
        if table == "intake_draft" and column == "answers":
            return "{}"  # the filing holds them; a sent draft is never read again
        if column == "id" and table in ("cases_task", "cases_slip"):
            return NEW
        if column in ("unit_id", "counter_id"):
            return Unit(self.kinds.get(value, "one_stop"))
        if table == "cases_case" and column == "units":
            return Units()
        if column in ("authority_id", "authority"):
            return Mark("AUTHORITY" if column == "authority_id" else "OFFICE")
        return ""

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Return a text taken apart at what differs from case to case."""
        return tuple(self.piece(each) for each in self.pattern.split(text) if each)

    def piece(self, text: str) -> Piece:
        """Return one part of a text."""
        if text in self.known:
            return self.known[text]
        if re.fullmatch(ISO, text):
            return self.moment(datetime.fromisoformat(text))
        if text.startswith('"unit": '):
            kind = self.kinds.get(int(text.removeprefix('"unit": ')), "one_stop")
            return Unit(kind, '"unit": ')
        return text.translate(ESCAPED)

    def moment(self, at: datetime) -> Moment:
        """Return a moment of the pattern; what lies ahead moves with the acceptance."""
        step = bisect.bisect_left(self.times, at)
        is_ahead = at > self.times[-1]
        return Moment(at - self.filed_at, min(1, step) if is_ahead else step)


def _records(table: str, where: str, names: Names) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {where}", names)  # noqa: S608  (our own tables)
        columns = [each.name for each in cursor.description]
        json_columns = {each.name for each in cursor.description if each.type_code == 3802}
        for row in cursor.fetchall():
            record = dict(zip(columns, row, strict=True))
            for name in json_columns:
                if isinstance(record[name], str):
                    record[name] = json.loads(record[name])
            yield record


def _pairs(query: str, names: Names) -> list[tuple[Any, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT units FROM cases_case WHERE id = %(case)s", names)
        (units,) = cursor.fetchone()
        cursor.execute(query, {**names, "units": units})
        return list(cursor.fetchall())
