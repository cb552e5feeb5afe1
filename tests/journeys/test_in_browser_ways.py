"""Other ways through the citizen's pages: by keyboard alone, with scripts off, and out again midway."""

from playwright.sync_api import Page

from motcua.config.demo import papers
from tests.journeys import browser
from tests.journeys.browser import Answers, Visit, Visitor

SHOP, LODGING = "1.001612", "1.004194"
MOST_TABS, MOST_CHOICES = 150, 20
# What is there when a choice is made, by the kind of its input.
CHOSEN = {
    "radio": '[name="{name}"][value="{value}"]:checked',
    "select-one": '[name="{name}"] option[value="{value}"]:checked',
}


def tab_to(page: Page, target: str) -> None:
    """Press Tab until the focus is on a target."""
    for _ in range(MOST_TABS):
        if page.evaluate("target => document.activeElement.matches(target)", target):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target} on {page.url}")


def enter(page: Page, target: str) -> None:
    """Press Enter on a target, and wait for the page it leads to."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_in(page: Page, name: str, value: object) -> None:
    """Answer one question with the keys that its kind of input takes."""
    text = str(value)
    if page.locator(f'[name="{name}.day"]').count():
        for part, number in zip(("year", "month", "day"), text.split("-"), strict=True):
            write(page, f'[name="{name}.{part}"]', str(int(number)))
        return
    box = page.locator(f'[name="{name}"]:not([type=hidden])').first
    kind = box.evaluate("each => each.type")
    if kind == "checkbox":
        tab_to(page, f'[name="{name}"]')
        if box.is_checked() != value:
            page.keyboard.press("Space")
    elif kind in CHOSEN:
        choose(page, name, CHOSEN[kind].format(name=name, value=text), kind)
    else:
        write(page, f'[name="{name}"]', text)


def choose(page: Page, name: str, chosen: str, kind: str) -> None:
    """Go through the choices with the arrow until the right one is chosen."""
    tab_to(page, f'[name="{name}"]')
    page.keyboard.press("Space" if kind == "radio" else "Home")
    for _ in range(MOST_CHOICES):
        if page.locator(chosen).count():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} cannot be chosen with the arrows")


def write(page: Page, target: str, text: str) -> None:
    """Replace the text of an input."""
    tab_to(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def answer_by_keys(visitor: Visitor, answers: Answers) -> None:
    """Answer the pages of a form one after another with the keyboard."""
    for _ in range(20):
        if "/pages/" not in visitor.path:
            return
        for name in visitor.asked():
            value = browser.at(answers, name)
            if value is not None:
                type_in(visitor.page, name, value)
        enter(visitor.page, "#form .mc-button--go")
    raise AssertionError(f"the form does not end: {visitor.page.url}")


def test_the_citizens_part_by_keyboard_alone(visit: Visit) -> None:
    mother = visit()
    page, answers = mother.page, browser.birth()
    mother.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.govuk-skip-link')")
    write(page, "main input[name=q]", "khai sinh")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    enter(page, f'main a[href="/procedures/{browser.BIRTH}/"]')
    enter(page, f'a[href="/procedures/{browser.BIRTH}/apply/"]')
    assert mother.path == "/sign-in/"
    her = page.locator(f'button[name=person]:has(span:text-is("{browser.MOTHER}"))')
    enter(page, f'button[value="{her.get_attribute("value")}"]')
    assert mother.path == f"/procedures/{browser.BIRTH}/apply/"
    enter(page, "main form .mc-button--go")
    write(page, '[name="applicant.phone"]', "12")
    enter(page, "#form .mc-button--go")
    errors_lead_to_their_fields(mother)
    answer_by_keys(mother, answers)
    for paper in ("birth_notification", "marriage_certificate"):
        choose_by_keys(page, paper)
    enter(page, "button[name=next]")
    tab_to(page, "#field-declared")
    page.keyboard.press("Space")
    enter(page, "form:has(#field-declared) .mc-button--go")
    assert mother.path.endswith("/filed/")


def errors_lead_to_their_fields(visitor: Visitor) -> None:
    """Expect the focus on the error summary, and each of its links to lead to its field."""
    page = visitor.page
    assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
    lines = visitor.errors()
    assert len(lines) == 2  # the phone number, and what she is to the child
    assert page.title().split(":")[0] in {"Error", "Lỗi"}
    wanted = page.locator("[data-error-summary] a").first.get_attribute("href")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("'#' + document.activeElement.id") == wanted
    field = page.locator(f"{wanted}")
    assert field.get_attribute("aria-invalid") == "true"
    told = page.locator(f"#{str(field.get_attribute('aria-describedby')).split()[-1]}")
    assert told.inner_text().strip()
    page.reload()  # the way by Tab begins at the top again


def choose_by_keys(page: Page, paper: str) -> None:
    """Open the chooser of files with the keyboard, and choose one."""
    tab_to(page, f"#file-{paper}")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    with page.expect_navigation():
        content = papers.scan(paper, "test")
        chooser.value.set_files(
            {"name": f"{paper}.pdf", "mimeType": "application/pdf", "buffer": content}
        )


def test_a_shop_is_opened_with_scripts_off(visit: Visit) -> None:
    _, answers = browser.example(SHOP, "online")
    owner = visit(browser.ENTREPRENEUR, java_script_enabled=False)
    browser.begin(owner, SHOP)
    owner.answer_pages(answers)
    owner.see("Phở Nhung")
    code = browser.send(owner)
    owner.press("main a.mc-button--go")
    clerk = visit(browser.CLERK, java_script_enabled=False)
    clerk.work(code, "accept")
    owner.page.reload()
    owner.press('main a[href*="/payments/"]')
    owner.press("main form .mc-button--go")
    owner.press("main form .mc-button--go")
    assert owner.path == f"/cases/{code}/"
    clerk.open(f"/desk/cases/{code}/")
    clerk.wait_for("main section[aria-labelledby^=task-]")
    visit(browser.BUILDING, java_script_enabled=False).work(code, "enough")


def test_a_temporary_residence_is_withdrawn_midway(visit: Visit) -> None:
    story, answers = browser.example(LODGING, "online")
    student = visit(browser.STUDENT, screen=browser.PHONE, is_touching=True)
    browser.begin(student, LODGING)
    student.answer_pages(answers)
    student.bring_all(story.papers)
    code = browser.send(student)
    clerk = visit(browser.CLERK)
    clerk.work(code, "accept")
    student.open(f"/cases/{code}/")
    student.press(f'a[href="/cases/{code}/withdraw/"]')
    student.page.fill("textarea[name=reason]", "Em chuyển chỗ ở khác")
    student.press("main form .mc-button--stop")
    assert student.path == f"/cases/{code}/"
    assert not student.page.locator('a[href*="/withdraw/"], a[href*="/payments/"]').count()
    student.see("Em chuyển chỗ ở khác")
    clerk.open(f"/desk/cases/{code}/")
    assert not clerk.page.locator("button[name=outcome]").count()
    student.open(f"/cases/{code}/withdraw/")  # once more, from an old tab
    assert not student.page.locator("main form").count()
