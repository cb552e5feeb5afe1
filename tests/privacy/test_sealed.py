"""Sensitive answers and files stand nowhere in the open, and every page still shows them."""

import json
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from motcua.desk.tests.conftest import AT, BIRTH_ANSWERS, WARD, Desk, People, file_birth, png
from motcua.intake import actions as intake
from motcua.intake import models, queries
from motcua.kit.errors import Refused
from motcua.privacy.actions import sealing
from motcua.privacy.errors import KeyAway

SECRET = "Xơ Đăng"  # an ethnic origin that stands nowhere else


def with_secret() -> dict[str, object]:
    answers = json.loads(json.dumps(BIRTH_ANSWERS))
    answers["child"]["ethnicity"] = SECRET
    answers["mother"]["ethnicity"] = SECRET
    return dict(answers)


def file_secret(people: People, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(BIRTH_ANSWERS, "mother", with_secret()["mother"])
    monkeypatch.setitem(BIRTH_ANSWERS, "child", with_secret()["child"])
    return file_birth(people.mother)


def columns() -> list[tuple[str, str]]:
    """Return every column of the product's tables that holds text, JSON, arrays or bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', "
            "'json', 'ARRAY', 'bytea', 'tsvector')"
        )
        return list(cursor.fetchall())


def found_in_tables(words: str) -> list[str]:
    escaped = json.dumps(words)[1:-1].replace(
        "\\", "\\\\"
    )  # as JSON writes it when told ASCII only
    found = []
    for table, column in columns():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE ANY(%s) '
                f'OR "{column}"::text LIKE %s',
                [[f"%{words}%", f"%{escaped}%"], f"%{words.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_the_search_itself_finds_what_is_not_sealed(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_secret(people, monkeypatch)
    assert "intake_filing.answers" in found_in_tables("Trần Minh Khôi")
    assert len(columns()) > 60


def test_raw_sql_and_the_folder_find_no_sensitive_answer(
    people: People, desk: Desk, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = file_secret(people, monkeypatch)
    assert found_in_tables(SECRET) == []
    stored = [each for each in files.rglob("*") if each.is_file()]
    assert stored
    for each in stored:
        assert SECRET.encode() not in each.read_bytes()
        assert png()[:8] not in each.read_bytes()
    page = desk.of(people.clerk).get(f"/desk/cases/{code}/").content.decode()
    assert SECRET in page


def test_a_supplement_keeps_the_former_answer_sealed_too(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_secret(people, monkeypatch)
    filing = models.Filing.objects.get()
    changed = with_secret() | {"child": {**with_secret()["child"], "ethnicity": "Kinh"}}  # type: ignore[dict-item]
    intake.supplement(filing.pk, answers=changed, attachment_ids=(), by=people.mother, at=AT)
    (former,) = queries.revisions(filing.pk)
    assert former.answers["child"]["ethnicity"] == SECRET  # type: ignore[index]
    assert queries.filing(filing.pk).answers["child"]["ethnicity"] == "Kinh"  # type: ignore[index]
    assert found_in_tables(SECRET) == []


def test_sealed_answers_of_one_filing_do_not_open_in_another(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_secret(people, monkeypatch)
    file_birth(people.other, child="Nguyễn Văn Em")
    first, second = models.Filing.objects.order_by("pk")
    second.sealed, second.data_key = first.sealed, first.data_key
    second.save()
    with pytest.raises(Refused) as refusal:
        queries.filing(second.pk)
    assert refusal.value.code == "seal-broken"


def test_a_key_that_is_away_is_a_clear_answer_and_loses_nothing(
    people: People,
    desk: Desk,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = file_secret(people, monkeypatch)
    folder = Path(settings.MOTCUA_KEYS) / "data"
    folder.rename(folder.with_name("away"))
    clerk = desk.of(people.clerk)
    answer = clerk.get(f"/desk/cases/{code}/")
    assert answer.status_code == 503 and answer["Retry-After"]
    mother = Client()
    mother.post("/sign-in/choose/", {"person": people.mother.key})
    assert mother.get(f"/cases/{code}/").status_code == 503
    assert SECRET not in caplog.text and "Hạnh" not in caplog.text
    folder.with_name("away").rename(folder)
    assert SECRET in clerk.get(f"/desk/cases/{code}/").content.decode()


def test_what_cannot_be_sealed_is_not_saved_in_the_open(people: People, settings: Settings) -> None:
    draft = intake.open_draft(
        procedure_code="1.001193",
        authority_code=WARD,
        channel="online",
        applicant_kind="citizen",
        by=people.mother,
        at=AT,
    )
    kept: dict[str, object] = {"copies": 1}
    intake.save(draft.id, answers=kept, by=people.mother, at=AT)
    settings.MOTCUA_DEMO = False  # so that no first key is made by itself
    with pytest.raises(KeyAway), transaction.atomic():
        intake.save(draft.id, answers=with_secret(), by=people.mother, at=AT)
    assert queries.own_draft(draft.id, of=people.mother).answers == kept
    sealing.make_key(at=AT)
    intake.save(draft.id, answers=with_secret(), by=people.mother, at=AT)
    assert queries.own_draft(draft.id, of=people.mother).answers == with_secret()
    assert found_in_tables(SECRET) == []


def test_a_rotation_under_way_leaves_every_page_readable(
    people: People, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, clerk = file_secret(people, monkeypatch), desk.of(people.clerk)
    sealing.make_key(at=AT)
    while sealing.rewrap(at=AT, limit=1):
        assert SECRET in clerk.get(f"/desk/cases/{code}/").content.decode()
