"""Pages that only a press gives: who presses, and what."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from motcua.config import api
from motcua.config.demo import papers
from motcua.identity.views import official
from motcua.kit import limits, web
from motcua.kit.errors import Unavailable
from tests.journeys import browser
from tests.journeys.browser import Visitor
from tests.journeys.pages import NEWCOMER
from tests.journeys.stages import WORD, renamed, show_password

Press = Callable[[Visitor, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Pressed:
    """Who presses, the address that answers with the page, and the status that it answers with."""

    who: str
    view: str
    status: int
    press: Press


PRESSES: dict[str, Pressed] = {}


def pressing(name: str, who: str, view: str, *, status: int = 200) -> Callable[[Press], Press]:
    """Name the page that a function comes to."""

    def keep(press: Press) -> Press:
        PRESSES[name] = Pressed(who, view, status, press)
        return press

    return keep


@pressing("track-found", "stranger", "portal:track")
def find_case(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Follow a case by its code and the applicant's phone number."""
    visitor.open("/track/")
    visitor.page.fill("[name=code]", places["accepted"])
    visitor.page.fill("[name=phone]", "0905000001")
    visitor.press("main form .mc-button--go")
    visitor.see(places["accepted"])


@pressing("verify-uploaded", "stranger", "portal:verify")
def verify_file(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Upload a signed PDF and read the verdict."""
    visitor.open("/verify/")
    visitor.page.set_input_files("main input[type=file]", places["signed"])
    visitor.press("main form .mc-button--go")
    assert visitor.page.locator("main .mc-banner--done").count()


@pressing("verify-not-signed", "stranger", "portal:verify")
def verify_other(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Upload a PDF that nobody signed."""
    visitor.open("/verify/")
    visitor.page.set_input_files(
        "main input[type=file]",
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": papers.scan("a", "b")},
    )
    visitor.press("main form .mc-button--go")


@pressing("desk-assign", "clerk-head", "desk:tasks")
def give_task(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Ask to whom a task shall be given."""
    pick(visitor, places["filed"])
    visitor.press("button[name=do][value=assign]")
    assert visitor.page.locator("main [name=to]").count()


@pressing("desk-bulk", "clerk-head", "desk:tasks")
def put_back(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Put two tasks back that nobody has taken, and read what came of each."""
    pick(visitor, places["filed"], places["free"])
    visitor.press("button[name=do][value=release]")
    visitor.refusals.clear()  # what cannot be put back is told on the page


def pick(visitor: Visitor, *codes: str) -> None:
    """Tick the tasks of some cases in the list of one's unit."""
    visitor.open("/desk/?queue=unit_tasks")
    for code in codes:
        row = visitor.page.locator("tr").filter(has_text=code)
        row.locator("input[data-pick]").first.check()


@pressing("desk-compare", "administrator", "desk:publish")
def compare_version(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Bring a folder and see what it changes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted((browser.ROOT / "procedures" / browser.BIRTH).rglob("*")):
            if path.is_file():
                name = path.relative_to(browser.ROOT / "procedures").as_posix()
                archive.writestr(name, renamed(path.read_bytes()))
    visitor.open("/desk/procedures/")
    visitor.page.set_input_files(
        "main input[type=file]",
        {"name": "a.zip", "mimeType": "application/zip", "buffer": stream.getvalue()},
    )
    visitor.press("main form:has(input[type=file]) button")
    visitor.see("Birth registration, anew")


@pressing("mandate-give-errors", "mother", "portal:give-mandate", status=422)
def give_nothing(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Offer a mandate that says nothing."""
    visitor.open("/account/mandates/give/")
    visitor.press("main form .mc-button--go")


@pressing("mandate-ask-errors", "mother", "portal:ask-mandate", status=422)
def ask_nothing(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Ask to be confirmed without saying as what."""
    visitor.open("/account/mandates/ask/")
    visitor.press("main form .mc-button--go")


@pressing("share-made", "mother", "portal:share")
def share_once_more(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Make a link and read it, the only time that it is shown."""
    visitor.open(f"/documents/{places['document']}/share/")
    visitor.press("main form .mc-button--go")
    assert visitor.page.locator("#made-link").count()


@pressing("begin-for-another", "entrepreneur", "portal:begin")
def begin_for_another(visitor: Visitor, places: Mapping[str, str]) -> None:
    """See that one may apply for somebody else."""
    visitor.open("/procedures/1.001193/apply/")
    assert visitor.page.locator("input[name=whom]").count() == 2


@pressing("case-for-another", "entrepreneur", "portal:case")
def see_what_one_filed(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Read a case that one filed for somebody else."""
    visitor.open(f"/cases/{places['for_another']}/")
    visitor.see("Trần Thị Hạnh")


@pressing("desk-mandates-asked", "clerk", "desk:mandates")
def find_asked(visitor: Visitor, places: Mapping[str, str]) -> None:
    """See what a person at the counter asked to be confirmed."""
    visitor.open("/desk/mandates/")
    visitor.fill_in("personal_id", browser.MOTHER)
    visitor.press("main form .mc-button--go")
    visitor.see("Trần Bảo An")


@pressing("desk-relations-declared", "officer", "desk:relations")
def declared(visitor: Visitor, places: Mapping[str, str]) -> None:
    """See whom one declared."""
    visitor.open("/desk/relations/")
    visitor.see("Lê Thị Mai")


@pressing("desk-justify-short", "leader", "desk:justify", status=422)
def say_too_little(visitor: Visitor, places: Mapping[str, str]) -> None:
    """State no reason for seeing a case."""
    visitor.open(f"/desk/cases/{places['free']}/purpose/")
    visitor.page.fill("[name=reason]", "Xem")
    visitor.press("main form .mc-button--go")


@pressing("desk-delegation-errors", "leader", "desk:delegation", status=422)
def delegate_nothing(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Give a post to nobody."""
    visitor.open("/desk/delegation/")
    visitor.press("main form:has([name=to]) .mc-button--go")


@pressing("desk-case-refused", "clerk", "desk:complete", status=422)
def ask_without_words(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Ask for a supplement and say neither what nor why."""
    visitor.open(f"/desk/cases/{places['free']}/")
    visitor.page.locator("details.desk-asking summary").first.click()
    visitor.press("details.desk-asking[open] button[name=outcome] >> nth=0")


@pressing("desk-units-nobody", "administrator", "desk:take-post", status=404)
def appoint_nobody(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Put somebody on a post whom nobody knows."""
    visitor.open("/desk/office/")
    visitor.page.locator("[name^=personal_id-]").first.fill("000000000000")
    visitor.press('form[action$="/take/"] button >> nth=0')


@pressing("sign-in-official-wrong", "returning", "account_login")
def mistype(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Sign in with a wrong password."""
    visitor.open("/sign-in/official/")
    visitor.page.fill("#field-login", "000000000000")
    visitor.page.fill("#field-password", "không phải mật khẩu")
    visitor.press('form[action="/sign-in/official/"] button')
    assert visitor.errors()


@pressing("sign-in-second-factor", "returning", "mfa_authenticate")
def come_back(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Sign in with the password and be asked for the second factor."""
    visitor.open("/sign-in/official/")
    visitor.page.fill("#field-login", places["newcomer"])
    visitor.page.fill("#field-password", WORD)
    visitor.press('form[action="/sign-in/official/"] button')


@pressing("security-codes-made", NEWCOMER, "mfa_view_recovery_codes")
def make_codes(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Make recovery codes anew and read them, the only time that they are shown."""
    visitor.open("/account/security/codes/new/")
    show_password(visitor)
    visitor.press("main form .mc-button--go, main form .mc-button--stop")
    assert visitor.page.locator(".identity-codes code").count()


# What no press brings about in a site that works: the page that its own handlers make, for the browser.
FAULTS: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "form-not-ours": api.forged,
    "too-large": lambda asked: web.page(asked, web.refused(limits.BodyTooLarge(limit=210))),
    "too-often": lambda asked: web.page(asked, web.refused(limits.TooOften(seconds=20))),
    "too-many-tries": official.too_many,
    "broken": api.failed,
    "away": lambda asked: web.page(asked, web.unavailable(Unavailable("database"))),
}


def show_fault(name: str, visitor: Visitor, language: str) -> int:
    """Show what a handler answers, at an address of its own, and return the status."""
    asked = RequestFactory().get(f"/fault/{name}/", headers={"accept": "text/html"})
    with translation.override(language):
        asked.LANGUAGE_CODE = language  # as the middleware has it
        answer = FAULTS[name](asked)
    visitor.page.route(
        f"**/fault/{name}/",
        lambda route: route.fulfill(body=answer.content, content_type="text/html; charset=utf-8"),
    )
    visitor.open(f"/fault/{name}/")
    return answer.status_code
