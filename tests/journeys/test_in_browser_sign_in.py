"""Signing in, in a real Chromium: with a passkey as an official, with the electronic identity as a citizen."""

import contextlib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from motcua.config.demo import electronic, province
from motcua.config.demo import site as sites
from tests.conftest import People
from tests.journeys import browser
from tests.journeys.browser import Visitor
from tests.journeys.stages import DEVICE, WORD

Arrive = Callable[[], Visitor]


@pytest.fixture
def arrive(chromium: Browser, site: sites.Site) -> Iterator[Arrive]:
    """Make visitors at `localhost`, since a passkey belongs to a name and not to a number."""
    made: list[Visitor] = []
    issuer = site.environment["MOTCUA_IDENTITY_ISSUER"]
    with contextlib.ExitStack() as contexts:

        def come() -> Visitor:
            context = chromium.new_context(viewport=browser.DESKTOP, bypass_csp=False)
            contexts.callback(context.close)
            address = site.address.replace("127.0.0.1", "localhost")
            made.append(browser.arrive(context, address, also=issuer))
            return made[-1]

        yield come
        wrongs = [wrong for each in made for wrong in each.wrongs]
    assert not wrongs, "\n".join(wrongs)


def test_a_newcomer_sets_a_password_adds_a_passkey_and_signs_in_with_it_alone(
    arrive: Arrive, site: sites.Site
) -> None:
    chair = next(one for one in site.officials("H32.02") if "leader" in str(one["roles"]))
    link = site.run("people", "password", str(chair["personal_id"])).strip()
    visitor = arrive()
    device = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    set_password(visitor, link)
    add_passkey(visitor)
    visitor.press('a[href="/account/security/app/"]')
    visitor.open("/desk/")
    assert visitor.path == "/desk/"

    visitor.press('form[action="/sign-out/"] button')
    visitor.open("/desk/")
    visitor.press('a[href^="/sign-in/official/"]')
    visitor.press("#passkey-button")
    assert visitor.path == "/desk/"
    assert str(chair["name"]) in visitor.page.locator("header").inner_text()

    visitor.press('form[action="/sign-out/"] button')
    visitor.open("/sign-in/official/")
    visitor.page.fill("#field-login", str(chair["personal_id"]))
    visitor.page.fill("#field-password", WORD)
    visitor.press('form[action="/sign-in/official/"] button')
    assert visitor.path == "/sign-in/second-factor/"
    visitor.press("#passkey-button")
    assert visitor.path == "/desk/"


def set_password(visitor: Visitor, link: str) -> None:
    """Set a password with a link, and find the desk closed until a second factor is there."""
    visitor.open(urlsplit(link).path)
    visitor.page.fill("#field-password1", WORD)
    visitor.page.fill("#field-password2", WORD)
    visitor.press("main form .mc-button--go")
    assert visitor.path == "/account/security/", visitor.errors()
    visitor.open("/desk/")
    assert visitor.path == "/account/security/"


def add_passkey(visitor: Visitor) -> None:
    """Add a passkey, keep the recovery codes, and find it in the list."""
    visitor.press('a[href="/account/security/passkey/"]')
    visitor.page.fill("#field-password", WORD)  # once more, before a weighty change
    visitor.press("main form .mc-button--go")
    visitor.page.fill("#field-name", "Máy tính ở phòng làm việc")
    visitor.press("#passkey-button")
    assert visitor.path == "/account/security/codes/", visitor.errors()
    visitor.press("main a.mc-button--go")
    visitor.see("Máy tính ở phòng làm việc")


def test_a_device_that_does_not_agree_is_told_of_on_the_page(arrive: Arrive) -> None:
    visitor = arrive()
    device = visitor.page.context.new_cdp_session(visitor.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": False}}
    )
    visitor.open("/sign-in/official/")
    trouble = visitor.page.locator("[data-passkey-trouble]")
    assert not trouble.is_visible()
    visitor.page.click("#passkey-button")
    trouble.wait_for(state="visible")
    assert trouble.evaluate("each => each === document.activeElement")


def test_a_citizen_files_with_more_of_who_they_are_and_loses_nothing(
    arrive: Arrive, people: People
) -> None:
    draft = people.draft_birth()
    mother = arrive()
    mother.open("/sign-in/")
    mother.press('form[action="/sign-in/vneid/"] button')
    mother.press(f'button[value="{browser.MOTHER}:1"]')
    assert mother.path == "/"
    mother.open(f"/apply/{draft}/check/")
    mother.page.locator("#field-declared").check()
    mother.press("main form:has(#field-declared) .mc-button--go")
    assert mother.path == "/sign-in/more/"
    mother.press("main form .mc-button--go")
    mother.press(f'button[value="{browser.MOTHER}:2"]')
    assert mother.path == f"/apply/{draft}/check/"
    assert mother.page.locator("#field-declared").is_checked()
    mother.press("main form:has(#field-declared) .mc-button--go")
    assert mother.path.endswith("/filed/"), mother.errors()


def test_somebody_unknown_comes_in_and_finds_their_particulars(arrive: Arrive) -> None:
    somebody: province.Citizen = electronic.NEWCOMER
    visitor = arrive()
    visitor.open("/account/")
    visitor.press('form[action="/sign-in/vneid/"] button')
    visitor.press(f'button[value="{somebody.personal_id}:2"]')
    assert visitor.path == "/account/"
    visitor.see(somebody.name)
    visitor.see("20/05/2001")
