"""Generated cases are real ones in all but their people."""

import random
import uuid
from datetime import timedelta

from django.db.models import NOT_PROVIDED

from motcua.config.demo import generator
from motcua.config.demo.templates import (
    NEW,
    Mark,
    Moment,
    Official,
    Row,
    Taker,
    Template,
    Unit,
    Units,
)
from motcua.identity import models as identity
from motcua.kit import clock


def pattern(status: int = 1) -> Template:
    """Return a pattern with one of each kind of piece."""
    moment = Moment(timedelta(hours=1), 1)
    row = Row(
        "cases_task",
        ("id", "case_id", "unit_id", "person_id", "opened_at", "name", "note", "units"),
        (
            (NEW,), (Mark("CASE"),), (Unit("justice"),), (Taker("justice"),), (moment,),
            ("100 % \\\\t",), None, (Units(), " of ", Official("justice")),
        ),
    )  # fmt: skip
    return Template("1", status, True, None, ("justice",), (row,))


def test_a_pattern_fills_every_gap() -> None:
    chance = random.Random(1)
    office = generator.Office(7, "H32.01", {"justice": 12}, frozenset({7}))
    office.officials["justice"] = ["someone"]
    at = clock.now()
    words = {"CASE": "00000000-0000-7000-8000-000000000001"}
    case = generator.Case(words, office, at, timedelta(hours=2), chance)
    ((table, line),) = generator._Pattern(pattern()).lines(case)
    cells = line.removesuffix("\n").split("\t")
    assert table == "cases_task" and len(cells) == 8
    assert cells[1] == words["CASE"] and cells[2] == "12"
    assert cells[3] in ("someone", "\\N") and cells[4] == (at + timedelta(hours=3)).isoformat()
    assert cells[5:] == ["100 % \\\\t", "\\N", "{12} of someone"]


def test_ids_are_of_version_seven_and_sort_by_time() -> None:
    chance, at = random.Random(1), clock.now()
    made = [generator._uuid(at + timedelta(seconds=each), chance) for each in range(50)]
    assert made == sorted(made) and len(set(made)) == 50
    assert all(uuid.UUID(each).version == 7 for each in made)


def test_people_are_loaded_with_all_that_their_table_asks_for() -> None:
    fields = [each for each in identity.Person._meta.concrete_fields if not each.null]
    asked = {each.column for each in fields if each.db_default is NOT_PROVIDED}
    assert asked <= set(generator.PERSON)
