"""Every page in both languages: axe finds nothing, nothing scrolls sideways, and a person can look at it.

Pictures go to `var/screenshots/<language>/<name>-<width>.jpg`: at three widths in Vietnamese, of a phone alone
in English. Pages that only a press gives are pressed for, each time anew. No page can be forgotten: an
address that shows one and is not looked at fails the first test.
"""

import re
import uuid
from collections.abc import Mapping

import pytest
from django.urls import Resolver404, resolve

from tests.journeys import browser, pages, presses, stages
from tests.journeys.browser import Visitor
from tests.journeys.pages import NEWCOMER, PAGES, REFUSALS
from tests.journeys.presses import FAULTS, PRESSES
from tests.journeys.stages import Rooms, places, rooms

__all__ = ["places", "rooms"]  # fixtures
NARROW = 320  # CSS pixels: a phone, or 400 % zoom on a desktop (WCAG 1.4.10)
WIDTHS = {"vi": (1280, 768, 360), "en": (360,)}
ZOOMED = 640  # CSS pixels: 200 % zoom on a desktop of 1280 (WCAG 1.4.4)


def view_of(path: str) -> str:
    """Return the name of the address that a page of the list is at; "" where nothing is."""
    plain = "/sign-in/password/x/y/" if path == "{password_link}" else path.partition("?")[0]
    for part in (str(uuid.UUID(int=7)), "1"):
        try:
            return resolve(re.sub(r"\{\w+\}", part, plain)).view_name
        except Resolver404:
            continue
    return ""


def test_no_page_is_forgotten() -> None:
    looked = {view_of(path) for _, path in PAGES.values()} | {
        each.view for each in PRESSES.values()
    }
    table = pages.addresses()
    shows = {name for name, each in table.items() if not pages.takes_only_posts(each)}
    assert not shows - looked - pages.NO_PAGES, "give these a line in tests/journeys/pages.py"
    assert not pages.NO_PAGES - shows, "these are not there any more, or take only posts"
    assert not pages.NO_PAGES & looked, "these are looked at: they show a page"
    assert not looked - table.keys() - {""}
    assert len(shows) > 60, "the table of addresses was not read"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", [*PAGES, *PRESSES])
def test_a_page_is_for_everyone(
    name: str, language: str, rooms: Rooms, places: Mapping[str, str]
) -> None:
    account, path = PAGES.get(name) or (PRESSES[name].who, "")
    visitor = rooms.visitor(account, language)
    visitor.wrongs.clear()
    visitor.refusals.clear()
    visitor.page.set_viewport_size(browser.DESKTOP)
    if path:
        visitor.open(path.format_map(places))
        if account == NEWCOMER and view_of(path) != "account_reauthenticate":
            stages.show_password(visitor)
        assert bool(visitor.refusals) == (name in REFUSALS), visitor.refusals
    else:
        pressed = PRESSES[name]
        pressed.press(visitor, places)
        assert resolve(visitor.path).view_name == pressed.view
        told = visitor.refusals.pop()[0] if visitor.refusals else 200
        assert told == pressed.status
    look(visitor, name, language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_page_of_a_fault_is_for_everyone(name: str, language: str, rooms: Rooms) -> None:
    visitor = rooms.visitor("stranger", language)
    visitor.wrongs.clear()
    visitor.page.set_viewport_size(browser.DESKTOP)
    assert presses.show_fault(name, visitor, language) >= 400
    look(visitor, f"fault-{name}", language)


def look(visitor: Visitor, name: str, language: str) -> None:
    """Look at a page: axe, pictures at each width, and nothing beyond the edge of a narrow screen."""
    page = visitor.page
    assert page.get_attribute("html", "lang") == language
    assert page.locator("h1").count() == 1
    faults = visitor.axe()
    for width in WIDTHS[language]:
        page.set_viewport_size({"width": width, "height": 800})
        folder = browser.PICTURES / language
        # A JPEG takes a third of the time of a PNG, and words can be read in it as well.
        picture = folder / f"{name}-{width}.jpg"
        page.screenshot(path=picture, type="jpeg", quality=80, full_page=True)
    for width in (NARROW, ZOOMED) if language == "vi" else (NARROW,):
        page.set_viewport_size({"width": width, "height": 450})
        wide = page.evaluate(WIDER, width)
        faults += [f"wider than {width} px: {each}" for each in wide]
    assert not faults, "\n".join(faults)
    assert not visitor.wrongs, visitor.wrongs


# What stands out on the right while the page itself can be scrolled there.
WIDER = """(narrow) => {
    if (document.documentElement.scrollWidth <= narrow) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > narrow + 1)
        .map((each) => each.outerHTML.slice(0, 120)).slice(0, 5);
}"""
