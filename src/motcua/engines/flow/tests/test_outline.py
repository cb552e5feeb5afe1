"""The text twin of the picture."""

from motcua.engines.flow import outline, parse
from motcua.engines.flow.tests.drawing import draw, tasks

MODEL = draw(
    '<endEvent id="end"/><startEvent id="start" name="Filed"/>'
    + tasks("b", "c")
    + tasks("a", outcomes="yes no")
    + '<exclusiveGateway id="g" default="g__c"/><exclusiveGateway id="m"/>'
    + '<subProcess id="s"><startEvent id="s1"/><endEvent id="s2"/><sequenceFlow id="sf" sourceRef="s1" targetRef="s2"/></subProcess>'
    + '<boundaryEvent id="late" attachedToRef="a"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>',
    "start > a > g > c > m > s > end",
    'g > b : outcome.a == "yes"',
    "b > m",
    "late > m",
)


def test_steps_are_told_in_order_and_joins_after_what_leads_to_them() -> None:
    lines = outline.outline(parse.parse(MODEL))
    assert [line.id for line in lines] == [
        "start",
        "a",
        "late",
        "g",
        "c",
        "b",
        "m",
        "s",
        "s1",
        "s2",
        "end",
    ]
    assert {line.id: line.depth for line in lines}["s1"] == 1


def test_an_outline_reads_as_sentences() -> None:
    text = outline.text(outline.outline(parse.parse(MODEL))).splitlines()
    assert text[0] == "Filed (start): then a"
    assert text[1] == "a (user, worked by clerk, decides yes or no): then g"
    assert text[3] == 'g (exclusive): then b if outcome.a == "yes"; otherwise c'
    assert text[8] == "  s1 (start): then s2"
    assert "late (boundary timer, on a): then m" in text


def test_a_loop_and_what_nothing_leads_to_are_told_once() -> None:
    loop = draw(
        '<startEvent id="start"/><endEvent id="end"/><exclusiveGateway id="top"/>'
        + tasks("a", "lost"),
        "start > top > a > top",
    )
    assert sorted(line.id for line in outline.outline(parse.parse(loop))) == [
        "a",
        "end",
        "lost",
        "start",
        "top",
    ]
