"""A folder with faults is never published; what is published never changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.catalogue import actions, models, queries
from motcua.catalogue.errors import NoSuchProcedure, NoSuchVersion, NotPublishable
from motcua.engines.procedure.tests import sample
from motcua.transparency import queries as log

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def publish(files: dict[str, bytes] | None = None) -> int:
    return actions.publish(files or sample.folder(), by="tester", at=AT).version_id


def other_fee() -> dict[str, bytes]:
    files = sample.folder(fee=("5000 * copies", "6000 * copies"))
    files["examples/whole.yaml"] = files["examples/whole.yaml"].replace(
        b"fee: 10000", b"fee: 12000"
    )
    return files


@pytest.mark.django_db
@pytest.mark.parametrize(
    "files",
    [
        {},
        {"procedure.yaml": b"\xff"},
        sample.folder(whole=("fee: 10000", "fee: 1")),
        sample.folder(flow=('motcua:role="leader"', 'motcua:role="officer"')),
        sample.folder() | {"flow.bpmn": b"<!DOCTYPE x []><x/>"},
    ],
)
def test_a_folder_with_faults_is_refused_and_nothing_is_kept(files: dict[str, bytes]) -> None:
    with pytest.raises(NotPublishable) as refused:
        actions.publish(files, by="tester", at=AT)
    assert refused.value.findings
    assert len(refused.value.fields) == len(refused.value.findings)
    assert not models.Procedure.objects.exists()
    assert not models.Version.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"#answers.nobody", "unknown variable: answers"),
        (b"#data.answers.nobody.name", "does not contain key"),
        (b"#eval(data.reason)", "eval"),
    ],
)
def test_a_result_that_cannot_be_drawn_for_its_examples_is_refused_in_the_words_of_typst(
    template: bytes, said: str
) -> None:
    body = b'#import "/decree30.typ": *\n' + template
    with pytest.raises(NotPublishable) as refused:
        actions.publish(sample.folder() | {"result.typ": body}, by="tester", at=AT)
    (finding,) = refused.value.findings
    assert (finding.file, finding.code) == ("result.typ", "result-not-drawn")
    assert said in finding.message and "examples/" in finding.message
    assert not models.Version.objects.exists()


@pytest.mark.django_db
def test_a_published_procedure_is_found_and_runs() -> None:
    version = publish()
    found = queries.current("1.009999")
    assert (found.version_id, found.version) == (version, 1)
    assert found.procedure.facts.name.vi == "Thủ tục mẫu"
    assert queries.compiled(version) is queries.compiled(version)


@pytest.mark.django_db
def test_publishing_is_one_entry_in_the_log() -> None:
    publish()
    entries = log.history("1.009999")
    assert [entry.kind for entry in entries] == ["catalogue.ProcedurePublished"]
    assert entries[0].facts["version"] == 1
    assert entries[0].by == "tester"


@pytest.mark.django_db
def test_the_same_folder_again_changes_nothing() -> None:
    first = actions.publish(sample.folder(), by="tester", at=AT)
    again = actions.publish(sample.folder() | {"README.md": b"x"}, by="tester", at=AT)
    assert first.is_new
    assert not again.is_new
    assert again.version_id == first.version_id
    assert len(log.history("1.009999")) == 1


@pytest.mark.django_db
def test_a_new_folder_is_the_next_version_and_the_old_one_stays() -> None:
    old = publish()
    new = publish(other_fee())
    assert queries.current("1.009999").version_id == new
    assert queries.current("1.009999").version == 2
    assert queries.compiled(old).tables["fee"].rules[1].outputs["amount"].source == "5000 * copies"


@pytest.mark.django_db
def test_an_old_folder_published_again_is_current_again_without_a_new_number() -> None:
    old = publish()
    publish(other_fee())
    assert publish() == old
    assert queries.current("1.009999").version == 1
    assert models.Version.objects.count() == 2
    assert len(log.history("1.009999")) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", ["UPDATE catalogue_version SET number = 7", "DELETE FROM catalogue_version"]
)
def test_the_database_refuses_to_change_a_version(change: str) -> None:
    publish()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NoSuchProcedure) as absent:
        queries.current("9.999999")
    assert "9.999999" in str(absent.value)
    with pytest.raises(NoSuchVersion):
        queries.compiled(0)


@pytest.mark.django_db(transaction=True)
def test_those_who_publish_at_once_take_turns() -> None:
    folders = [sample.folder(), other_fee()] * 3

    def work(files: dict[str, bytes]) -> int:
        try:
            return publish(files)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(folders)) as pool:
        versions = list(pool.map(work, folders))
    assert len(set(versions)) == 2
    numbers = models.Version.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def listed(code: str, name: str, **changes: tuple[str, str]) -> dict[str, bytes]:
    files = sample.folder(**changes)
    text = files["procedure.yaml"].decode().replace("1.009999", code).replace("Thủ tục mẫu", name)
    return files | {"procedure.yaml": text.encode()}


@pytest.mark.django_db
def test_the_search_folds_case_and_diacritics() -> None:
    publish(listed("1.000001", "Đăng ký khai sinh"))
    publish(listed("1.000002", "Đăng ký kết hôn"))

    def codes(search: str) -> list[str]:
        return [each.code for each in queries.published(search=search).items]

    assert codes("") == ["1.000001", "1.000002"]
    assert codes("DANG KY") == ["1.000001", "1.000002"]
    assert codes("khai sinh") == codes("Khái SINH") == ["1.000001"]
    assert codes("sinh hon") == []
    assert codes("1.000002") == ["1.000002"]
    assert codes("%") == codes("_x\x00") == []


@pytest.mark.django_db
def test_pages_follow_one_another_by_code() -> None:
    for number in range(1, 4):
        publish(listed(f"1.00000{number}", f"Thủ tục {number}"))
    first = queries.published(limit=2)
    assert [each.code for each in first.items] == ["1.000001", "1.000002"]
    last = queries.published(limit=2, after=first.after)
    assert [each.code for each in last.items] == ["1.000003"]
    assert last.after == ""
