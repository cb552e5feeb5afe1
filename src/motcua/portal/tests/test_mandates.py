"""Acting for others: a child, another person, a company; what is forged, over or too narrow gives nothing."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.test import Client

from motcua.cases.actions import filing
from motcua.cases.errors import NoSuchCase
from motcua.cases.queries import cases, page
from motcua.identity import queries as identity
from motcua.identity.actions import mandates as actions
from motcua.identity.errors import BadMandate, MandateOver, NoSuchMandate
from motcua.identity.queries import mandates
from motcua.identity.values import Actor, Terms
from motcua.intake import actions as intake
from motcua.intake import queries as drafts
from motcua.intake.errors import NoSuchDraft
from motcua.kit import clock
from motcua.portal.tests.conftest import (
    BIRTH,
    PLACE,
    Browser,
    People,
    bring,
    fill_birth,
    person,
)
from motcua.transparency import queries as transparency

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def terms(*acts: str, procedures: frozenset[str] = frozenset(), days: int = 30) -> Terms:
    now = clock.now()
    return Terms(frozenset(acts), procedures, now - DAY, now + days * DAY)


def given(giver: Actor, holder: Actor, said: Terms) -> uuid.UUID:
    made = actions.give(
        holder_number=holder.personal_id,
        holder_name=holder.name,
        terms=said,
        by=giver,
        at=clock.now(),
    )
    actions.accept(made, by=holder, at=clock.now())
    return made


def now(actor: Actor) -> Actor:
    return identity.actor(actor.id, at=clock.now())


def open_for(whose: Actor, *, by: Actor) -> uuid.UUID:
    return intake.open_draft(
        procedure_code=BIRTH,
        authority_code="H32.01",
        channel="online",
        applicant_kind="citizen",
        by=by,
        at=clock.now(),
        for_person=whose,
    ).id


# ---- bad input


def test_nobody_files_for_whom_they_do_not_represent(people: People, birth: int) -> None:
    with pytest.raises(MandateOver):
        open_for(people.mother, by=people.stranger)
    assert drafts.drafts(of=people.mother) == []


@pytest.mark.parametrize("forged", ["x", "1", str(uuid.UUID(int=7)), "'; --", "\x00"])
def test_a_forged_choice_of_whom_begins_no_draft(
    mother: Browser, people: People, forged: str
) -> None:
    answer = mother.open(f"/procedures/{BIRTH}/apply/").answer(place=PLACE, whom=forged)
    assert answer.status == 403
    assert drafts.drafts(of=people.mother) == []


def test_a_mandate_of_others_is_not_there(people: People) -> None:
    made = actions.give(
        holder_number=people.stranger.personal_id,
        holder_name=people.stranger.name,
        terms=terms("follow"),
        by=people.mother,
        at=clock.now(),
    )
    third = person("056195004999", "Lê Văn Ba")
    for act in (actions.accept, actions.end):
        for mandate_id in (made, uuid.uuid4()):
            with pytest.raises(NoSuchMandate):
                act(mandate_id, by=third, at=clock.now())
    with pytest.raises(NoSuchMandate):  # the giver cannot accept in the holder's place
        actions.accept(made, by=people.mother, at=clock.now())
    with pytest.raises(NoSuchMandate):
        mandates.mandate(made, of=third, at=clock.now())


def test_one_that_is_not_accepted_lets_nobody_act(people: People, birth: int) -> None:
    actions.give(
        holder_number=people.stranger.personal_id,
        holder_name=people.stranger.name,
        terms=terms("follow", "file"),
        by=people.mother,
        at=clock.now(),
    )
    assert now(people.stranger).mandates == ()
    with pytest.raises(MandateOver):
        open_for(people.mother, by=now(people.stranger))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (terms(), "acts"),
        (terms("sell"), "acts"),
        (terms("file", days=-1), "term"),
        (terms("file", days=400), "term-too-long"),
    ],
)
def test_a_mandate_says_for_what_and_how_long(people: People, said: Terms, reason: str) -> None:
    with pytest.raises(BadMandate) as refusal:
        given(people.mother, people.stranger, said)
    assert refusal.value.reason == reason


def test_name_and_number_have_to_belong_together(people: People) -> None:
    for number, name in (
        (people.stranger.personal_id, "Somebody Else"),
        ("12", people.stranger.name),
        (people.mother.personal_id, people.mother.name),
        (people.stranger.personal_id, " \x00 "),
    ):
        with pytest.raises(BadMandate):
            actions.give(
                holder_number=number,
                holder_name=name,
                terms=terms("file"),
                by=people.mother,
                at=clock.now(),
            )


def test_one_for_a_procedure_is_not_one_for_another(people: People, birth: int) -> None:
    given(
        people.mother, people.stranger, terms("follow", "file", procedures=frozenset({"9.999999"}))
    )
    with pytest.raises(MandateOver):
        open_for(people.mother, by=now(people.stranger))


def test_one_that_ends_between_the_page_and_the_press_sends_nothing(
    client: Client, people: People, birth: int
) -> None:
    made = given(people.mother, people.stranger, terms("follow", "file"))
    before = now(people.stranger)
    browser = Browser(client)
    browser.sign_in(people.stranger)
    draft = _filled(browser, people.mother)
    actions.end(made, by=people.mother, at=clock.now())
    answer = browser.send({"declared": "true"}, path=f"/apply/{draft}/check/")
    assert answer.status == 404
    with pytest.raises(MandateOver):  # also for an actor who was read before it ended
        filing.file(draft, idempotency_key="between-pages", by=before, at=clock.now())
    with pytest.raises(NoSuchDraft):
        drafts.own_draft(draft, of=now(people.stranger))
    assert drafts.own_draft(draft, of=people.mother).is_open


# ---- what works


def test_both_see_what_one_filed_for_the_other_and_it_outlives_the_mandate(
    client: Client, people: People, birth: int
) -> None:
    made = given(people.mother, people.stranger, terms("follow", "file"))
    browser = Browser(client)
    browser.sign_in(people.stranger)
    draft = _filled(browser, people.mother)
    filed = browser.send({"declared": "true"}, path=f"/apply/{draft}/check/")
    assert filed.status == 200, filed.errors
    code = cases.own_cases(people.mother)[0].code
    found = page.case_page(code, reader=people.mother, at=clock.now())
    assert found.acting is not None
    assert (found.applicant.id, found.acting.holder_id) == (people.mother.id, people.stranger.id)
    entry = next(e for e in transparency.history(code) if e.kind == "cases.CaseFiled")
    assert entry.by == people.stranger.key
    assert (entry.facts["applicant"], entry.facts["mandate"]) == (people.mother.key, str(made))
    assert people.mother.name in browser.open(f"/cases/{code}/").text
    assert not page.case_page(code, reader=now(people.stranger), at=clock.now()).may_withdraw
    actions.end(made, by=people.stranger, at=clock.now())
    assert browser.open(f"/cases/{code}/").status == 404
    with pytest.raises(NoSuchCase):
        page.case_page(code, reader=now(people.stranger), at=clock.now())
    assert (
        page.case_page(code, reader=people.mother, at=clock.now()).applicant.id == people.mother.id
    )


def test_a_parent_acts_until_the_child_comes_of_age(people: People, birth: int) -> None:
    at = clock.now()
    today = clock.local(at).date()
    born = date(today.year - 17, 1, 1) if today.month > 1 else date(today.year - 17, 12, 31)
    made = actions.ask_for_child(
        kind="parent", number="056208000001", name="Trần Minh An", birth_date=born,
        by=people.mother, at=at,
    )  # fmt: skip
    assert now(people.mother).mandates == ()
    clerk = people.officials["one_stop"]
    with pytest.raises(BadMandate):
        actions.confirm(made, proof=" ", replaces=False, by=clerk, at=at)
    with pytest.raises(NoSuchMandate):  # whoever asks does not confirm
        actions.confirm(
            made, proof="Giấy khai sinh 12/2008", replaces=False, by=people.mother, at=at
        )
    actions.confirm(made, proof="Giấy khai sinh 12/2008", replaces=False, by=clerk, at=clock.now())
    (mandate,) = now(people.mother).mandates
    assert mandate.kind == "parent"
    ends = mandates.mandate(made, of=people.mother, at=at).ends_at
    assert ends is not None and clock.local(ends).date() == born.replace(year=born.year + 18)
    assert identity.actor(people.mother.id, at=ends - DAY).mandates != ()
    assert identity.actor(people.mother.id, at=ends).mandates == ()


def test_whoever_is_of_age_needs_no_parent(people: People) -> None:
    for born in (date(1990, 1, 1), None, date(2999, 1, 1)):
        with pytest.raises(BadMandate):
            actions.ask_for_child(
                kind="parent", number="056208000001", name="Trần Minh An", birth_date=born,
                by=people.mother, at=clock.now(),
            )  # fmt: skip


def test_a_new_representative_takes_the_place_of_the_old_one(people: People) -> None:
    clerk, at = people.officials["one_stop"], clock.now()
    asked = [
        actions.ask_for_organisation(
            code="0401234567", name="Công ty Hải Âu", address="Nha Trang", by=by, at=at
        )
        for by in (people.mother, people.stranger)
    ]
    actions.confirm(asked[0], proof="GCN 0401234567", replaces=True, by=clerk, at=clock.now())
    (first,) = now(people.mother).mandates
    assert first.is_organisation
    actions.confirm(asked[1], proof="GCN 0401234567 lần 2", replaces=True, by=clerk, at=clock.now())
    assert now(people.mother).mandates == ()
    (second,) = now(people.stranger).mandates
    assert second.represented_id == first.represented_id
    history = mandates.representatives(
        first.represented_id, of=now(people.stranger), at=clock.now()
    )
    assert [each.holder_id for each in history] == [people.stranger.id, people.mother.id]
    with pytest.raises(MandateOver):  # who was replaced gives nothing in the company's name
        actions.give(
            holder_number="056195004999", holder_name="Lê Văn Ba", terms=terms("file"),
            by=now(people.mother), at=clock.now(), for_organisation=first.represented_id,
        )  # fmt: skip


def test_a_company_is_known_by_its_code(people: People) -> None:
    for code in ("", "040123456", "0401234567-1", "x" * 10, "\uff10\uff14" * 5):
        with pytest.raises(BadMandate):
            actions.ask_for_organisation(
                code=code, name="Công ty", address="", by=people.mother, at=clock.now()
            )
    assert mandates.mandates(of=people.mother, at=clock.now()) == []


def test_an_official_works_no_case_of_whom_they_act_for(people: People, birth: int) -> None:
    clerk = people.officials["one_stop"]
    given(people.mother, clerk, terms("follow"))
    draft = _example(people.mother)
    code = filing.file(
        draft, idempotency_key="bar-of-mandate", by=people.mother, at=clock.now()
    ).code
    by = now(clerk)
    assert not page.case_page(code, reader=by, at=clock.now()).is_official
    task = cases.as_operator(code).tasks[0]
    assert task.id not in {each.id for each in cases.open_tasks(by)}
    assert not any(each.may_work for each in page.case_page(code, reader=by, at=clock.now()).tasks)


def test_the_pages_lead_through_it(client: Client, people: People, birth: int) -> None:
    browser = Browser(client)
    browser.sign_in(people.mother)
    browser.open("/account/mandates/give/")
    wrong = browser.answer(number="12", name=people.stranger.name, acts=["file"])
    assert wrong.status == 422 and wrong.errors
    last = clock.local(clock.now()).date() + 10 * DAY
    done = browser.answer(
        number=people.stranger.personal_id,
        name=people.stranger.name,
        acts=["file"],
        last__day=str(last.day),
        last__month=str(last.month),
        last__year=str(last.year),
    )
    assert done.path == "/account/mandates/" and people.stranger.name in done.text
    other = Browser(Client())
    other.sign_in(people.stranger)
    (found,) = mandates.mandates(of=people.stranger, at=clock.now())
    assert other.send({}, path=f"/account/mandates/{found.id}/accept/").status == 200
    begin = other.open(f"/procedures/{BIRTH}/apply/")
    assert people.mother.name in begin.text
    browser.open("/account/mandates/ask/")
    assert browser.answer(kind="king", number="1", name="x").status == 422


def _example(by: Actor) -> uuid.UUID:
    browser = Browser(Client())
    browser.sign_in(by)
    return _filled(browser, None)


def _filled(browser: Browser, whose: Actor | None) -> uuid.UUID:
    """Fill in a birth registration, for somebody else if one is named, up to the declaration."""
    fill_birth(browser, whom=whose.key if whose else "")
    bring(browser)
    browser.send({"next": "1"})
    found = re.fullmatch(r"/apply/([^/]+)/check/", browser.path)
    assert found, (browser.path, browser.errors)
    return uuid.UUID(found[1])
