"""A year of a province in minutes: officials, applicants and cases by PostgreSQL's COPY.

Invented people, real situations (`templates`). Each table is streamed in batches, so memory stays
bounded; secondary indexes, unique constraints and foreign-key triggers are put aside while loading and
are back at the end. The log, half of the bytes and tied to no other table, goes over a connection of its
own (`loading`), so that PostgreSQL works on both cores; the log is committed as the last step of the
transaction of all other tables: either the year is there, or nothing is.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from motcua.cases import rules
from motcua.config.demo import loading, province
from motcua.config.demo.templates import (
    ESCAPED,
    NEW,
    Mark,
    Moment,
    Piece,
    Taker,
    Template,
    Unit,
    Units,
)
from motcua.kit import clock

BATCH = 2_000  # cases
YEAR = timedelta(days=365)
OPEN_FOR = timedelta(days=14)  # about how long a case is under way
APPLICANTS, OFFICIALS = "0562", "0563"  # how their personal numbers begin
NATURAL = "natural"  # what kind of person all of them are
UNTAKEN = 0.5  # share of the open tasks that nobody has taken
STUCK = 0.004  # share of the older cases that are still open
TABLES = (
    "identity_person", "intake_draft", "intake_filing", "cases_case", "cases_searchentry", "cases_task",
    "cases_slip",
)  # fmt: skip
LOG = "transparency_entry"
# How often a family name is met, in percent; the rest share what is left.
SHARES = {"Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Võ": 5}
READ = """
    UPDATE transparency_reader SET transaction = pg_current_xact_id()::text::bigint,
        entry = (SELECT max(id) FROM transparency_entry) WHERE name <> 'sequencer'
"""
Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Office:
    """A ward with its units, and who works in them."""

    id: int
    code: str
    units: dict[str, int]  # kind -> id; the province's where the ward has none
    authorities: frozenset[int]  # whose units these are
    officials: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True, slots=True)
class Case:
    """One case to be: all that its marks stand for."""

    words: Mapping[str, str]
    office: Office
    base: datetime
    gap: timedelta  # between two steps
    chance: random.Random


def generate(
    templates: Sequence[Template],
    *,
    cases: int,
    units: int,
    officers: int,
    seed: int,
    at: datetime,
    progress: Progress,
) -> None:
    """Load people, officials and cases of the year before a moment."""
    chance = random.Random(seed)  # noqa: S311  (invented people, not secrets)
    with (
        loading.Beside(connection, (LOG,)) as log,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        put_aside = loading.put_aside(cursor, TABLES)
        offices = _offices(cursor, units)
        _staff(cursor, offices, officers, chance, at)
        people = _people(cursor, max(1, min(cases // 3, 400_000)), chance, at)
        choose = _Choice(templates, chance, at)
        _load(cursor, log, choose, offices, people, cases=cases, progress=progress)
        # The year is history: no job is to react to it, but the log is to hold it.
        log.finish([READ])
        for number, definition in enumerate(put_aside, start=1):
            progress(f"index {number} of {len(put_aside)}", 0)
            cursor.execute(definition)
        progress("the log", 0)
        log.commit()
    with connection.cursor() as cursor:
        for table in (*TABLES, LOG):
            progress(f"statistics of {table}", 0)
            cursor.execute(f"VACUUM ANALYZE {table}")


# ---- offices and people


def _offices(cursor: Any, units: int) -> list[Office]:
    """Return as many wards as have the number of units between them."""
    cursor.execute(
        "SELECT a.id, a.code, u.kind, u.id, u.authority_id FROM identity_authority a "
        "JOIN identity_unit u ON u.authority_id IN (a.id, a.parent_id) "
        "WHERE a.level = 'commune' ORDER BY a.code, u.authority_id <> a.id"
    )
    found: dict[int, Office] = {}
    own = 0
    for authority, code, kind, unit, home in cursor.fetchall():
        if authority not in found and own >= units:
            break
        office = found.setdefault(authority, Office(authority, code, {}, frozenset({authority})))
        office.units.setdefault(kind, unit)
        own += home == authority
    return list(found.values())


def _staff(
    cursor: Any, offices: Sequence[Office], officers: int, chance: random.Random, at: datetime
) -> None:
    """Put officials on the posts of the wards in turn, and note who works where."""
    wards = [office.id for office in offices]
    cursor.execute(
        "SELECT p.id, u.id, u.kind FROM identity_post p JOIN identity_unit u ON u.id = p.unit_id "
        "WHERE u.authority_id = ANY(%s) ORDER BY u.authority_id, p.id",
        [wards],
    )
    posts = cursor.fetchall()
    since = (at - 2 * YEAR).isoformat()
    holdings = []
    first = _next_number(cursor, OFFICIALS)
    with cursor.copy(loading.copy("identity_person", PERSON)) as copy:
        for number in range(officers):
            person = _uuid(at - 2 * YEAR, chance)
            copy.write_row(
                (
                    person,
                    NATURAL,
                    "",
                    f"{OFFICIALS}{first + number:08d}",
                    _name(chance),
                    "",
                    "",
                    "",
                    None,
                    None,
                )
            )
            holdings.append((person, posts[number % len(posts)][0], since))
    with cursor.copy(
        loading.copy("identity_holding", ("person_id", "post_id", "starts_at"))
    ) as copy:
        for row in holdings:
            copy.write_row(row)
    cursor.execute(
        "SELECT p.unit_id, h.person_id FROM identity_holding h "
        "JOIN identity_post p ON p.id = h.post_id WHERE h.ends_at IS NULL ORDER BY h.id"
    )
    staff: dict[int, list[str]] = defaultdict(list)
    for unit, person in cursor.fetchall():
        staff[unit].append(str(person))
    for office in offices:
        for kind, unit in office.units.items():
            office.officials[kind] = staff[unit]


PERSON = (
    "id", "kind", "password", "personal_id", "name", "phone", "email", "address", "birth_date",
    "last_login",
)  # fmt: skip


def _people(
    cursor: Any, number: int, chance: random.Random, at: datetime
) -> list[tuple[str, str, str]]:
    """Invent applicants; return their ids, names and personal numbers."""
    people = []
    first = _next_number(cursor, APPLICANTS)
    with cursor.copy(loading.copy("identity_person", PERSON)) as copy:
        for each in range(number):
            person, name, personal_id = (
                _uuid(at - YEAR, chance),
                _name(chance),
                f"{APPLICANTS}{first + each:08d}",
            )
            people.append((person, name, personal_id))
            address = f"{chance.randint(1, 200)} Trần Phú"
            phone = f"09{chance.randrange(10**8):08d}"
            copy.write_row((person, NATURAL, "", personal_id, name, phone, "", address, None, None))
    return people


def _next_number(cursor: Any, prefix: str) -> int:
    """Return the number after those that an earlier run gave out."""
    cursor.execute(
        "SELECT max(personal_id) FROM identity_person WHERE personal_id LIKE %s", [f"{prefix}%"]
    )
    (last,) = cursor.fetchone()
    return int(last.removeprefix(prefix)) + 1 if last else 0


def _name(chance: random.Random) -> str:
    family = chance.choices(FAMILIES, cum_weights=CUMULATED)[0]
    middle = f"{chance.choice(province.MIDDLE)} " if chance.random() < 0.9 else ""
    return f"{family} {middle}{chance.choice(GIVEN)}"


GIVEN = (*province.GIVEN, "Hà", "Hoa", "Hùng", "Hương", "Khánh", "Linh", "Long", "Minh", "My", "Nga",
         "Ngọc", "Nhung", "Oanh", "Phương", "Quỳnh", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Ứng",
         "Vân", "Vinh", "Xuân", "Yến")  # fmt: skip
FAMILIES = province.FAMILY
_REST = (100 - sum(SHARES.values())) / (len(FAMILIES) - len(SHARES))
CUMULATED = [
    sum(SHARES.get(each, _REST) for each in FAMILIES[: end + 1]) for end in range(len(FAMILIES))
]


# ---- cases


def _load(
    cursor: Any,
    log: loading.Beside,
    choose: "_Choice",
    offices: Sequence[Office],
    people: Sequence[tuple[str, str, str]],
    *,
    cases: int,
    progress: Progress,
) -> None:
    codes, chance, at = _Codes(cursor), choose.chance, choose.at
    columns = choose.columns
    for first in range(0, cases, BATCH):
        lines: dict[str, list[str]] = {table: [] for table in columns}
        lines["cases_searchentry"] = []
        for number in range(first, min(first + BATCH, cases)):
            filed_at = at - YEAR + YEAR * (number / cases)
            pattern = choose(filed_at)
            person, office = chance.choice(people), chance.choice(offices)
            case = _case(office, person, codes.take(office.code, filed_at), filed_at, chance)
            for table, text in pattern.lines(case):
                lines[table].append(text)
            lines["cases_searchentry"].append(_found_by(case, person))
        for table, written in lines.items():
            names = columns.get(table, ("case_id", "words"))
            if table == LOG:
                log.write(table, names, "".join(written))
                continue
            with cursor.copy(loading.copy(table, names)) as copy:
                copy.write("".join(written))
        progress("cases", min(BATCH, cases - first))
    codes.keep(cursor)


class _Pattern:
    """A template made ready: for each table one text with gaps, and what fills them."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.gaps: list[Piece] = []
        self.places: dict[Piece, int] = {}
        texts: dict[str, list[str]] = defaultdict(list)
        fills: dict[str, list[int]] = defaultdict(list)
        for row in template.rows:
            for number, value in enumerate(row.values):
                texts[row.table].append("\t" if number else "")
                for piece in ("\\N",) if value is None else value:
                    if isinstance(piece, str):
                        texts[row.table].append(piece.replace("%", "%%"))
                    else:
                        texts[row.table].append("%s")
                        fills[row.table].append(self.gap(piece))
            texts[row.table].append("\n")
        self.tables = {
            table: ("".join(parts), tuple(fills[table])) for table, parts in texts.items()
        }

    def gap(self, piece: Piece) -> int:
        """Return the place of what fills a gap; equal pieces share one, fresh ids do not."""
        if piece == NEW or isinstance(piece, Taker):
            self.gaps.append(piece)
            return len(self.gaps) - 1
        if piece not in self.places:
            self.places[piece] = len(self.gaps)
            self.gaps.append(piece)
        return self.places[piece]

    def lines(self, case: Case) -> Iterator[tuple[str, str]]:
        """Yield each table with the lines of one case."""
        filled = [self.filled(piece, case) for piece in self.gaps]
        for table, (text, places) in self.tables.items():
            yield table, text % tuple([filled[place] for place in places])

    def filled(self, piece: Piece, case: Case) -> str:
        """Return what a piece of a pattern is in one case, as COPY reads it."""
        if isinstance(piece, Moment):
            return (case.base + piece.since + case.gap * piece.steps).isoformat()
        if isinstance(piece, Mark):
            return case.words.get(piece.word, "") or _uuid(case.base, case.chance)
        if isinstance(piece, Unit):
            return f"{piece.before}{case.office.units[piece.kind]}"
        if isinstance(piece, Units):
            units = (str(case.office.units[kind]) for kind in self.template.unit_kinds)
            return "{" + ",".join(units) + "}"
        if isinstance(piece, Taker) and case.chance.random() < UNTAKEN:
            return "\\N"
        if isinstance(piece, str):
            return piece
        people = case.office.officials.get(piece.kind) or case.office.officials["one_stop"]
        # One official a unit for all steps of a case, so that who appraised is who the log names.
        return people[int(case.words["CASE"][-6:], 16) % len(people)]


class _Choice:
    """Chooses a stage: what was filed long ago has ended, what was filed of late is under way."""

    def __init__(self, templates: Sequence[Template], chance: random.Random, at: datetime) -> None:
        last = max(each.status for each in templates)
        self.open = [_Pattern(each) for each in templates if each.is_open]
        self.over = [_Pattern(each) for each in templates if each.status == last]
        self.columns = {row.table: row.columns for each in templates for row in each.rows}
        self.chance, self.at = chance, at

    def __call__(self, filed_at: datetime) -> _Pattern:
        age = self.at - filed_at
        is_open = age < OPEN_FOR * self.chance.random() or self.chance.random() < STUCK
        return self.chance.choice(self.open if is_open else self.over)


class _Codes:
    """Gives case codes, after those that an authority gave on a day already."""

    def __init__(self, cursor: Any) -> None:
        cursor.execute("SELECT authority_code, day, last FROM cases_codeseries")
        self.last: dict[tuple[str, Any], int] = {(code, day): last for code, day, last in cursor}

    def take(self, authority: str, at: datetime) -> str:
        """Return the next code of an authority's day."""
        day = clock.local(at).date()
        number = self.last[authority, day] = self.last.get((authority, day), 0) + 1
        return rules.code(authority, day, number)

    def keep(self, cursor: Any) -> None:
        """Write down how far each series came."""
        cursor.executemany(
            "INSERT INTO cases_codeseries (authority_code, day, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (authority_code, day) DO UPDATE SET last = excluded.last",
            [(code, day, last) for (code, day), last in self.last.items()],
        )


def _case(
    office: Office,
    person: tuple[str, str, str],
    code: str,
    filed_at: datetime,
    chance: random.Random,
) -> Case:
    words = {
        "CASE": _uuid(filed_at, chance),
        "FILING": _uuid(filed_at, chance),
        "DRAFT": _uuid(filed_at, chance),
        "APPLICANT": person[0],
        "CODE": code,
        "KEY": f"generated-{code}",
        "AUTHORITY": str(office.id),
        "OFFICE": office.code,
    }
    gap = timedelta(hours=chance.uniform(0.5, 12))
    return Case(words, office, filed_at, gap, chance)


def _found_by(case: Case, person: tuple[str, str, str]) -> str:
    words = rules.tokens(
        code=case.words["CODE"],
        name=person[1],
        personal_id=person[2],
        authorities={case.office.id, *case.office.authorities},
    )
    return f"{case.words['CASE']}\t{rules.vector(words).translate(ESCAPED)}\n"


def _uuid(at: datetime, chance: random.Random) -> str:
    """Return a UUID version 7 as text, from the generator's own chance."""
    milliseconds, rest = int(at.timestamp() * 1000), chance.getrandbits(74)
    high, low = rest >> 62, rest & ((1 << 62) - 1)
    text = f"{milliseconds:012x}7{high:03x}{low | 1 << 63:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
