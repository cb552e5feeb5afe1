"""The administrator's pages: who holds which post, where cases stand, moving cases to a new version."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.catalogue import actions as catalogue
from motcua.catalogue import queries as published
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import AT, BIRTH, WARD, Desk, People
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor, PostRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(people: People) -> Actor:
    authority = identity.authority(WARD)
    unit = identity_actions.ensure_unit(authority_id=authority.id, kind="office", name="Văn phòng")
    post = identity_actions.ensure_post(unit_id=unit, title="Quản trị", roles=("admin",))
    person = identity_actions.ensure_person(personal_id="056080900099", name="Bùi An", at=AT)
    identity_actions.take_post(person, post, by="test", at=AT)
    return identity.actor(person, at=AT)


def post_of(actor: Actor) -> PostRow:
    own = actor.posts[0]
    return next(each for each in identity.posts(own.unit_id, at=AT) if each.id == own.id)


def test_a_person_is_put_on_a_post_and_taken_off(
    people: People, desk: Desk, administrator: Actor
) -> None:
    browser, post = desk.of(administrator), post_of(people.clerk)
    address = f"/desk/office/posts/{post.id}/"
    posted = {"unit": post.unit_id, f"personal_id-{post.id}": people.other.personal_id}
    answer: Any = browser.post(f"{address}take/", posted)
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert people.other.name in page
    posted = {"unit": post.unit_id, "person": people.other.key}
    assert browser.post(f"{address}leave/", posted).status_code == 302
    assert (
        people.other.name not in browser.get(f"/desk/office/?unit={post.unit_id}").content.decode()
    )


@pytest.mark.parametrize("number", ["", "000000000000", "x" * 5_000, "056\x00"])
def test_nobody_with_this_number_is_told(
    people: People, desk: Desk, administrator: Actor, number: str
) -> None:
    post = post_of(people.clerk)
    posted = {"unit": post.unit_id, f"personal_id-{post.id}": number}
    answer = desk.of(administrator).post(f"/desk/office/posts/{post.id}/take/", posted)
    assert answer.status_code == 404
    assert "govuk-error-summary" in answer.content.decode()


def test_posts_of_another_authority_are_out_of_reach(
    people: People, desk: Desk, administrator: Actor
) -> None:
    other = identity_actions.ensure_authority(
        code="H15.50.02", name="UBND phường khác", level="commune", place="Khác"
    )
    unit = identity_actions.ensure_unit(authority_id=other, kind="office", name="Văn phòng")
    post = identity_actions.ensure_post(unit_id=unit, title="Chánh Văn phòng", roles=("reviewer",))
    posted = {"unit": unit, f"personal_id-{post}": people.other.personal_id}
    answer = desk.of(administrator).post(f"/desk/office/posts/{post}/take/", posted)
    assert answer.status_code == 404
    clerk = desk.of(people.clerk).post(f"/desk/office/posts/{post}/take/", posted)
    assert clerk.status_code == 403


def test_a_procedure_shows_where_its_cases_stand(
    people: People, desk: Desk, administrator: Actor
) -> None:
    conftest.file_birth(people.mother)
    browser = desk.of(administrator)
    assert "Đăng ký khai sinh" in browser.get("/desk/procedures/").content.decode()
    page = browser.get(f"/desk/procedures/{BIRTH}/").content.decode()
    assert "Kiểm tra, tiếp nhận hồ sơ" in page
    assert browser.get("/desk/procedures/0.000000/").status_code == 404


def test_moving_cases_is_tried_first(people: People, desk: Desk, administrator: Actor) -> None:
    conftest.file_birth(people.mother)
    files = conftest.folder_of(BIRTH)
    files["result.typ"] += b"\n// a second version\n"
    catalogue.publish(files, by="test", at=AT)
    browser = desk.of(administrator)
    posted = {"do": "try", "mapping": "receive = receive\n"}
    answer: Any = browser.post(f"/desk/procedures/{BIRTH}/move/", posted)
    assert answer.status_code == 302, answer.content.decode()
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("mapping", ["receive", "=", "a = b\n= c", "x" * 30_000])
def test_a_mapping_that_cannot_be_read_is_told_and_kept(
    people: People, desk: Desk, administrator: Actor, mapping: str
) -> None:
    posted = {"do": "move", "mapping": mapping}
    answer = desk.of(administrator).post(f"/desk/procedures/{BIRTH}/move/", posted)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert mapping[:1_000] in answer.content.decode()


def zipped(files: Mapping[str, bytes], *, prefix: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{prefix}{name}", content)
    return target.getvalue()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("folder.zip", content, content_type="application/zip")


def test_a_version_is_compared_first_and_then_published(
    people: People, desk: Desk, administrator: Actor
) -> None:
    files = conftest.folder_of(BIRTH)
    files["procedure.yaml"] = files["procedure.yaml"].replace(
        "name: {vi: Giấy chứng sinh,".encode(), "name: {vi: Giấy chứng sinh bản điện tử,".encode()
    )
    browser = desk.of(administrator)
    content = upload(zipped(files, prefix="1.001193/"))
    page = browser.post("/desk/procedures/publish/", {"folder": content, "do": "check"})
    words = page.content.decode()
    assert "papers.birth_notification.name.vi" in words
    assert "Giấy chứng sinh bản điện tử" in words
    assert published.current(BIRTH).version == 1, "nothing is published yet"
    carried = re.search(r'name="content" value="([^"]+)"', words)
    assert carried
    posted = {"content": carried[1], "do": "publish"}
    assert browser.post("/desk/procedures/publish/", posted).status_code == 302
    assert published.current(BIRTH).version == 2


def test_a_folder_with_faults_is_not_published_and_each_is_named(
    people: People, desk: Desk, administrator: Actor
) -> None:
    files = conftest.folder_of(BIRTH)
    files["form.yaml"] = files["form.yaml"].replace(b"widget: phone", b"widget: telephone")
    posted = {"folder": upload(zipped(files)), "do": "publish"}
    answer = desk.of(administrator).post("/desk/procedures/publish/", posted)
    assert answer.status_code == 422
    assert "form.yaml:" in answer.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 no archive",
        zipped({"readme.txt": b"nothing"}),
        zipped({"procedure.yaml": b"\0" * (64 * 1024 * 1024)}),
        zipped({f"{number}.txt": b"" for number in range(500)}),
        zipped({"../../procedure.yaml": b"code: x", "../../../etc/passwd": b"x"}),
    ],
    ids=["empty", "broken", "other", "bomb", "many", "paths"],
)
def test_a_hostile_archive_is_refused(
    people: People, desk: Desk, administrator: Actor, content: bytes
) -> None:
    answer = desk.of(administrator).post(
        "/desk/procedures/publish/", {"folder": upload(content), "do": "publish"}
    )
    assert answer.status_code in {413, 422}
    assert "govuk-error-summary" in answer.content.decode()


@pytest.mark.parametrize("content", ["", "not base64 !", "UEs=", "\x00"])
def test_a_carried_folder_that_was_changed_is_refused(
    people: People, desk: Desk, administrator: Actor, content: str
) -> None:
    posted = {"content": content, "do": "publish"}
    answer = desk.of(administrator).post("/desk/procedures/publish/", posted)
    assert answer.status_code == 422
