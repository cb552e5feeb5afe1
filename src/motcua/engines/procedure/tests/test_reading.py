"""Bad folders are refused with every fault at once, each with its file and line; nothing is half read."""

import pytest

from motcua.engines.procedure import model, parse
from motcua.engines.procedure.errors import Finding, Malformed
from motcua.engines.procedure.tests import sample


def findings(files: dict[str, bytes]) -> tuple[Finding, ...]:
    with pytest.raises(Malformed) as refused:
        parse.read(files)
    return refused.value.findings


def codes(files: dict[str, bytes]) -> set[tuple[str, str]]:
    return {(each.file, each.code) for each in findings(files)}


def test_a_whole_folder_is_read() -> None:
    facts = sample.COMPILED.facts
    assert facts.code == "1.009999"
    assert facts.name.en == "Sample"
    assert facts.roles["officer"] == "justice"
    assert [each.id for each in facts.papers] == ["proof", "form"]
    assert facts.time.limit is not None
    assert facts.time.limit.amount == 15
    assert set(sample.COMPILED.tables) == {"fee", "time"}
    assert len(sample.COMPILED.examples) == 1


@pytest.mark.parametrize("name", [model.FACTS, model.FORM, model.FLOW, model.RESULT])
def test_a_file_that_is_missing_is_named(name: str) -> None:
    files = sample.folder()
    del files[name]
    assert (name, "missing-file") in codes(files)


@pytest.mark.parametrize(
    "name", ["flow.py", "../flow.bpmn", "decisions/Fee.yaml", "examples/a b.yaml", "x" * 300]
)
def test_a_file_that_is_none_of_a_procedures_is_named(name: str) -> None:
    assert any(each.code == "unknown-file" for each in findings(sample.folder() | {name: b""}))


def test_a_note_for_people_is_no_part_of_the_procedure() -> None:
    files = sample.folder() | {"README.md": b"# Notes"}
    assert parse.read(files).facts.code == "1.009999"
    assert "README.md" not in parse.own_files(files)


def test_too_many_files_are_refused_before_any_is_read() -> None:
    many = {f"examples/e{number}.yaml": b"{" for number in range(parse.MAX_FILES)}
    assert {each.code for each in findings(sample.folder() | many)} == {"too-large"}


def test_a_folder_that_is_too_large_is_refused_before_it_is_read() -> None:
    files = sample.folder() | {"result.typ": b"x" * (parse.MAX_TOTAL + 1)}
    assert {each.code for each in findings(files)} == {"too-large"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-mapping"),
        (b"[1, 2", "syntax"),
        (b"a: &a 1\nb: *a", "alias"),
        (b"a: !!python/object/apply:os.system [ls]", "tag"),
        (b"\xff\xfe", "not-utf-8"),
        (b"code: 1\ncode: 2", "duplicate-key"),
        (b"[" * 5_000, "too-deep"),
        (b"--- a\n--- b", "documents"),
        (b"x" * 300_000, "too-large"),
    ],
)
def test_hostile_yaml_is_refused(content: bytes, code: str) -> None:
    found = findings(sample.folder() | {"procedure.yaml": content})
    assert code in {each.code for each in found if each.file == "procedure.yaml"}


@pytest.mark.parametrize(
    "content", [b"", b"<x/>", b"not xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', b"\x00"]
)
def test_hostile_bpmn_is_refused(content: bytes) -> None:
    found = findings(sample.folder() | {"flow.bpmn": content})
    assert {each.file for each in found} == {"flow.bpmn"}


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff", "not-utf-8"), (b"a\n\0", "bad-character"), (b" ", "empty")]
)
def test_a_template_that_is_no_text_is_refused(content: bytes, code: str) -> None:
    assert ("result.typ", code) in codes(sample.folder() | {"result.typ": content})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('code: "1.009999"', "code: 1.009999", "not-text"),
        ('code: "1.009999"', 'code: "khai-sinh"', "bad-name"),
        ("level: commune", "level: district", "unknown-word"),
        ("level: commune", "level: commune\ncolour: red", "unknown-key"),
        ("effective: 2025-07-01", "effective: 2025-02-30", "unreadable"),
        ("{vi: Thủ tục mẫu, en: Sample}", "{vi: Thủ tục mẫu}", "missing"),
        ("{vi: Thủ tục mẫu, en: Sample}", '{vi: Thủ tục mẫu, en: ""}', "not-text"),
        ("applicants: [citizen, enterprise]", "applicants: []", "empty"),
        ("{unit: justice}", "{unit: magic}", "unknown-word"),
        ("- {id: form,", "- {id: proof,", "repeated-paper"),
        ("kind: copy", "kind: copy\n    quantity: 0", "not-a-number"),
        ('cutoff: "15:00"', "cutoff: 15h", "bad-time"),
        ("amount: 15, unit: working_days", "amount: 15, unit: moons", "unknown-unit"),
        ("rule: restart", "rule: forget", "unknown-word"),
        ("answers.copies > 5", "answers.copeis > 5", "unknown-field"),
        ("answers.copies > 5", 'answers.copies > "5"', "wrong-type"),
        ("answers.copies > 5", "answers.copies + 5", "result-type"),
        ("answers.copies > 5", "answers.copies >", "syntax"),
    ],
)
def test_a_fault_in_the_facts_is_named(old: str, new: str, code: str) -> None:
    assert ("procedure.yaml", code) in codes(sample.folder(procedure=(old, new)))


def test_an_expression_is_at_fault_where_it_stands() -> None:
    found = findings(sample.folder(procedure=("answers.copies > 5", "answers.copeis > 5")))
    line = sample.PROCEDURE.splitlines().index("    required: 'answers.copies > 5'") + 1
    assert [(each.line, each.column) for each in found] == [(line, len("    required: 'answers."))]
    assert "copies" in found[0].message


def test_all_faults_of_all_files_come_at_once() -> None:
    files = sample.folder(
        procedure=("level: commune", "level: moon"),
        form=("label: {vi: Họ tên, en: Name}", "label: {vi: Họ tên}"),
        flow=('outcome.receive == "refuse"', 'outcome.recieve == "refuse"'),
        fee=("> 0", "> zero"),
        whole=("channel: online", "channel: pigeon"),
    )
    assert {each.file for each in findings(files)} == {
        "procedure.yaml",
        "form.yaml",
        "flow.bpmn",
        "decisions/fee.yaml",
        "examples/whole.yaml",
    }


def test_a_table_is_named_as_its_file() -> None:
    assert ("decisions/fee.yaml", "wrong-name") in codes(
        sample.folder(fee=("name: fee", "name: toll"))
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("filed_at: 2026-11-25T08:00:00+07:00", "filed_at: 2026-11-25T08:00:00", "unreadable"),
        ("filed_at: 2026-11-25T08:00:00+07:00", "filed_at: yesterday", "unreadable"),
        ("answers: {name: Nguyễn An", "answers: 5 #", "not-a-mapping"),
        ("message: payment_settled}", "message: payment_settled, task: sign}", "unclear-step"),
        ("message: payment_settled}", "item: x}", "unclear-step"),
        ("status: returned", "status: happy", "unknown-word"),
        ("fee: 10000", "fee: -1", "not-a-number"),
        ("fee: 10000", 'fee: 10000\n  refused: ["answers.x required"]', "useless-steps"),
        ("expect:", "held: 5\nexpect:", "not-a-list"),
    ],
)
def test_a_fault_in_an_example_is_named(old: str, new: str, code: str) -> None:
    assert ("examples/whole.yaml", code) in codes(sample.folder(whole=(old, new)))


@pytest.mark.parametrize("years", ["0", "101", "true", "long", "[5]"])
def test_a_term_of_keeping_is_years_or_permanent(years: str) -> None:
    terms = f"retention: {{granted: permanent, otherwise: {years}, basis: Luật Lưu trữ}}"
    files = sample.folder()
    files[model.FACTS] = _with_retention(files[model.FACTS], terms)
    assert (model.FACTS, "bad-retention") in codes(files)


def test_a_term_of_keeping_is_read() -> None:
    files = sample.folder()
    terms = "retention: {granted: 20, otherwise: permanent, basis: Luật Lưu trữ}"
    files[model.FACTS] = _with_retention(files[model.FACTS], terms)
    found = parse.read(files).facts.result.retention
    assert found == model.Retention(20, None, "Luật Lưu trữ")
    assert sample.COMPILED.facts.result.retention == model.FOR_EVER


def _with_retention(facts: bytes, terms: str) -> bytes:
    head, tail = facts.split(b"\nresult:\n", 1)
    return head + b"\nresult:\n  " + terms.encode() + b"\n" + tail


def test_a_procedure_that_names_no_level_asks_for_the_highest() -> None:
    assert sample.COMPILED.facts.assurance == model.HIGHEST
    lower = sample.folder(procedure=("online: full", "online: full\nassurance: 1"))
    assert parse.read(lower).facts.assurance == 1


@pytest.mark.parametrize("level", ["0", "3", '"2"', "high", "-1"])
def test_a_level_that_is_none_is_named(level: str) -> None:
    files = sample.folder(procedure=("online: full", f"online: full\nassurance: {level}"))
    assert {each.file for each in findings(files)} == {model.FACTS}
