"""A draft that is complete is sent once; what was said before a supplement is kept."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from motcua.intake import actions, errors, models, queries
from motcua.intake.tests import sample
from motcua.intake.tests.conftest import (
    ANSWERS,
    AT,
    KEY,
    LATER,
    WARD,
    People,
    add,
    begin,
    send,
)
from motcua.intake.values import Draft, Filing, Paper
from motcua.transparency import queries as transparency

pytestmark = pytest.mark.django_db
MUCH_LATER = LATER + timedelta(days=2)


# --- sending ------------------------------------------------------------------------------------


def test_a_complete_draft_becomes_a_filing(people: People, complete: Draft) -> None:
    filing = send(complete, by=people.person)
    assert filing.is_new
    assert (filing.person_id, filing.person_name) == (people.person.id, "Người dân")
    assert filing.submitted_by_id == people.person.id
    assert (filing.answers, filing.submitted_at) == (ANSWERS, LATER)
    assert [paper.paper_id for paper in filing.papers] == ["declaration"]
    sent = queries.own_draft(complete.id, of=people.person)
    assert (sent.is_open, sent.submitted_at) == (False, LATER)
    found = queries.attachment(filing.papers[0].attachment_id)
    assert (found.filing_id, found.authority_code) == (filing.id, WARD)


def test_the_log_tells_of_it_without_a_word_of_what_was_said(filing: Filing) -> None:
    (entry,) = transparency.history(str(filing.id))
    assert (entry.kind, entry.authority) == ("intake.FilingSubmitted", WARD)
    assert entry.facts == {
        "filing": str(filing.id),
        "procedure": sample.CODE,
        "version": filing.version_id,
        "channel": "online",
        "papers": 1,
        "mandate": "",
        "person": str(filing.person_id),
    }


def test_answers_to_hidden_questions_are_dropped(people: People, complete: Draft) -> None:
    typed = {**ANSWERS, "reason": "birth", "which": "hidden now"}
    actions.save(complete.id, answers=typed, by=people.person, at=AT)
    models.Draft.objects.filter(pk=complete.id).update(papers_held=["proof"])
    filing = send(complete, by=people.person)
    assert "which" not in filing.answers
    assert filing.papers_held == ("proof",)  # a register answered for it, so no file was needed


def test_the_counter_sends_for_another(people: People, version: int, files: Path) -> None:
    draft = begin(people.counter, channel="counter", for_person=people.person)
    add(draft, by=people.counter)
    actions.save(draft.id, answers=ANSWERS, by=people.counter, at=AT)
    filing = send(draft, by=people.counter)
    assert (filing.person_id, filing.submitted_by_id) == (people.person.id, people.counter.id)


def test_the_same_key_again_gives_the_same_filing(people: People, complete: Draft) -> None:
    first = send(complete, by=people.person)
    ready = actions.prepare(complete.id, idempotency_key=KEY, by=people.person, at=MUCH_LATER)
    assert ready.filing_id == first.id
    again = actions.submit(ready, by=people.person, at=MUCH_LATER)
    assert (again.id, again.submitted_at, again.is_new) == (first.id, LATER, False)
    assert len(transparency.history(str(first.id))) == 1


def test_two_that_were_prepared_at_once_give_one_filing(people: People, complete: Draft) -> None:
    ready = [
        actions.prepare(complete.id, idempotency_key=KEY, by=people.person, at=LATER)
        for _ in range(2)
    ]
    first, second = (actions.submit(each, by=people.person, at=LATER) for each in ready)
    assert (first.id, first.is_new, second.is_new) == (second.id, True, False)


def test_another_key_is_told_the_filing(people: People, complete: Draft) -> None:
    other = actions.prepare(complete.id, idempotency_key="another-key", by=people.person, at=LATER)
    filing = send(complete, by=people.person)
    with pytest.raises(errors.DraftSent) as refusal:
        send(complete, by=people.person, key="another-key")
    assert refusal.value.values["filing"] == filing.id
    with pytest.raises(errors.DraftSent):
        actions.submit(other, by=people.person, at=LATER)


def test_a_key_stands_for_one_draft_of_one_person(
    people: People, complete: Draft, files: Path
) -> None:
    send(complete, by=people.person)
    second = begin(people.person)
    with pytest.raises(errors.KeyUsed):
        send(second, by=people.person)
    add(second, by=people.person)
    actions.save(second.id, answers=ANSWERS, by=people.person, at=AT)
    ready = actions.prepare(second.id, idempotency_key="key-0002", by=people.person, at=LATER)
    models.Filing.objects.update(idempotency_key="key-0002")  # as if both were sent at once
    with pytest.raises(errors.KeyUsed):
        actions.submit(ready, by=people.person, at=LATER)
    other = begin(people.stranger)
    add(other, by=people.stranger)
    actions.save(other.id, answers=ANSWERS, by=people.stranger, at=AT)
    assert send(other, by=people.stranger, key="key-0002").is_new


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 101, "with space", "tab\tnul\x00", "khóa-mới-1"]
)
def test_a_key_that_is_none_is_refused(people: People, complete: Draft, key: str) -> None:
    with pytest.raises(errors.BadKey):
        send(complete, by=people.person, key=key)


def test_what_is_incomplete_cannot_be_sent_and_nothing_is_lost(
    people: People, draft: Draft
) -> None:
    typed: dict[str, object] = {"name": "H", "age": -1}
    actions.save(draft.id, answers=typed, by=people.person, at=AT)
    with pytest.raises(errors.Incomplete) as refusal:
        send(draft, by=people.person)
    paths = {field.path for field in refusal.value.fields}
    assert paths == {"answers.name", "answers.age", "answers.reason"}
    kept = queries.own_draft(draft.id, of=people.person)
    assert (kept.answers, kept.is_open) == (typed, True)
    assert not models.Filing.objects.exists()


def test_errors_are_in_the_readers_language(people: People, draft: Draft) -> None:
    said = {}
    for language in ("vi", "en"):
        with override(language), pytest.raises(errors.Incomplete) as refusal:
            send(draft, by=people.person)
        said[language] = {field.path: str(field.message) for field in refusal.value.fields}
    assert "họ tên" in said["vi"]["answers.name"]
    assert "full name" in said["en"]["answers.name"]


@pytest.mark.parametrize("change", ["answers", "added", "removed"])
def test_a_draft_that_changed_while_it_was_checked_is_not_sent(
    people: People, complete: Draft, change: str
) -> None:
    ready = actions.prepare(complete.id, idempotency_key=KEY, by=people.person, at=LATER)
    if change == "answers":
        actions.save(complete.id, answers={}, by=people.person, at=LATER)
    elif change == "added":
        add(complete, by=people.person, content=sample.png(shade=9))
    else:
        attachment_id = complete_papers(complete, people)[0].attachment_id
        actions.detach(attachment_id, draft_id=complete.id, by=people.person)
    with pytest.raises(errors.DraftChanged):
        actions.submit(ready, by=people.person, at=LATER)
    assert queries.own_draft(complete.id, of=people.person).is_open


def complete_papers(draft: Draft, people: People) -> tuple[Paper, ...]:
    return queries.own_draft(draft.id, of=people.person).papers


def test_sending_goes_with_the_callers_transaction(people: People, complete: Draft) -> None:
    ready = actions.prepare(complete.id, idempotency_key=KEY, by=people.person, at=LATER)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.submit(ready, by=people.person, at=LATER)
        _ = 1 / 0
    assert not models.Filing.objects.exists()
    assert queries.own_draft(complete.id, of=people.person).is_open
    assert actions.submit(ready, by=people.person, at=LATER).is_new


def test_the_database_keeps_a_sent_draft_closed(complete: Draft) -> None:
    rows = models.Draft.objects.filter(pk=complete.id)
    for change in ({"is_open": False}, {"submitted_at": AT}, {"channel": "pigeon"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


# --- supplements --------------------------------------------------------------------------------


def bring(people: People, filing: Filing, *, shade: int = 7) -> Paper:
    return actions.attach_to_filing(
        filing.id,
        paper_id="declaration",
        name="thêm.png",
        chunks=[sample.png(shade=shade)],
        declared_size=None,
        by=people.person,
        at=MUCH_LATER,
    )


def test_a_supplement_changes_answers_and_adds_papers(people: People, filing: Filing) -> None:
    paper = bring(people, filing)
    assert queries.filing(filing.id).papers == filing.papers  # brought, but not yet part of it
    corrected = {**ANSWERS, "age": 31}
    after = actions.supplement(
        filing.id,
        answers=corrected,
        attachment_ids=[paper.attachment_id],
        by=people.person,
        at=MUCH_LATER,
    )
    assert after.answers == corrected
    assert after.papers == (*filing.papers, paper)
    assert after.submitted_at == filing.submitted_at
    kept = models.Revision.objects.get(filing_id=filing.id)
    assert (kept.number, kept.answers, kept.replaced_at) == (1, ANSWERS, MUCH_LATER)
    entry = transparency.history(str(filing.id))[-1]
    assert entry.kind == "intake.FilingSupplemented"
    assert entry.facts == {
        "filing": str(filing.id),
        "revision": 1,
        "has_new_answers": True,
        "papers": 1,
    }


def test_papers_alone_or_answers_alone_will_do(people: People, filing: Filing) -> None:
    paper = bring(people, filing)
    supplement(people, filing, attachment_ids=[paper.attachment_id])
    after = supplement(people, filing, answers={**ANSWERS, "age": 40})
    assert after.answers["age"] == 40
    assert len(after.papers) == 2
    numbers = models.Revision.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def supplement(
    people: People,
    filing: Filing,
    *,
    answers: dict[str, object] | None = None,
    attachment_ids: tuple[uuid.UUID, ...] | list[uuid.UUID] = (),
) -> Filing:
    return actions.supplement(
        filing.id, answers=answers, attachment_ids=attachment_ids, by=people.person, at=MUCH_LATER
    )


def test_a_supplement_that_brings_nothing_is_refused(people: People, filing: Filing) -> None:
    for answers in (None, ANSWERS):
        with pytest.raises(errors.NothingNew):
            supplement(people, filing, answers=answers)
    paper = bring(people, filing)
    supplement(people, filing, attachment_ids=[paper.attachment_id])
    with pytest.raises(errors.NothingNew):
        supplement(people, filing, attachment_ids=[paper.attachment_id])


def test_a_supplement_is_checked_as_a_whole_and_nothing_is_lost(
    people: People, filing: Filing
) -> None:
    paper = bring(people, filing)
    with pytest.raises(errors.Incomplete) as refusal:
        supplement(
            people,
            filing,
            answers={**ANSWERS, "reason": "birth"},
            attachment_ids=[paper.attachment_id],
        )
    assert [field.path for field in refusal.value.fields] == ["papers.proof"]
    assert queries.filing(filing.id) == queries.filing(filing.id)
    assert queries.filing(filing.id).answers == ANSWERS
    assert not models.Revision.objects.exists()
    assert queries.attachment(paper.attachment_id).filing_id is None  # still there to be sent


def test_a_supplement_takes_no_file_of_another(
    people: People, filing: Filing, version: int
) -> None:
    other = add(begin(people.stranger), by=people.stranger)
    for attachment_id in (other.attachment_id, uuid.uuid4()):
        with pytest.raises(errors.NoSuchAttachment):
            supplement(people, filing, attachment_ids=[attachment_id])


def test_only_the_applicant_and_the_counter_supplement(people: People, filing: Filing) -> None:
    for other in (people.stranger, people.officer, people.other_counter):
        with pytest.raises(errors.NoSuchFiling):
            actions.supplement(filing.id, answers={}, attachment_ids=[], by=other, at=MUCH_LATER)
    after = actions.supplement(
        filing.id,
        answers={**ANSWERS, "age": 50},
        attachment_ids=[],
        by=people.counter,
        at=MUCH_LATER,
    )
    assert after.answers["age"] == 50


def test_what_is_not_there_is_absent(people: People, db: None) -> None:
    with pytest.raises(errors.NoSuchFiling):
        queries.filing(uuid.uuid4())
    with pytest.raises(errors.NoSuchAttachment):
        queries.attachment(uuid.uuid4())
    with pytest.raises(errors.NoSuchFiling):
        actions.supplement(
            uuid.uuid4(), answers={}, attachment_ids=[], by=people.person, at=MUCH_LATER
        )
