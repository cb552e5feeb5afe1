"""A mother registers a birth on her phone, four officials work it, and anyone can verify what she gets."""

from motcua.config.demo import papers
from tests.journeys import browser
from tests.journeys.browser import Visit, Visitor, begin_birth, birth, send


def test_from_a_phone_over_four_desks_to_a_certificate_that_anyone_can_verify(
    visit: Visit,
) -> None:
    mother = visit(browser.MOTHER, screen=browser.PHONE, is_touching=True)
    begin_birth(mother)
    known = mother.page.input_value('[name="applicant.full_name"]')
    assert known == "Trần Thị Hạnh"
    answers = birth()
    mother.answer_pages(answers)
    mother.bring("birth_notification", mother.photograph())
    mother.bring("marriage_certificate", papers.scan("Kết hôn", "Trần Thị Hạnh"))
    code = send(mother)
    mother.see(code)
    mother.press("main a.mc-button--go")
    assert mother.path == f"/cases/{code}/"

    clerk = visit(browser.CLERK)
    assert clerk.path == "/desk/"
    clerk.page.keyboard.press("/")
    clerk.page.keyboard.type(code)
    with clerk.page.expect_navigation():
        clerk.page.keyboard.press("Enter")
    clerk.press(f'main a[href="/desk/cases/{code}/"]')
    clerk.see("Trần Minh Khôi")
    clerk.complete("accept")

    mother.page.reload()
    slip = mother.download(f'a[href="/cases/{code}/slips/1/"]')
    assert slip.startswith(b"%PDF")

    visit(browser.REGISTRAR).work(code, "approve")
    visit(browser.REVIEWER).work(code, "forward")
    chair = visit(browser.CHAIR)
    chair.open("/desk/signing/")
    chair.press(chair.page.locator("tr").filter(has_text=code).locator("a[data-open]"))
    draft = chair.page.locator("iframe.mc-preview").get_attribute("src")
    assert chair.page.request.get(f"{chair.address}{draft}").body().startswith(b"%PDF")
    chair.press("form:has([name=outcome][value=sign]) button:not([name=next])")
    assert chair.path == "/desk/signing/"
    assert not chair.page.locator("tr").filter(has_text=code).count()
    clerk.work(code, "return_result")

    mother.open("/documents/")
    pdf = mother.download(
        mother.page.locator("main .mc-row").filter(has_text=code).locator("a.mc-button").first
    )
    verify(visit(), pdf, holds=True)
    verify(visit(), pdf[:4000] + bytes([pdf[4000] ^ 1]) + pdf[4001:], holds=False)


def verify(stranger: Visitor, pdf: bytes, *, holds: bool) -> None:
    """Upload a document on the public page and see what it says of the signatures."""
    stranger.open("/verify/")
    file = stranger.page.locator("#field-file")
    file.set_input_files({"name": "khai-sinh.pdf", "mimeType": "application/pdf", "buffer": pdf})
    stranger.press("main form .mc-button--go")
    good = stranger.page.locator("main .mc-banner--done").count()
    bad = stranger.page.locator("main .mc-banner--late").count()
    assert (good, bad) == ((1, 0) if holds else (0, 1))
