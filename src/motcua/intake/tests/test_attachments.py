"""Files are what they say they are, come whole, and stay with their draft."""

from pathlib import Path

import pytest
from django.test import override_settings

from motcua.documents import errors as documents
from motcua.intake import actions, errors, models, queries, rules
from motcua.intake.tests import sample
from motcua.intake.tests.conftest import LATER, People, add, begin
from motcua.intake.values import Draft, Filing
from motcua.kit.errors import Refused

pytestmark = pytest.mark.django_db


def stored(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_a_file_is_added_for_a_paper(people: People, draft: Draft, files: Path) -> None:
    paper = add(draft, by=people.person)
    assert (paper.paper_id, paper.name) == ("declaration", "tờ khai.png")
    assert (paper.media_type, paper.size) == ("image/png", len(sample.png()))
    assert queries.own_draft(draft.id, of=people.person).papers == (paper,)
    found = queries.attachment(paper.attachment_id)
    assert (found.paper, found.draft_id, found.filing_id) == (paper, draft.id, None)
    assert found.person_id == people.person.id


def test_the_same_file_again_is_the_one_that_is_there(
    people: People, draft: Draft, files: Path
) -> None:
    assert add(draft, by=people.person) == add(draft, by=people.person, name="again.png")
    assert len(stored(files)) == 1


def test_the_same_bytes_of_two_people_are_stored_once(
    people: People, draft: Draft, files: Path
) -> None:
    other = begin(people.stranger)
    assert add(draft, by=people.person).digest == add(other, by=people.stranger).digest
    assert models.Attachment.objects.count() == 2
    assert len(stored(files)) == 1


@pytest.mark.parametrize(
    ("content", "change", "refusal"),
    [
        (b"", {}, documents.FileEmpty),
        (b"just text", {}, documents.TypeNotAllowed),
        (b"MZ\x90\x00" + b"\x00" * 60, {}, documents.TypeNotAllowed),
        (sample.png(), {"name": "a.pdf"}, documents.TypeMismatch),
        (sample.png(), {"paper_id": "proof"}, documents.TypeNotAllowed),
        (sample.png()[:-6], {}, documents.FileDamaged),
        (sample.png(), {"declared_size": 10_000}, documents.FileCutOff),
        (sample.png(), {"paper_id": "passport"}, errors.NoSuchPaper),
        (sample.png(), {"paper_id": "\x00\u202e" * 30}, errors.NoSuchPaper),
    ],
)
def test_a_file_that_is_not_what_is_asked_for_leaves_nothing_behind(
    people: People,
    draft: Draft,
    files: Path,
    content: bytes,
    change: dict[str, str],
    refusal: type[Refused],
) -> None:
    with pytest.raises(refusal):
        add(draft, by=people.person, content=content, **change)  # type: ignore[arg-type]
    assert not models.Attachment.objects.exists()
    assert stored(files) == []


def test_a_file_over_the_limit_is_refused(people: People, draft: Draft, files: Path) -> None:
    with override_settings(MOTCUA_UPLOAD_LIMIT=1_000):
        with pytest.raises(documents.FileTooLarge):
            add(draft, by=people.person, content=sample.png(padding=1_000))
        assert stored(files) == []
        assert add(draft, by=people.person, content=sample.png(padding=500))


def test_a_draft_does_not_take_files_without_end(
    people: People, draft: Draft, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MAX_FILES", 2)
    for shade in (1, 2):
        add(draft, by=people.person, content=sample.png(shade=shade))
    with pytest.raises(errors.TooManyFiles):
        add(draft, by=people.person, content=sample.png(shade=3))


def test_a_file_is_taken_back(people: People, draft: Draft, files: Path) -> None:
    paper = add(draft, by=people.person)
    other = begin(people.person)
    with pytest.raises(errors.NoSuchAttachment):
        actions.detach(paper.attachment_id, draft_id=other.id, by=people.person)
    with pytest.raises(errors.NoSuchDraft):
        actions.detach(paper.attachment_id, draft_id=draft.id, by=people.stranger)
    actions.detach(paper.attachment_id, draft_id=draft.id, by=people.person)
    assert queries.own_draft(draft.id, of=people.person).papers == ()
    with pytest.raises(errors.NoSuchAttachment):
        actions.detach(paper.attachment_id, draft_id=draft.id, by=people.person)


def test_nothing_is_added_to_or_taken_from_what_was_sent(
    people: People, complete: Draft, filing: Filing
) -> None:
    with pytest.raises(errors.DraftSent):
        add(complete, by=people.person, content=sample.png(shade=9))
    with pytest.raises(errors.NoSuchAttachment):
        actions.detach(filing.papers[0].attachment_id, draft_id=complete.id, by=people.person)
    with pytest.raises(errors.DraftSent):
        actions.save(complete.id, answers={}, by=people.person, at=LATER)
    with pytest.raises(errors.DraftSent):
        actions.discard(complete.id, by=people.person)
    assert queries.filing(filing.id).papers == filing.papers
