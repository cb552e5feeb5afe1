"""Hostile, broken and mistaken files: a clear fault with its line, and never a hang."""

import pytest

from motcua.engines.flow import build, check, parse
from motcua.engines.flow.errors import Faulty, Malformed
from motcua.engines.flow.tests.drawing import HEAD, codes, draw, scope_of, tasks

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
FINE = draw(ENDS + tasks("a"), "start > a > end")

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE definitions [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="&c;"/></definitions>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" name="&x;"/></definitions>"""


@pytest.mark.parametrize(
    ("xml", "code", "line"),
    [
        (b"", "not-xml", 1),
        (b"\x00\x01\x02", "not-xml", 1),
        (b"flow: yaml", "not-xml", 1),
        (FINE[:-20], "not-xml", None),
        (LAUGHS, "document-type", 2),
        (OUTSIDE, "document-type", 2),
        (FINE.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "not-xml", None),
        (b"<a>" + b" " * 2_000_000 + b"</a>", "too-large", 1),
        (HEAD.encode() + b"<a>" * 100 + b"</a>" * 100 + b"</definitions>", "too-deep", None),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "not-xml", None),
        (FINE.replace(b"BPMN/20100524", b"BPMN/20990101"), "not-bpmn", 2),
        (b"<svg/>", "not-bpmn", 1),
        (HEAD.encode() + b"</definitions>", "no-process", 2),
        (
            FINE.replace(b"</definitions>", b'<process id="b" isExecutable="true"/></definitions>'),
            "several-processes",
            None,
        ),
    ],
)
def test_what_is_no_flow_is_refused_whole(xml: bytes, code: str, line: int | None) -> None:
    with pytest.raises(Malformed) as refused:
        parse.parse(xml)
    (fault,) = refused.value.faults
    assert fault.code == code
    assert fault.message
    assert line is None or fault.line == line


def swap(old: str, new: str) -> bytes:
    assert old.encode() in FINE
    return FINE.replace(old.encode(), new.encode())


TASK = '<userTask id="a" motcua:role="clerk"/>'


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (
            swap(TASK, '<scriptTask id="a"><script>print()</script></scriptTask>'),
            {"script-refused", "dangling-flow"},
        ),
        (
            swap(
                TASK,
                '<userTask id="a" motcua:role="r"><extensionElements><x:script xmlns:x="urn:x">1</x:script></extensionElements></userTask>',
            ),
            {"foreign-element"},
        ),
        (swap(TASK, '<task id="a"/>'), {"unsupported-element", "dangling-flow"}),
        (
            swap(
                TASK,
                '<serviceTask id="a" xmlns:camunda="urn:c" motcua:operation="x" camunda:expression="${x}"/>',
            ),
            {"unsupported-attribute"},
        ),
        (swap(TASK, '<serviceTask id="a"/>'), {"missing-operation"}),
        (swap(TASK, '<businessRuleTask id="a"/>'), {"missing-decision"}),
        (swap(TASK, '<callActivity id="a"/>'), {"missing-called-element"}),
        (swap(TASK, '<sendTask id="a"/>'), {"missing-attribute"}),
        (swap(TASK, '<sendTask id="a" messageRef="gone"/>'), {"dangling-reference"}),
        (swap(TASK, '<userTask id="a"/>'), {"missing-role"}),
        (swap(TASK, '<userTask motcua:role="r"/>'), {"missing-id", "dangling-flow"}),
        (swap(TASK, '<userTask id="1 a" motcua:role="r"/>'), {"bad-id", "dangling-flow"}),
        (swap(TASK, TASK + TASK), {"duplicate-id"}),
        (swap(TASK, TASK.replace("/>", ' isForCompensation="true"/>')), {"unsupported-value"}),
        (swap(TASK, TASK.replace("/>", ' startQuantity="2"/>')), {"unsupported-value"}),
        (swap(TASK, TASK.replace("/>", ' motcua:outcomes="Yes yes yes"/>')), {"bad-outcome"}),
        (swap(TASK, TASK.replace("/>", ' motcua:workingTime="2 days"/>')), {"bad-duration"}),
        (swap(TASK, TASK.replace("/>", ' motcua:outcome="yes"/>')), {"unsupported-attribute"}),
        (
            swap(TASK, '<userTask id="a-b" motcua:role="r" motcua:outcomes="yes"/>'),
            {"id-not-a-name", "dangling-flow", "no-way-in", "no-way-out"},
        ),
        (
            swap(TASK, TASK.replace("/>", "><standardLoopCharacteristics/></userTask>")),
            {"unsupported-element"},
        ),
        (
            swap(TASK, TASK.replace("/>", "><multiInstanceLoopCharacteristics/></userTask>")),
            {"instances-unclear"},
        ),
        (
            swap(TASK, TASK.replace("/>", "><incoming>gone</incoming></userTask>")),
            {"dangling-reference"},
        ),
        (swap('sourceRef="start"', 'sourceRef="nowhere"'), {"dangling-flow", "no-way-out"}),
        (swap('<startEvent id="start"/>', ""), {"missing-start", "dangling-flow"}),
        (swap('<endEvent id="end"/>', ""), {"missing-end", "dangling-flow"}),
        (
            swap('<startEvent id="start"/>', '<startEvent id="start"/><startEvent id="two"/>'),
            {"several-starts", "no-way-out"},
        ),
        (
            swap(
                '<startEvent id="start"/>',
                '<startEvent id="start"><signalEventDefinition/></startEvent>',
            ),
            {"unsupported-element", "missing-start", "dangling-flow"},
        ),
        (
            swap(
                '<endEvent id="end"/>',
                '<endEvent id="end"><errorEventDefinition errorRef="gone"/></endEvent>',
            ),
            {"dangling-reference"},
        ),
        (
            swap(
                TASK,
                '<intermediateCatchEvent id="a"><timerEventDefinition/></intermediateCatchEvent>',
            ),
            {"timer-unclear"},
        ),
        (
            swap(
                TASK,
                '<intermediateCatchEvent id="a"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></intermediateCatchEvent>',
            ),
            {"unsupported-element", "timer-unclear"},
        ),
        (
            swap(
                TASK,
                '<intermediateThrowEvent id="a"><linkEventDefinition name="l"/></intermediateThrowEvent>',
            ),
            {"broken-link", "bad-arrow"},
        ),
        (
            swap(
                TASK,
                TASK
                + '<boundaryEvent id="b" attachedToRef="gone"><terminateEventDefinition/></boundaryEvent>',
            ),
            {"unsupported-element"},
        ),
        (
            swap(
                TASK,
                TASK
                + '<boundaryEvent id="b" attachedToRef="gone"><errorEventDefinition/></boundaryEvent>',
            ),
            {"dangling-reference", "no-way-out"},
        ),
        (
            swap(
                TASK,
                TASK
                + '<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition/></boundaryEvent>',
            ),
            {"bad-host", "no-way-out"},
        ),
        (
            swap(
                TASK,
                TASK
                + '<subProcess id="s" triggeredByEvent="true"><startEvent id="s1"/><endEvent id="s2"/></subProcess>',
            ),
            {"missing-trigger", "no-way-out", "no-way-in"},
        ),
        (
            swap(
                TASK,
                TASK
                + '<laneSet id="l"><lane id="m" name="x"><flowNodeRef>gone</flowNodeRef></lane></laneSet>',
            ),
            {"dangling-reference"},
        ),
        (
            FINE.replace(
                b'targetRef="a"></sequenceFlow>',
                b'targetRef="a"><conditionExpression>true</conditionExpression></sequenceFlow>',
            ),
            {"condition-not-here"},
        ),
    ],
)
def test_every_fault_is_reported_with_its_line(xml: bytes, found: set[str]) -> None:
    flow = parse.parse(xml)
    faults = check.check(flow, scope_of(flow))
    assert {fault.code for fault in faults} == found
    assert all(fault.line > 0 and fault.message for fault in faults)
    assert list(faults) == sorted(faults, key=lambda fault: (fault.line, fault.column))
    with pytest.raises(Faulty):
        build.build(flow, scope_of(flow))


GATE = tasks("a", outcomes="yes no") + tasks("b") + '<exclusiveGateway id="g" default="g__end"/>'


def gate(condition: str) -> bytes:
    return draw(ENDS + GATE, "start > a > g > end", f"g > b : {condition}", "b > end")


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('outcome.a == "yes"', None),
        ("outcome.a ==", "syntax"),
        ('outcome.nobody == "yes"', "unknown-field"),
        ("outcome.a == 1", "wrong-type"),
        ("answers.floors + 1", "wrong-type"),
        ('outcome.a == "yess"', "outcome-not-offered"),
    ],
)
def test_conditions_are_compiled_when_the_flow_is_checked(condition: str, code: str | None) -> None:
    found = codes(gate(condition))
    assert found == ([] if code is None else [code]) or (
        code not in (None, "outcome-not-offered") and len(found) == 1
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("<timeDuration>P3X</timeDuration>", "bad-timer"),
        ("<timeDuration>P</timeDuration>", "unknown-name"),
        ("<timeDate>2026-02-30</timeDate>", "bad-timer"),
        ("<timeDate>2026-02-28T08:00</timeDate>", "bad-timer"),  # without a zone
        ("<timeDuration>answers.gone</timeDuration>", "unknown-field"),
        ("<timeDuration>answers.due</timeDuration>", None),
    ],
)
def test_timers_are_checked_when_the_flow_is(written: str, code: str | None) -> None:
    event = f'<intermediateCatchEvent id="a"><timerEventDefinition>{written}</timerEventDefinition></intermediateCatchEvent>'
    assert codes(swap(TASK, event)) == ([code] if code else [])


def test_a_fault_in_a_condition_has_its_line_and_column() -> None:
    xml = gate("true").replace(
        b"<conditionExpression>true",
        b"<conditionExpression>\n      answers.floors > 1 &amp;&amp;\n      answers.flors > 2",
    )
    line = xml[: xml.index(b"answers.flors")].count(b"\n") + 1
    (fault,) = check.check(parse.parse(xml), scope_of(parse.parse(xml)))
    assert (fault.element, fault.line) == ("g__b", line)


def test_other_languages_are_refused() -> None:
    xml = gate("true").replace(b"<conditionExpression>", b'<conditionExpression language="python">')
    assert codes(xml) == ["other-language"]
    assert codes(
        FINE.replace(b"targetNamespace", b'expressionLanguage="groovy" targetNamespace')
    ) == ["other-language"]


def test_notes_and_drawings_say_nothing() -> None:
    notes = (
        '<documentation>x</documentation><textAnnotation id="t"><text>note</text></textAnnotation>'
        '<association id="as" sourceRef="a" targetRef="t"/><dataObject id="do"/><!-- comment --><?instruction?>'
    )
    drawing = b'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" id="d"/></definitions>'
    assert codes(swap(TASK, TASK + notes).replace(b"</definitions>", drawing)) == []


def test_a_flow_with_expressions_needs_its_scope() -> None:
    with pytest.raises(Faulty, match="give the scope"):
        build.build(parse.parse(gate("true")))
    assert check.check(parse.parse(gate("true")), None) == ()


def test_no_bytes_make_the_parser_raise_anything_but_malformed() -> None:
    for cut in range(0, len(FINE), 7):
        for xml in (
            FINE[:cut],
            FINE[cut:],
            FINE[:cut] + b"<" + FINE[cut:],
            FINE[:cut] + b"\xff" + FINE[cut:],
        ):
            try:
                flow = parse.parse(xml)
            except Malformed as refused:
                assert refused.faults
            else:
                check.check(flow, scope_of(flow))


def test_a_flow_of_absurd_size_is_refused_quickly() -> None:
    names = [f"t{number}" for number in range(1_100)]
    wide = draw(ENDS + tasks(*names), *(f"start > {name} > end" for name in names))
    assert codes(wide) == ["too-large"]
    some = names[:400]
    some_wide = draw(ENDS + tasks(*some), *(f"start > {name} > end" for name in some))
    assert [one.code for one in check.check(parse.parse(some_wide), None, limit=2_000)] == [
        "too-large"
    ]


def test_calls_that_multiply_are_refused_quickly() -> None:
    def level(number: int) -> bytes:
        calls = "".join(
            f'<callActivity id="{one}" calledElement="f{number + 1}"/>' for one in ("c", "d")
        )
        return draw(ENDS + calls, "start > c > d > end", process=f"f{number}")

    called = {f"f{number}": parse.parse(level(number)) for number in range(1, 40)}
    called["f40"] = parse.parse(draw(ENDS + tasks("a"), "start > a > end", process="f40"))
    assert codes(level(0), called) == ["too-large"]
    assert codes(level(37), called) == []
    del called["f40"]
    assert codes(level(37), called) == ["unknown-flow", "unknown-flow"]
