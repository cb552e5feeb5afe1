"""Load the demo province: Khánh Hòa with its real wards (Decision 19/2025/QĐ-TTg), invented people.

Codes of authorities are samples in the form of Decision 20/2020/QĐ-TTg, not the real ones. Loading
again changes nothing.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import vietnam_provinces
from django.db import transaction

from motcua.config.demo import offices
from motcua.identity import actions as identity
from motcua.identity import queries
from motcua.identity.values import Authority

PROVINCE_CODE = "56"
PROVINCE = "H32"
POLICE, TAX = "G01", "G12"
WARDS_WITH_PEOPLE = 2  # the others have offices and nobody on the posts
SINCE = datetime(2025, 7, 1, tzinfo=UTC)  # the day of the two-tier administration
LOADER = "demo"

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương", "Lý")
MIDDLE = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Quốc", "Thu", "Hữu", "Khánh", "Đức")
GIVEN = ("An", "Bình", "Châu", "Dung", "Giang", "Hạnh", "Khoa", "Lan", "Mai", "Nam", "Phúc", "Quân")


@dataclass(frozen=True, slots=True)
class Citizen:
    """An invented citizen of the demo."""

    personal_id: str
    name: str
    birth_date: date
    phone: str
    address: str


CITIZENS = (
    Citizen("056195004112", "Trần Thị Hạnh", date(1995, 3, 8), "0905000001", "12 Lê Thánh Tôn"),
    Citizen("056088001287", "Nguyễn Văn Ứng", date(1988, 7, 21), "0905000002", "5 Trần Phú"),
    Citizen("056190007740", "Phạm Thu Hà", date(1990, 11, 2), "0905000003", "40 Yersin"),
    Citizen("079093002233", "Đỗ Minh Quân", date(1993, 1, 30), "0905000004", "8 Hoàng Hoa Thám"),
    Citizen("056079003355", "Lê Quốc Khánh", date(1979, 9, 2), "0905000005", "77 Thống Nhất"),
)


def load() -> Sequence[Authority]:
    """Load the province once and return the wards whose posts are held, by code."""
    with transaction.atomic():
        if not any(each.code == PROVINCE for each in queries.authorities()):
            _load()
    codes = {f"{PROVINCE}.{number + 1:02d}" for number in range(WARDS_WITH_PEOPLE)}
    return [each for each in queries.authorities() if each.code in codes]


def officials() -> Sequence[tuple[str, str]]:
    """Return the number and name of each person who holds a post in the demo."""
    of_a_ward = (*offices.WARD, *offices.POLICE, *offices.TAX)
    posts = sum(len(unit.posts) for unit in (*offices.PROVINCE, *of_a_ward * WARDS_WITH_PEOPLE))
    return list(itertools.islice(_people(), posts + len(offices.ABOVE)))


def number_of(ward: Authority) -> str:
    """Return the number of a ward within its authority's code."""
    return ward.code.rsplit(".", 1)[-1]


def _load() -> None:
    province = next(
        each
        for each in vietnam_provinces.Province.iter_all()
        if each.code.value == int(PROVINCE_CODE)
    )
    identity.ensure_authority(
        code=PROVINCE,
        name=f"Ủy ban nhân dân tỉnh {province.name}",
        level="province",
        place=province.name,
        division_code=PROVINCE_CODE,
    )
    people = _people()
    _staff(PROVINCE, offices.PROVINCE, people)
    for number, ward in enumerate(_wards(), start=1):
        code = f"{PROVINCE}.{number:02d}"
        place = ward.name.split(" ", 1)[1]
        identity.ensure_authority(
            code=code,
            parent_code=PROVINCE,
            name=f"Ủy ban nhân dân {_lower(ward.name)}",
            level="commune",
            place=place,
            division_code=f"{ward.code.value:05d}",
        )
        is_held = number <= WARDS_WITH_PEOPLE
        _staff(code, offices.WARD, people if is_held else None)
        if is_held:
            _sector(f"{POLICE}.{number:02d}", code, f"Công an {_lower(ward.name)}", place, people)
            _sector(
                f"{TAX}.{number:02d}", code, f"Thuế cơ sở {number} tỉnh Khánh Hòa", place, people
            )
    _staff(PROVINCE, offices.ABOVE, people)  # last, so that the people above keep their names
    for citizen in CITIZENS:
        identity.ensure_person(
            personal_id=citizen.personal_id,
            name=citizen.name,
            at=SINCE,
            by=LOADER,
            birth_date=citizen.birth_date,
            phone=citizen.phone,
            address=f"{citizen.address}, phường Nha Trang, tỉnh Khánh Hòa",
        )


def _sector(
    code: str, ward: str, name: str, place: str, people: "Iterator[tuple[str, str]]"
) -> None:
    identity.ensure_authority(code=code, parent_code=ward, name=name, level="sector", place=place)
    _staff(code, offices.POLICE if code.startswith(POLICE) else offices.TAX, people)


def _staff(
    code: str, units: Sequence[offices.Unit], people: "Iterator[tuple[str, str]] | None"
) -> None:
    authority_id = queries.authority(code).id
    for unit in units:
        unit_id = identity.ensure_unit(authority_id=authority_id, kind=unit.kind, name=unit.name)
        for post in unit.posts:
            post_id = identity.ensure_post(
                unit_id=unit_id,
                title=post.title,
                roles=post.roles,
                is_head=post.is_head,
                signing_mode=post.signing_mode,
            )
            if people:
                personal_id, name = next(people)
                person = identity.ensure_person(
                    personal_id=personal_id, name=name, at=SINCE, by=LOADER
                )
                identity.take_post(person, post_id, by=LOADER, at=SINCE)


def _wards() -> list[vietnam_provinces.Ward]:
    """Return the province's wards and communes, its chief ward first."""
    found = [
        ward
        for ward in vietnam_provinces.Ward.iter_all()
        if ward.province_code.value == int(PROVINCE_CODE)
    ]
    return sorted(found, key=lambda ward: (ward.codename != "phuong_nha_trang", ward.code.value))


def _people() -> "Iterator[tuple[str, str]]":
    """Yield invented people without end: a personal identification number and a name.

    The names walk through three lists of coprime strides, so that none comes twice soon.
    """
    for number in itertools.count():
        name = (
            f"{FAMILY[number % len(FAMILY)]} {MIDDLE[number * 3 % len(MIDDLE)]} "
            f"{GIVEN[(number * 5 + number // len(FAMILY)) % len(GIVEN)]}"
        )
        year = 70 + number % 25
        yield f"0560{year:02d}9{number:05d}", name


def _lower(name: str) -> str:
    """Return "phường Nha Trang" of "Phường Nha Trang"."""
    return name[:1].lower() + name[1:]
