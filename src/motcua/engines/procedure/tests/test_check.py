"""What is wrong between the files is found before publishing, and so is every way that leads nowhere lawful."""

import pytest

from motcua.engines.procedure import check, parse
from motcua.engines.procedure.tests import sample


def codes(files: dict[str, bytes], *, warnings: bool = False) -> set[str]:
    found = check.check(parse.read(files))
    return {each.code for each in found if each.is_warning is warnings}


def test_the_sample_has_no_fault_and_no_warning() -> None:
    assert check.check(sample.COMPILED) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"procedure": ("  officer: {unit: justice}\n", "")}, "unknown-role"),
        ({"procedure": ("table: fee", "table: toll")}, "unknown-table"),
        ({"procedure": ("  table: time", "  table: fee")}, "missing-output"),
        ({"procedure": ("amount: 15,", "amount: 10,")}, "other-limit"),
        ({"procedure": ("field: birth", "field: brith")}, "unknown-field"),
        ({"time": ('\'"working_days"\'', '\'"workdays"\'')}, "unknown-unit"),
        ({"fee": ('copies: "> 0"', 'copies: "> 1"')}, "uncovered"),
        ({"flow": ("accept supplement refuse", "supplement refuse")}, "never-accepted"),
        ({"flow": ('motcua:outcomes="sign send_back"', 'motcua:outcomes="ok send_back"')}, "never-signed"),
        ({"flow": ('motcua:outcomes="return_result"', "")}, "never-returned"),
        ({"flow": ('motcua:role="leader"', 'motcua:role="officer"')}, "officer-signs"),
        ({"flow": ("<bpmn:timerEventDefinition id=\"e2\" motcua:workingDuration=\"P15D\"/>",
                   "<bpmn:messageEventDefinition id=\"e2\" messageRef=\"m_escalated\"/>")},
         "supplement-without-limit"),
        ({"flow": ('name="supplemented"', 'name="sent"')}, "supplement-not-awaited"),
        ({"flow": ('name="payment_settled"', 'name="paid_up"')}, "payment-not-awaited"),
        ({"flow": ('motcua:workingDuration="P15D"', 'motcua:workingDuration="P1M"')}, "bad-working-time"),
        ({"flow": ('motcua:status="refused"', 'motcua:status="happy"')}, "bad-end"),
        ({"flow": ('size(answers.asked) &gt; 0',
                   'working_days_between(answers.birth, case.filed_on) &gt; 0')}, "no-calendar-here"),
        ({"flow": (' motcua:role="consulted"', ' motcua:role="consulted" motcua:unit="moon"')}, "unknown-unit"),
        ({"flow": ('motcua:operation="request_payment"', 'motcua:operation="ask_land_office"')},
         "unknown-operation"),
    ],
)  # fmt: skip
def test_a_fault_between_the_files_is_found(changes: dict[str, tuple[str, str]], code: str) -> None:
    assert code in codes(sample.folder(**changes))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"procedure": ("  officer:", "  clerk: {unit: office}\n  officer:")}, "unused-role"),
        ({"flow": ('name="withdrawn"', 'name="taken_back"')}, "no-withdrawal"),
        ({"flow": ('name="withdrawn"', 'name="taken_back"')}, "unknown-message"),
        ({"flow": ("approve supplement reject", "approved supplement retuse")}, "near-word"),
    ],
)  # fmt: skip
def test_what_looks_odd_is_a_warning(changes: dict[str, tuple[str, str]], code: str) -> None:
    assert code in codes(sample.folder(**changes), warnings=True)


def test_a_procedure_needs_an_example() -> None:
    files = sample.folder()
    del files["examples/whole.yaml"]
    assert codes(files) == {"no-examples"}


def test_a_flow_that_asks_for_money_before_acceptance_is_found_with_the_way_there() -> None:
    arrow = '<bpmn:sequenceFlow id="f1" sourceRef="filed" targetRef="receive"/>'
    early = """\
    <bpmn:sequenceFlow id="f1" sourceRef="filed" targetRef="early"/>
    <bpmn:serviceTask id="early" motcua:operation="request_payment"/>
    <bpmn:sequenceFlow id="f0" sourceRef="early" targetRef="receive"/>"""
    files = sample.folder(flow=(arrow, early))
    del files["examples/whole.yaml"]
    files["examples/free.yaml"] = (
        sample.EXAMPLE.split("steps:")[0].encode() + b"expect: {status: new}\n"
    )
    found = [each for each in check.check(parse.read(files)) if each.code == "not-lawful"]
    assert found
    assert "request_payment" in found[0].message


def test_a_flow_that_ends_without_a_decision_is_found_with_the_way_there() -> None:
    files = sample.folder(flow=(' motcua:status="refused"', ""))
    text = files["flow.bpmn"].decode()
    for old, new in (("supplement refuse", "supplement decline"), ('== "refuse"', '== "decline"')):
        text = text.replace(old, new)
    files["flow.bpmn"] = text.encode()
    found = [each for each in check.check(parse.read(files)) if each.code == "ends-undecided"]
    assert [each.element for each in found] == ["receive:decline"]
    assert "way: receive:decline" in found[0].message
    assert found[0].line > 1


def test_faults_and_warnings_are_in_the_order_of_files_and_lines() -> None:
    files = sample.folder(
        flow=('motcua:role="leader"', 'motcua:role="officer"'),
        procedure=("amount: 15,", "amount: 10,"),
    )
    found = check.check(parse.read(files))
    assert list(found) == sorted(found)
    assert check.faults(found) == tuple(each for each in found if not each.is_warning)
