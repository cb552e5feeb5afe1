"""Long work: in slices, told of, cancelled, taken up again; spreadsheets; moving cases."""

import io
import uuid
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import override_settings

from motcua.cases import errors, models
from motcua.cases.actions import operations, tasks
from motcua.cases.adapters import spreadsheet
from motcua.cases.queries import cases, inbox, page
from motcua.cases.queries import operations as asked
from motcua.catalogue import actions as catalogue
from motcua.config.demo import keys
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake.tests import sample
from motcua.transparency import queries as transparency

from .conftest import AT, SINCE, WARD, Office

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures")
TODAY = date(2026, 11, 23)


@pytest.fixture
def signer(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The ward's leader, who has a certificate."""
    place = tmp_path_factory.getbasetemp() / "keys"
    with override_settings(MOTCUA_KEYS=place, MOTCUA_KEYS_PASSPHRASE="demo"):
        keys.ensure([identity.authority(WARD)], at=SINCE)
        yield office.actor("leader")


def ready_to_sign(office: Office, person: Actor, *, appraiser: str = "officer") -> uuid.UUID:
    code = office.file(person)
    office.do(code, "intake", "accept")
    office.do(code, appraiser, "approve")
    return office.task(code)


def through(operation_id: uuid.UUID, *, at: datetime = AT, most: int = 100) -> None:
    """Run an operation to its end, as the worker would."""
    for _ in range(most):
        if operations.run(operation_id, at=at):
            return
    raise AssertionError("it does not come to an end")


def administrator(office: Office) -> Actor:
    unit = identity_actions.ensure_unit(
        authority_id=identity.authority(WARD).id, kind="office", name="Phòng office"
    )
    post = identity_actions.ensure_post(unit_id=unit, title="Quản trị", roles=("admin",))
    identity_actions.take_post(office.ids["reviewer"], post, by="test", at=SINCE)
    return office.actor("reviewer")


def test_many_are_signed_and_what_is_refused_is_told(
    office: Office, citizen: Citizen, signer: Actor
) -> None:
    ready = [ready_to_sign(office, citizen(number)) for number in range(2)]
    taken = ready_to_sign(office, citizen(3))
    tasks.take(taken, by=office.actor("deputy"), at=AT)
    key = operations.sign_many([*ready, taken, uuid.uuid4()], by=signer, at=AT)
    before = asked.operation(key, reader=signer)
    assert (before.state, before.total, before.percent, before.may_cancel) == (
        "waiting",
        4,
        0,
        True,
    )
    assert not operations.run(key, at=AT)
    running = asked.operation(key, reader=signer)
    assert (running.state, running.done, running.percent) == ("running", 1, 25)
    through(key)
    over = asked.operation(key, reader=signer)
    assert (over.state, over.done, over.failed, over.percent) == ("finished", 2, 2, 100)
    assert [each.code for each in over.results] == ["task-taken", "no-such-task"]
    for task in ready:
        code = models.Task.objects.select_related("case").get(pk=task).case.code
        assert len(cases.documents_of(code)) == 1
    assert inbox.rows(signer, queue="to_sign", at=AT).rows == ()


def test_a_crash_between_signing_and_noting_it_signs_nothing_twice(
    office: Office, citizen: Citizen, signer: Actor
) -> None:
    task = ready_to_sign(office, citizen())
    key = operations.sign_many([task], by=signer, at=AT)
    tasks.complete(task, outcome="sign", by=signer, at=AT)  # done, and then the machine stopped
    through(key)
    over = asked.operation(key, reader=signer)
    assert (over.done, over.failed) == (1, 0)


def test_cancelled_work_stops_and_keeps_what_was_done(
    office: Office, citizen: Citizen, signer: Actor
) -> None:
    ready = [ready_to_sign(office, citizen(number)) for number in range(2)]
    key = operations.sign_many(ready, by=signer, at=AT)
    operations.run(key, at=AT)
    with pytest.raises(errors.NoSuchOperation):
        operations.cancel(key, by=office.actor("deputy"), at=AT)
    operations.cancel(key, by=signer, at=AT)
    assert operations.run(key, at=AT)
    over = asked.operation(key, reader=signer)
    assert (over.state, over.done, over.is_over, over.may_cancel) == ("cancelled", 1, True, False)
    assert len(inbox.rows(signer, queue="to_sign", at=AT).rows) == 1
    with pytest.raises(errors.OperationOver):
        operations.cancel(key, by=signer, at=AT)


def test_a_late_job_does_not_undo_a_cancellation(
    office: Office, citizen: Citizen, signer: Actor
) -> None:
    key = operations.sign_many([uuid.uuid4(), uuid.uuid4()], by=signer, at=AT)
    stale = models.Operation.objects.get(pk=key)
    operations.cancel(key, by=signer, at=AT)
    operations.SLICES[asked.SIGN](stale, signer, AT)
    assert asked.operation(key, reader=signer).state == "cancelled"


def test_work_is_its_owners_alone_and_bounded(office: Office) -> None:
    leader = office.actor("leader")
    key = operations.sign_many([uuid.uuid4()], by=leader, at=AT)
    for read in (asked.operation, asked.file):
        with pytest.raises(errors.NoSuchOperation):
            read(key, reader=office.actor("deputy"))
    with pytest.raises(errors.NoSuchOperation):
        asked.file(key, reader=leader)
    with pytest.raises(errors.NothingToDo):
        operations.sign_many([], by=leader, at=AT)
    with pytest.raises(errors.TooMany):
        operations.sign_many([uuid.uuid4() for _ in range(1001)], by=leader, at=AT)
    assert [each.id for each in asked.own(of=leader)] == [key]


def test_the_register_is_exported_as_a_spreadsheet(office: Office, citizen: Citizen) -> None:
    person = citizen(1, "=HYPERLINK(1) & <Hạnh>")
    code = office.file(person)
    office.do(code, "intake", "accept")
    clerk = office.actor("intake")
    days: dict[str, Any] = {"authority_code": WARD, "first": TODAY, "last": TODAY}
    key = operations.export_register(**days, by=clerk, at=AT)
    through(key)
    over = asked.operation(key, reader=clerk)
    assert (over.state, over.done, over.has_file) == ("finished", 1, True)
    name, media_type, stream = asked.file(key, reader=clerk)
    assert name.endswith(".xlsx") and "spreadsheetml" in media_type
    with stream:
        heads, row = rows_of(stream.read())
    assert len(heads) == len(row) == 11
    assert row[1] == code and row[3] == "=HYPERLINK(1) & <Hạnh>"
    with pytest.raises(errors.NothingToDo):
        operations.export_register(
            **{**days, "first": date(2027, 1, 1), "last": date(2027, 1, 1)}, by=clerk, at=AT
        )
    with pytest.raises(errors.NotYourOffice):
        operations.export_register(**days, by=citizen(7), at=AT)


def test_who_left_the_office_gets_no_register_any_more(office: Office, citizen: Citizen) -> None:
    office.do(office.file(citizen()), "intake", "accept")
    clerk = office.actor("intake")
    key = operations.export_register(authority_code=WARD, first=TODAY, last=TODAY, by=clerk, at=AT)
    identity_actions.leave_post(clerk.id, clerk.posts[0].id, by="test", at=AT)
    through(key, at=AT + timedelta(minutes=1))
    over = asked.operation(key, reader=clerk)
    assert (over.state, over.has_file) == ("failed", False)
    assert over.results[0].code == "not-your-office"


@pytest.mark.parametrize(
    "text", ["", "056195004112", "a\x00b\x0b\ud800", "x" * 40_000, "<&>\"'", "dòng\nhai"]
)
def test_any_text_makes_a_sound_sheet(text: str) -> None:
    stream = io.BytesIO()
    rows = [[text, "1"], ["2", text]]
    spreadsheet.write(stream, name="a/b[c]" + text, heads=["A", "B"], widths=[5, 5], rows=rows)
    told = rows_of(stream.getvalue())
    assert told[0] == ["A", "B"] and told[1][1] == "1"
    kept = "".join(each for each in text if each not in "\x00\x0b\ud800")[: spreadsheet.LONGEST]
    assert told[1][0] == told[2][1] == kept


def rows_of(content: bytes) -> list[list[str]]:
    """Return the cells of a workbook's first sheet, every part of it being well-formed XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [
        [cell.findtext(f"{space}is/{space}t") or "" for cell in row]
        for row in parts["xl/worksheets/sheet1.xml"].iter(f"{space}row")
    ]


# ---- moving cases to a newer version


def publish_changed(*changes: tuple[str, str]) -> int:
    """Publish a newer version of the small procedure, its flow changed."""
    files = dict(sample.procedure(summary="Bản mới."))
    flow = files["flow.bpmn"].decode()
    for old, new in changes:
        assert old in flow
        flow = flow.replace(old, new)
    files["flow.bpmn"] = flow.encode()
    return catalogue.publish(files, by="test", at=AT).version_id


def test_running_cases_move_and_go_on(office: Office, citizen: Citizen) -> None:
    waiting, begun = office.file(citizen()), office.file(citizen(2))
    office.do(begun, "intake", "accept")
    tasks.take(office.task(begun), by=office.actor("officer"), at=AT)
    version = publish_changed(('name="Thẩm tra"', 'name="Thẩm tra kỹ"'))
    admin = administrator(office)
    trial = operations.move_cases(sample.CODE, mapping={}, is_trial=True, by=admin, at=AT)
    through(trial)
    assert asked.operation(trial, reader=admin).done == 2
    assert cases.as_operator(begun).version_id != version
    key = operations.move_cases(sample.CODE, mapping={}, is_trial=False, by=admin, at=AT)
    through(key)
    over = asked.operation(key, reader=admin)
    assert (over.state, over.done, over.failed) == ("finished", 2, 0), over.results
    for code in (waiting, begun):
        assert cases.as_operator(code).version_id == version
        assert transparency.history(code)[-1].kind == "cases.CaseMoved"
    (task,) = page.case_page(begun, reader=office.actor("officer"), at=AT).tasks
    assert task.name == "Thẩm tra kỹ" and task.is_mine
    office.do(begun, "officer", "approve")
    office.do(waiting, "intake", "accept")
    assert cases.as_operator(begun).tasks[-1].element == "sign"


def test_a_renamed_step_needs_the_mapping(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    publish_changed(("appraise", "examine"))
    admin = administrator(office)
    key = operations.move_cases(sample.CODE, mapping={}, is_trial=False, by=admin, at=AT)
    through(key)
    over = asked.operation(key, reader=admin)
    assert (over.done, over.failed) == (0, 1)
    (refused,) = over.results
    assert (
        refused.subject == code and refused.code == "cannot-move" and "appraise" in refused.message
    )
    arrows = {"appraise": "examine", "to_appraise": "to_examine"}
    again = operations.move_cases(sample.CODE, mapping=arrows, is_trial=False, by=admin, at=AT)
    through(again)
    assert asked.operation(again, reader=admin).done == 1
    office.do(code, "officer", "approve")
    assert [each.element for each in cases.as_operator(code).tasks] == [
        "receive",
        "examine",
        "sign",
    ]


def test_only_administrators_move_cases_and_only_their_own(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    code = other_office.file(citizen())
    publish_changed(('name="Thẩm tra"', 'name="Khác"'))
    with pytest.raises(errors.NotAdministrator):
        operations.move_cases(
            sample.CODE, mapping={}, is_trial=True, by=office.actor("leader"), at=AT
        )
    with pytest.raises(errors.NothingToDo):
        operations.move_cases(
            sample.CODE, mapping={}, is_trial=False, by=administrator(office), at=AT
        )
    assert cases.as_operator(code).summary.status == 1
