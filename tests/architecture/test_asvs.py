"""The checklist of security: every requirement has its line, and every line that claims something shows it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| (V[\d., V]+) \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)
STANDS = {"met", "partly", "not met", "outside", "none"}
# Levels 1 and 2 of ASVS 5.0.0: the section, and its numbers.
LEVEL_2 = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4 5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3
6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1 9.1:1-3 9.2:1-4 10.1:1-2
10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4 13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3
15.3:1-7 16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1-1 17.2:1-4 17.3:1-2
"""


def lines() -> list[tuple[list[str], str, str]]:
    text = (ROOT / "docs/reference/asvs.md").read_text(encoding="utf-8")
    return [(found[0].split(", "), found[1], found[2]) for found in LINE.findall(text)]


def wanted() -> list[str]:
    found = []
    for part in LEVEL_2.split():
        section, numbers = part.split(":")
        first, last = numbers.split("-")
        found += [f"V{section}.{number}" for number in range(int(first), int(last) + 1)]
    return found


def test_every_requirement_of_level_2_has_its_line() -> None:
    told = [each for names, _stands, _how in lines() for each in names]
    assert sorted(told) == sorted(wanted())


def test_every_line_says_how_it_stands_and_names_what_is_there() -> None:
    for names, stands, how in lines():
        assert stands in STANDS, names
        assert how.strip(), names
        for path in re.findall(r"`((?:src|tests|docs|scripts|requirements)/[^`]+)`", how):
            assert (ROOT / path).exists(), (names, path)
