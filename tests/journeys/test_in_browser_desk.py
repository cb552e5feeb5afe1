"""At the desk: the counter, a permit that agencies are asked about, signing many, standing in, and accidents."""

import subprocess
import uuid
from typing import Any

from playwright.sync_api import Route

from motcua.config.demo import papers
from tests.conftest import People, done
from tests.journeys import browser
from tests.journeys.browser import Visit, Visitor

PERMIT = "1.013225"
AGENCIES = {browser.LAND: "agree", browser.FIRE: "disagree", browser.ENVIRONMENT: "agree"}
TO_THE_LEADER = (("intake", "accept"), ("officer", "approve"), ("reviewer", "forward"))


def birth_at(people: People, *stages: tuple[str, str]) -> str:
    """File a birth, have officials complete some of its tasks, and return its code."""
    code = str(done(people.file_birth(key=f"browser-{uuid.uuid4()}")).json()["code"])
    for role, outcome in stages:
        done(people.complete(code, role, outcome))
    return code


def test_a_permit_is_supplemented_consulted_on_inspected_and_refused(
    visit: Visit, people: People
) -> None:
    builder = visit(browser.BUILDER)
    code = file_permit(builder)
    visit(browser.CLERK).work(code, "accept")
    pay(builder, code)
    officer = visit(browser.BUILDING)
    officer.open(f"/desk/cases/{code}/")
    officer.wait_for("button[name=outcome][value=supplement]")
    asked = ("Bản vẽ mặt cắt móng có chữ ký", "Số tờ bản đồ")
    officer.complete("supplement", reason="Khoản 2 Điều 54", items=asked)
    supplement(builder, code, asked)
    officer.work(code, "enough")
    officer.see("ban-ve-lan-2.pdf")  # what changed stands on the case's page
    for agency, outcome in AGENCIES.items():
        visit(agency).work(code, outcome, reason="Ý kiến của cơ quan được hỏi")
    officer.work(code, "matches")
    officer.open(f"/desk/cases/{code}/")
    officer.complete("reject", reason="Cơ quan PCCC không đồng ý")
    visit(browser.REVIEWER).work(code, "forward")
    chair = visit(browser.CHAIR)
    sign(chair, code)
    visit(browser.CLERK).work(code, "return_result")
    builder.open(f"/cases/{code}/")
    letter = builder.download('main a.mc-button--go[href^="/documents/"]')
    assert "Cơ quan PCCC không đồng ý" in text_of(letter)


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF on one line."""
    command = ["pdftotext", "-", "-"]
    read = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True)
    return " ".join(read.stdout.decode().split())


def file_permit(builder: Visitor) -> str:
    """Apply for a house by the water that land, fire and environment are asked about."""
    story, answers = browser.example(PERMIT, "four-agencies")
    answers["land"]["heritage"] = False
    browser.begin(builder, PERMIT)
    builder.answer_pages(answers)
    builder.bring_all(story.papers)
    return browser.send(builder)


def pay(visitor: Visitor, code: str) -> None:
    """Pay what is due through the bank of the demo."""
    visitor.open(f"/cases/{code}/")
    visitor.press(f'main a[href^="/cases/{code}/payments/"]')
    visitor.press("main form .mc-button--go")
    visitor.press("main form .mc-button--go")
    assert visitor.path == f"/cases/{code}/"


def supplement(builder: Visitor, code: str, asked: tuple[str, ...]) -> None:
    """Bring what was asked for and change an answer, all in one."""
    builder.open(f"/cases/{code}/")
    for each in asked:
        builder.see(each)
    builder.press(f'a[href="/cases/{code}/supplement/"].mc-button--go')
    builder.bring("drawings", papers.scan("Bản vẽ", "lần 2"), name="ban-ve-lan-2.pdf")
    builder.press("button[name=send]")
    assert builder.path == f"/cases/{code}/"


def sign(leader: Visitor, code: str) -> None:
    """Read a decision in the signing folder and sign it."""
    leader.open("/desk/signing/")
    leader.press(leader.page.locator("tr").filter(has_text=code).locator("a[data-open]"))
    leader.press("form:has([name=outcome][value=sign]) button:not([name=next])")
    assert leader.path == "/desk/signing/"


def test_a_clerk_files_scans_takes_cash_and_prints_at_the_counter(visit: Visit) -> None:
    answers = browser.birth(copies=2)
    clerk = visit(browser.CLERK)
    clerk.open("/desk/counter/")
    clerk.fill_in("procedure", browser.BIRTH)
    clerk.fill_in("personal_id", browser.MOTHER)
    clerk.press("main form .mc-button--go")
    clerk.press("button[name=do][value=file]")  # too early: everything that is missing is told
    clerk.refused(422)
    assert len(clerk.errors()) > 5
    for _ in range(2):  # the father's questions come when he is declared
        clerk.answer(answers)
        clerk.press("button[name=do][value=save]:visible")
    scan_in(clerk)
    clerk.press("button[name=do][value=file]")
    code = clerk.path.removeprefix("/desk/cases/").strip("/")
    clerk.complete("accept")
    slip = clerk.page.request.get(f"{clerk.address}/desk/cases/{code}/slips/1.pdf")
    assert slip.body().startswith(b"%PDF")
    take_cash(clerk, receipt="0001234")
    visit(browser.REGISTRAR).work(code, "approve")


def test_what_a_clerk_types_while_the_questions_change_is_kept(visit: Visit) -> None:
    clerk = visit(browser.CLERK)
    clerk.open("/desk/counter/")
    clerk.fill_in("procedure", browser.BIRTH)
    clerk.fill_in("personal_id", browser.MOTHER)
    clerk.press("main form .mc-button--go")
    page, name = clerk.page, '[name="child.full_name"]'

    def late(route: Route) -> None:
        page.wait_for_timeout(300)
        page.locator(name).press_sequentially("Trần Minh Khôi")
        route.continue_()

    page.route(f"**{clerk.path}", late)
    page.locator('[name="father_declared"]').check()  # the father's questions are fetched
    page.locator('[name="father.full_name"]').wait_for()
    assert page.input_value(name) == "Trần Minh Khôi"


def scan_in(clerk: Visitor) -> None:
    """Put a scan into the input of every paper, and save."""
    inputs = clerk.page.locator("main input[type=file]")
    assert inputs.count() >= 3  # at the counter the signed declaration is a paper too
    for each in inputs.all():
        scan = papers.scan(str(each.get_attribute("name")), "tại quầy")
        each.set_input_files({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scan})
    clerk.press("button[name=do][value=save]:visible")
    assert clerk.page.locator("main .mc-file").count() == inputs.count()


def take_cash(clerk: Visitor, *, receipt: str) -> None:
    """Record cash for the fee that is due, and see it gone."""
    clerk.page.fill("input[name=receipt]", receipt)
    clerk.press('form[action*="/cash/"] button')
    assert not clerk.page.locator('form[action*="/cash/"]').count()


def test_a_leader_signs_many_at_once_and_may_leave_meanwhile(visit: Visit, people: People) -> None:
    codes = [birth_at(people, *TO_THE_LEADER) for _ in range(3)]
    deputy = visit(browser.DEPUTY)
    deputy.open("/desk/signing/")
    deputy.press("form[data-picks] button.mc-button--go")  # nothing ticked yet
    deputy.refused(422)
    assert deputy.errors()
    for code in codes:
        deputy.page.locator("tr").filter(has_text=code).locator("input[data-pick]").check()
    assert "3" in deputy.page.locator("[data-pick-count]").inner_text()
    deputy.press("form[data-picks] button.mc-button--go")
    operation = deputy.path
    assert operation.startswith("/desk/operations/")
    deputy.open("/desk/")
    deputy.open(operation)
    stop = deputy.page.locator('form[action$="/cancel/"]')  # the page itself tells when it is over
    stop.wait_for(state="detached")
    assert deputy.page.locator("main").inner_text().count("3") >= 2  # 3 of 3
    for code in codes:
        assert len(done(people.citizen.get(f"/cases/{code}")).json()["documents"]) == 1
    deputy.open("/desk/signing/")
    assert not any(deputy.page.locator("tr").filter(has_text=code).count() for code in codes)


def test_a_colleague_stands_in_while_the_head_of_office_is_away_and_no_longer(
    visit: Visit, people: People
) -> None:
    first, second = (birth_at(people, *TO_THE_LEADER[:2]) for _ in range(2))
    head, colleague = visit(browser.REVIEWER), visit(browser.BUILDING_HEAD)
    colleague.open(f"/desk/cases/{first}/")
    assert not colleague.page.locator("button[name=outcome]").count()
    give_post(head, to=colleague.name)
    try:
        colleague.work(first, "forward")
    finally:  # others of this site sign in as the head of office, too
        head.open("/desk/delegation/")
        head.press('form[action$="/end/"] button')
    colleague.open(f"/desk/cases/{second}/")
    assert not colleague.page.locator("button[name=outcome]").count()
    head.work(second, "forward")


def give_post(giver: Visitor, *, to: str) -> None:
    """Give one's post to a colleague for today."""
    giver.open("/desk/delegation/")
    option = giver.page.locator("select[name=to] option").filter(has_text=to)
    giver.page.select_option("select[name=to]", str(option.get_attribute("value")))
    giver.page.fill("input[name=last]", giver.page.input_value("input[name=first]"))
    giver.press("main form .mc-button--go")
    assert not giver.errors()
    assert giver.page.locator('form[action$="/end/"]').count() == 1


def test_of_two_officers_on_one_task_the_second_is_told_and_loses_no_word(
    visit: Visit, people: People
) -> None:
    code = birth_at(people, ("intake", "accept"))
    officer, head = visit(browser.REGISTRAR), visit(browser.REGISTRAR_HEAD)
    for each in (officer, head):
        each.open(f"/desk/cases/{code}/")
    officer.press("button[name=do][value=take]")
    head.complete("reject", reason="Giấy chứng sinh không khớp")
    head.refused(409)
    assert head.errors()
    officer.complete("approve")
    history = done(people.citizen.get(f"/cases/{code}/history")).json()
    assert [each["kind"] for each in history].count("cases.TaskCompleted") <= 2
    case: dict[str, Any] = done(people.citizen.get(f"/cases/{code}")).json()
    assert [task["element"] for task in case["tasks"] if task["state"] == "open"] == ["review"]


def test_the_back_button_after_sending_leads_to_the_case(visit: Visit) -> None:
    mother = visit(browser.MOTHER)
    browser.begin(mother, browser.BIRTH)
    mother.answer_pages(browser.birth())
    mother.bring_all(["birth_notification", "marriage_certificate"])
    code = browser.send(mother)
    mother.page.go_back()
    assert mother.path == f"/cases/{code}/"
    mother.open("/cases/")
    assert mother.page.locator(f'main a[href="/cases/{code}/"]').count() == 1


def test_a_session_that_ends_in_the_middle_of_a_page_loses_nothing(visit: Visit) -> None:
    mother, answers = visit(browser.MOTHER), browser.birth()
    browser.begin(mother, browser.BIRTH)
    mother.answer(answers)
    mother.press("#form .mc-button--go")
    child = mother.path
    mother.answer(answers)
    mother.page.context.clear_cookies(name="sessionid")
    mother.press("#form .mc-button--go")
    assert mother.path == "/sign-in/"
    mother.sign_in(browser.MOTHER)
    assert mother.path == child
    assert mother.page.input_value('[name="child.full_name"]') == "Trần Minh Khôi"
    assert mother.page.locator("main .mc-banner--done").count() == 1
    mother.press("#form .mc-button--go")
    assert mother.path.endswith("/pages/mother/")
    mother.open(child)
    assert mother.page.input_value('[name="child.full_name"]') == "Trần Minh Khôi"
