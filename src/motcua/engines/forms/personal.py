"""What the twelve digits of a personal identification number say of a person, for warnings only.

Structure by Decree 137/2015/NĐ-CP art. 13, carried on under the Law on Identification 2023 art. 12:
three digits for the place of birth registration, one for century and sex, two for the year of birth,
six at random; there is no check digit. People hold numbers that disagree with their papers, and were
given them by the state: a mismatch is a reason to look, never to refuse.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motcua.engines.forms.model import FieldError

_DIGITS = re.compile(r"[0-9]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbering:
    """A numbering in force since a day: places by their three digits, centuries and sexes by one.

    places: empty when any will do. centuries: digit -> (first year of the century, "male"|"female").
    """

    in_force_since: datetime.date
    source: str
    places: frozenset[str]
    centuries: Mapping[str, tuple[int, str]]


# A sample by common knowledge (K); an authority passes its own table to `validate`. Places are left
# open: the official list also holds the countries in which a birth may have been registered.
DECREE_137 = Numbering(
    in_force_since=datetime.date(2016, 1, 1),
    source="137/2015/NĐ-CP",
    places=frozenset(),
    centuries={
        str(digit): (1900 + digit // 2 * 100, "female" if digit % 2 else "male")
        for digit in range(10)
    },
)


def is_number(text: str) -> bool:
    """Tell whether a text is twelve ASCII digits."""
    return _DIGITS.fullmatch(text) is not None


def doubts(
    number: str, *, path: str, numbering: Numbering, birth_date: str = "", sex: str = ""
) -> Iterator[FieldError]:
    """Yield a warning for each thing that a number says otherwise than the other answers.

    birth_date is ISO 8601 text, sex is "male" or "female"; what is empty is not compared.
    """
    if numbering.places and number[:3] not in numbering.places:
        yield FieldError(path, "personal_id_place")
    known = numbering.centuries.get(number[3])
    if known is None:
        yield FieldError(path, "personal_id_century")
        return
    century, told = known
    if birth_date[:4].isdecimal() and int(birth_date[:4]) != century + int(number[4:6]):
        yield FieldError(path, "personal_id_birth_year")
    if sex in ("male", "female") and sex != told:
        yield FieldError(path, "personal_id_sex")
