"""A draft keeps whatever was typed, for the one who typed it."""

from datetime import timedelta
from pathlib import Path

import pytest

from motcua.catalogue.errors import NoSuchProcedure
from motcua.identity.errors import MandateOver, NoSuchAuthority
from motcua.intake import actions, errors, models, queries, rules
from motcua.intake.tests import sample
from motcua.intake.tests.conftest import (
    ANSWERS,
    AT,
    LATER,
    WARD,
    People,
    add,
    begin,
    publish,
    set_up,
)
from motcua.intake.values import Draft, Filing
from motcua.kit.errors import Refused

pytestmark = pytest.mark.django_db


def codes(saved: object) -> set[tuple[str, str]]:
    return {(trouble.path, trouble.code) for trouble in getattr(saved, "troubles", ())}


# --- beginning ----------------------------------------------------------------------------------


def test_a_person_begins_a_draft_online(people: People, version: int) -> None:
    draft = begin(people.person)
    assert (draft.procedure_code, draft.version_id) == (sample.CODE, version)
    assert (draft.person_id, draft.authority_code) == (people.person.id, WARD)
    assert draft.answers == {}
    assert draft.is_open
    assert queries.own_draft(draft.id, of=people.person) == draft


@pytest.mark.parametrize("channel", ["counter", "post"])
def test_the_counter_begins_a_draft_for_another(people: People, version: int, channel: str) -> None:
    draft = begin(people.counter, channel=channel, for_person=people.person)
    assert draft.person_id == people.person.id
    assert queries.own_draft(draft.id, of=people.counter) == draft
    assert queries.own_draft(draft.id, of=people.person) == draft


def test_nobody_else_files_for_another(people: People, version: int) -> None:
    for other in (people.stranger, people.officer, people.other_counter):
        for channel in ("counter", "post"):
            with pytest.raises(errors.NotAtThisCounter):
                begin(other, channel=channel, for_person=people.person)
        with pytest.raises(MandateOver):
            begin(other, channel="online", for_person=people.person)


def test_the_counter_cannot_pass_for_a_person_online(people: People, version: int) -> None:
    with pytest.raises(MandateOver):
        begin(people.counter, for_person=people.person)


def test_the_counter_says_whose_filing_it_is(people: People, version: int) -> None:
    with pytest.raises(errors.NobodyNamed):
        begin(people.counter, channel="counter")


@pytest.mark.parametrize(
    ("procedure", "authority", "channel", "kind", "refusal"),
    [
        ("1.999999", WARD, "online", "citizen", NoSuchProcedure),
        (sample.CODE, "H99", "online", "citizen", NoSuchAuthority),
        (sample.CODE, WARD, "pigeon", "citizen", errors.BadChannel),
        (sample.CODE, WARD, "online", "agency", errors.NotForThisKind),
        (sample.CODE, WARD, "online", "ghost", errors.NotForThisKind),
    ],
)
def test_what_is_not_known_or_not_meant_is_refused(
    people: People,
    version: int,
    procedure: str,
    authority: str,
    channel: str,
    kind: str,
    refusal: type[Refused],
) -> None:
    with pytest.raises(refusal):
        actions.open_draft(
            procedure_code=procedure,
            authority_code=authority,
            channel=channel,
            applicant_kind=kind,
            by=people.person,
            at=AT,
        )
    assert not models.Draft.objects.exists()


def test_an_authority_that_does_not_handle_the_procedure_takes_no_draft(
    people: People, version: int
) -> None:
    set_up("H15", level="province")
    set_up("H15.50.03", units="one_stop justice")  # nobody there could sign
    for code in ("H15", "H15.50.03"):
        with pytest.raises(errors.NotHandledHere):
            begin(people.person, authority_code=code)


def test_the_counter_of_the_ward_serves_an_office_that_has_none(
    people: People, version: int
) -> None:
    set_up("G01.01", level="sector", parent_code=WARD, units="justice leadership")
    draft = begin(
        people.counter, channel="counter", for_person=people.person, authority_code="G01.01"
    )
    assert draft.authority_code == "G01.01"
    assert queries.own_draft(draft.id, of=people.counter) == draft
    with pytest.raises(errors.NotAtThisCounter):
        begin(
            people.other_counter,
            channel="counter",
            for_person=people.person,
            authority_code="G01.01",
        )


def test_a_procedure_that_is_not_online_is_filed_at_the_counter(people: People) -> None:
    publish(online="information")
    with pytest.raises(errors.NotOnline):
        begin(people.person)
    assert begin(people.counter, channel="counter", for_person=people.person).is_open


def test_a_person_cannot_pile_up_drafts(
    people: People, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_DRAFTS", 2)
    first = begin(people.person)
    begin(people.person)
    with pytest.raises(errors.TooManyDrafts):
        begin(people.person)
    actions.discard(first.id, by=people.person)
    assert begin(people.person).is_open


# --- saving -------------------------------------------------------------------------------------


def test_whatever_was_typed_is_saved_and_what_is_wrong_is_said(
    people: People, draft: Draft
) -> None:
    typed: dict[str, object] = {"age": "thirty", "name": "x\x07", "more": [1, {"a": None}]}
    saved = actions.save(draft.id, answers=typed, by=people.person, at=LATER)
    assert queries.own_draft(draft.id, of=people.person).answers == typed
    assert saved.draft.updated_at > draft.updated_at
    assert {path for path, _ in codes(saved)} >= {"answers.age", "answers.name", "answers.more"}
    assert all(trouble.message for trouble in saved.troubles)


def test_what_is_missing_is_said_before_sending(people: People, draft: Draft) -> None:
    saved = actions.save(draft.id, answers=ANSWERS, by=people.person, at=LATER)
    assert codes(saved) == {("papers.declaration", "required")}
    assert queries.troubles(draft.id, of=people.person, at=LATER) == saved.troubles
    young = actions.save(draft.id, answers={**ANSWERS, "age": 9}, by=people.person, at=LATER)
    assert ("answers.age", "eligibility") in codes(young)


def test_a_paper_is_asked_for_when_the_answers_say_so(
    people: People, draft: Draft, files: Path
) -> None:
    add(draft, by=people.person)
    birth: dict[str, object] = {"name": "Trần An", "age": 30, "reason": "birth"}
    saved = actions.save(draft.id, answers=birth, by=people.person, at=LATER)
    assert codes(saved) == {("papers.proof", "required")}


@pytest.mark.parametrize(
    ("typed", "place", "code"),
    [
        ({"name": "a\x00b"}, "answers.name", "control_characters"),
        ({"name": ["ok", "\ud800"]}, "answers.name.1", "control_characters"),
        ({"na\x00me": 1}, "answers", "bad_key"),
        ({"age": float("nan")}, "answers.age", "not_finite"),
        ({"age": float("inf")}, "answers.age", "not_finite"),
        ({"age": 10**400}, "answers.age", "too_large"),
        ({"age": 10**5_000}, "answers.age", "too_large"),
        ({"age": {1}}, "answers.age", "type"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_nothing_is_lost(
    people: People, draft: Draft, typed: dict[str, object], place: str, code: str
) -> None:
    actions.save(draft.id, answers=ANSWERS, by=people.person, at=AT)
    with pytest.raises(errors.Unstorable) as refusal:
        actions.save(draft.id, answers=typed, by=people.person, at=LATER)
    assert [(field.path, field.code) for field in refusal.value.fields] == [(place, code)]
    assert queries.own_draft(draft.id, of=people.person).answers == ANSWERS


def test_hostile_depth_and_size_are_refused(people: People, draft: Draft) -> None:
    deep: dict[str, object] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    with pytest.raises(errors.Unstorable):
        actions.save(draft.id, answers=deep, by=people.person, at=LATER)
    with pytest.raises(errors.TooMuchText):
        actions.save(draft.id, answers={"name": "ư" * 40_000}, by=people.person, at=LATER)
    just = {"name": "x" * (rules.MAX_ANSWERS - len('{"name": ""}'))}
    assert actions.save(draft.id, answers=just, by=people.person, at=LATER).draft.answers == just


def test_of_two_saves_that_began_alike_the_second_is_told(people: People, draft: Draft) -> None:
    first = actions.save(
        draft.id,
        answers={"name": "first"},
        by=people.person,
        at=LATER,
        expected_updated_at=draft.updated_at,
    )
    with pytest.raises(errors.DraftChanged):
        actions.save(
            draft.id,
            answers={"name": "second"},
            by=people.person,
            at=LATER,
            expected_updated_at=draft.updated_at,
        )
    assert queries.own_draft(draft.id, of=people.person).answers == {"name": "first"}
    again = actions.save(
        draft.id,
        answers={"name": "second"},
        by=people.person,
        at=LATER,
        expected_updated_at=first.draft.updated_at,
    )
    assert again.draft.answers == {"name": "second"}


def test_a_clock_that_jumps_back_still_names_a_new_state(people: People, draft: Draft) -> None:
    moments = [draft.updated_at]
    for at in (LATER, LATER, AT - timedelta(days=1)):
        saved = actions.save(draft.id, answers=ANSWERS, by=people.person, at=at)
        moments.append(saved.draft.updated_at)
    assert moments == sorted(set(moments))
    assert all(moment.microsecond % 1_000 == 0 for moment in moments)


# --- whose it is --------------------------------------------------------------------------------


def test_a_draft_is_not_there_for_others(people: People, draft: Draft, files: Path) -> None:
    for other in (people.stranger, people.officer, people.counter):
        with pytest.raises(errors.NoSuchDraft):
            queries.own_draft(draft.id, of=other)
        with pytest.raises(errors.NoSuchDraft):
            actions.save(draft.id, answers=ANSWERS, by=other, at=LATER)
        with pytest.raises(errors.NoSuchDraft):
            actions.discard(draft.id, by=other)
        with pytest.raises(errors.NoSuchDraft):
            add(draft, by=other)
        with pytest.raises(errors.NoSuchDraft):
            actions.renew(draft.id, by=other, at=LATER)
        with pytest.raises(errors.NoSuchDraft):
            actions.prepare(draft.id, idempotency_key="key-0001", by=other, at=LATER)
        assert queries.drafts(of=other) == []
    assert queries.own_draft(draft.id, of=people.person) == draft


def test_drafts_are_listed_newest_first_page_by_page(
    people: People, version: int, filing: Filing
) -> None:
    begun = [begin(people.person) for _ in range(3)]
    ids = sorted((draft.id for draft in begun), reverse=True)
    first = queries.drafts(of=people.person, limit=2)
    rest = queries.drafts(of=people.person, after=first[-1].id)
    assert [draft.id for draft in (*first, *rest)] == ids  # the one that was sent is not there


def test_a_discarded_draft_is_gone_with_its_files(
    people: People, draft: Draft, files: Path
) -> None:
    add(draft, by=people.person)
    actions.discard(draft.id, by=people.person)
    assert not models.Attachment.objects.exists()
    with pytest.raises(errors.NoSuchDraft):
        queries.own_draft(draft.id, of=people.person)


# --- a procedure that changes -------------------------------------------------------------------


def test_a_draft_moves_to_a_new_version_by_one_explicit_step(
    people: People, complete: Draft
) -> None:
    new = publish(summary="Nay đã khác.")
    with pytest.raises(errors.ProcedureChanged):
        actions.prepare(complete.id, idempotency_key="key-0001", by=people.person, at=LATER)
    moved = actions.renew(complete.id, by=people.person, at=LATER)
    assert moved.draft.version_id == new
    assert (moved.draft.answers, moved.draft.papers) == (complete.answers, complete.papers)
    assert moved.troubles == ()
    ready = actions.prepare(complete.id, idempotency_key="key-0001", by=people.person, at=LATER)
    assert ready.answers == ANSWERS


def test_renewing_a_draft_that_is_current_changes_nothing(people: People, complete: Draft) -> None:
    assert actions.renew(complete.id, by=people.person, at=LATER).draft == complete
