"""A list of officials as a spreadsheet holds it: its columns, and what is wrong in the form of its cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.identity.values import StaffFault, StaffLine
from motcua.kit import text

AUTHORITY, KIND, UNIT, POST, ROLES, HEAD, MODE, NUMBER, NAME, BORN, PHONE, MAIL, FIRST = (
    *("authority", "unit_kind", "unit", "post", "roles", "head", "signing_mode"),
    *("personal_id", "name", "birth_date", "phone", "email", "first_day"),
)
COLUMNS: Mapping[str, str | Promise] = {
    AUTHORITY: lazy("Authority code"),
    KIND: lazy("Kind of unit"),
    UNIT: lazy("Unit"),
    POST: lazy("Post"),
    ROLES: lazy("Roles"),
    HEAD: lazy("Head of the unit"),
    MODE: lazy("Signature begins with"),
    NUMBER: lazy("Personal identification number"),
    NAME: lazy("Full name"),
    BORN: lazy("Date of birth"),
    PHONE: lazy("Phone"),
    MAIL: lazy("Email"),
    FIRST: lazy("First day"),
}
LONGEST = {UNIT: 200, POST: 100, MODE: 100, NAME: 200, AUTHORITY: 35, KIND: 20}  # characters
NEEDED = (AUTHORITY, KIND, UNIT, POST, NUMBER, NAME, FIRST)
YES, NO = frozenset({"x", "yes", "co", "1", "true"}), frozenset({"", "no", "khong", "0", "false"})
EARLIEST = 1900


@dataclass(slots=True)
class _Row:
    """A row as it is read: its cells by column, and what is wrong with them."""

    number: int
    cells: Mapping[str, str]
    faults: list[StaffFault] = field(default_factory=list)

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong in a cell, the first of it."""
        if column not in {each.column for each in self.faults}:
            self.faults.append(StaffFault(self.number, column, name(column), message))


def name(column: str) -> str:
    """Return the head of a column in the language of the reader."""
    return str(COLUMNS.get(column, column))


def heads(row: Sequence[str]) -> tuple[list[str], list[StaffFault]]:
    """Return which column stands where in a file, and what is wrong with its first row.

    The heads may be in any language of the site; "" is a column without head.
    """
    known = _names()
    found, faults = [], []
    for said in row:
        column = known.get(text.folded(said), "")
        if said.strip() and not column:
            faults.append(StaffFault(1, "", said[:100], _("No column has this name.")))
        elif column and column in found:
            faults.append(StaffFault(1, column, name(column), _("This column is there twice.")))
        found.append(column)
    faults += [
        StaffFault(1, each, name(each), _("This column is missing."))
        for each in COLUMNS
        if each not in found
    ]
    return found, faults


def lines(
    heads: Sequence[str], rows: Iterator[tuple[int, Sequence[str]]], *, roles: Mapping[str, str]
) -> tuple[list[StaffLine], list[StaffFault]]:
    """Return the lines that can be read, and every fault in the form of the others.

    rows: each with its number in the file. roles: the role that each folded name means.
    """
    read: list[StaffLine] = []
    faults: list[StaffFault] = []
    for number, cells in rows:
        if not any(cells):
            continue
        row = _Row(number, dict(zip(heads, cells, strict=False)))
        if any(extra for extra in cells[len(heads) :]):
            row.fault("", _("There is more in this row than there are columns."))
        line = _line(row, roles)
        if row.faults:
            faults += row.faults
        else:
            read.append(line)
    return read, faults


def _line(row: _Row, roles: Mapping[str, str]) -> StaffLine:
    for column, said in row.cells.items():
        if said.startswith("="):
            row.fault(column, _("This is a formula. Write its result."))
    for column in NEEDED:
        if not row.cells.get(column):
            row.fault(column, _("This is missing."))
    for column, most in LONGEST.items():
        if len(row.cells.get(column, "")) > most:
            row.fault(column, _("This is longer than %(most)s characters.") % {"most": most})
    number = row.cells.get(NUMBER, "")
    if not (len(number) == 12 and number.isascii() and number.isdecimal()):
        wrong = _("A personal identification number has 12 digits; keep the leading nought.")
        row.fault(NUMBER, wrong)
    head = text.folded(row.cells.get(HEAD, ""))
    if head not in YES | NO:
        row.fault(HEAD, _("Write x for the head of the unit, and leave it empty otherwise."))
    return StaffLine(
        number=row.number,
        authority=row.cells.get(AUTHORITY, "").upper(),
        unit_kind=row.cells.get(KIND, "").lower(),
        unit=row.cells.get(UNIT, ""),
        post=row.cells.get(POST, ""),
        roles=_roles(row, roles),
        is_head=head in YES,
        signing_mode=row.cells.get(MODE, ""),
        personal_id=number,
        name=row.cells.get(NAME, ""),
        birth_date=_day(row, BORN),
        phone=_phone(row),
        email=_mail(row),
        first=_day(row, FIRST) or date.min,
    )


def _roles(row: _Row, known: Mapping[str, str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for said in row.cells.get(ROLES, "").replace(";", ",").replace("\n", ",").split(","):
        if not said.strip():
            continue
        role = known.get(text.folded(said))
        if role is None:
            most = ", ".join(sorted(dict.fromkeys(known.values())))
            wrong = _("%(said)s is no role. Roles are: %(roles)s.")
            row.fault(ROLES, wrong % {"said": said.strip()[:40], "roles": most})
        else:
            found[role] = None
    return tuple(found)


def _day(row: _Row, column: str) -> date | None:
    said = row.cells.get(column, "")
    try:
        day, month, year = (int(part) for part in said.split("/"))
        found = date(year, month, day)
    except ValueError:
        found = None
    if said and (found is None or found.year < EARLIEST):
        row.fault(column, _("Write a day as 22/11/2026."))
        return None
    return found


def _phone(row: _Row) -> str:
    said = row.cells.get(PHONE, "")
    plain = "".join(said.replace(".", " ").replace("-", " ").split())
    digits = plain.removeprefix("+")
    if said and not (digits.isascii() and digits.isdecimal() and 8 <= len(digits) <= 15):
        row.fault(PHONE, _("Write a phone number with its digits only, as 0905000001."))
    return plain


def _mail(row: _Row) -> str:
    said = row.cells.get(MAIL, "")
    try:
        if said:
            validate_email(said)
    except ValidationError:
        row.fault(MAIL, _("Write an email address as name@example.vn."))
    return said


def _names() -> dict[str, str]:
    """Return the columns by every name that they have, folded."""
    found = {key: key for key in COLUMNS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {text.folded(str(said)): key for key, said in COLUMNS.items()}
    return found
