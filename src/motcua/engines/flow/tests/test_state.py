"""The state: small however long a case runs, true to its text, and refused when it is not whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.flow import happenings, state, step
from motcua.engines.flow.errors import BrokenState, NoZone, StateFromOtherVersion
from motcua.engines.flow.state import State, Token
from motcua.engines.flow.tests.drawing import MOMENT, Case, draw, net_of, tasks

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
WIDE = [f"w{number}" for number in range(8)]
LOOP = draw(
    ENDS
    + tasks("a", "b")
    + tasks(*WIDE)
    + tasks("more", outcomes="yes no")
    + '<parallelGateway id="split"/><parallelGateway id="join"/><exclusiveGateway id="top"/>'
    + '<exclusiveGateway id="bottom" default="bottom__end"/>'
    + '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
    + "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
    + '<intermediateThrowEvent id="told"/><endEvent id="done"/>',
    "start > top > a > b > split",
    *(f"split > {name} > join" for name in WIDE),
    "join > more > bottom > end",
    'bottom > top : outcome.more == "yes"',
    "late > told > done",
)


def test_the_state_stays_small_after_a_thousand_rounds() -> None:
    case = Case(LOOP)
    largest = 0
    for _ in range(1_000):
        for name in ("a", "b", *WIDE):
            case.complete(name)
            largest = max(largest, len(state.encode(case.state).encode()))
        case.complete("more", "yes")
        case.log.clear()
    assert len(case.net.places) > 20
    assert largest < 300
    assert case.open == ["a", "late"]


items = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any tree of tokens."""
    count = draw(st.integers(0, 8))
    tokens: list[Token] = []
    identity = 0
    for position in range(count):
        identity += draw(st.integers(1, 5))
        parent = draw(st.sampled_from([one.id for one in tokens])) if position else 0
        item = draw(st.one_of(items, st.lists(items, max_size=3).map(tuple)))
        tokens.append(
            Token(identity, draw(st.integers(-50, 50)), parent, draw(st.integers(0, 9)), item)
        )
    return State("0123456789ab", identity + draw(st.integers(1, 9)), tuple(tokens))


@given(states())
@settings(max_examples=200, deadline=None)
def test_a_state_survives_its_text(one: State) -> None:
    assert state.decode(state.encode(one)) == one
    assert state.encode(state.decode(state.encode(one))) == state.encode(one)


@given(states(), st.integers(0, 400), st.characters(codec="utf-8"))
@settings(max_examples=200, deadline=None)
def test_an_altered_or_cut_text_is_never_taken_for_another_state(
    one: State, at: int, other: str
) -> None:
    text = state.encode(one)
    at %= len(text)
    digest = text.index(" ") + 1
    for altered in (text[:at], text[:at] + other + text[at + 1 :]):
        if altered == text or (
            len(altered) == len(text) and digest <= at < digest + 12 and other != " "
        ):
            continue  # another digest is another version: `step` refuses it
        with pytest.raises(BrokenState, match=r"restore it|format"):
            state.decode(altered)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1 a b",
        "{}",
        "2 abc 00000000 [1,[]]",
        "1 abc 00000000 [1,[]]",
        "\ud800 a b c",
        "1 a b \ud800",
    ],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(BrokenState):
        state.decode(text)


@pytest.mark.parametrize(
    "tokens",
    [
        (Token(2, 1, 7),),  # a parent that does not exist
        (Token(1, 0, 0), Token(1, 1, 1)),  # twice the same id
        (Token(1, 0, 0), Token(2, 1, 0)),  # two roots
        (Token(9, 0, 0),),  # an id that is still to be given
        (Token(1, 1.5, 0),),  # type: ignore[arg-type]
    ],
)
def test_tokens_that_form_no_tree_are_refused(tokens: tuple[Token, ...]) -> None:
    with pytest.raises(BrokenState, match=r"tree|not whole|does not read"):
        state.decode(state.encode(State("0123456789ab", 5, tokens)))


def test_a_state_of_another_version_is_refused_and_names_what_to_do() -> None:
    case = Case(draw(ENDS + tasks("a"), "start > a > end"))
    other = net_of(draw(ENDS + tasks("a", "b"), "start > a > b > end"))
    with pytest.raises(StateFromOtherVersion, match="upgrade"):
        step.step(other, case.state, happenings.Completed(2, {}), at=MOMENT)


def test_a_token_outside_the_net_is_refused() -> None:
    case = Case(draw(ENDS + tasks("a"), "start > a > end"))
    for place in (99, -99):
        broken = State(case.net.digest, 9, (Token(1, 0, 0), Token(2, place, 1)))
        with pytest.raises(BrokenState, match="outside its net"):
            step.step(case.net, broken, happenings.Completed(2, {}), at=MOMENT)


GATE = '<exclusiveGateway id="g" default="g__end"/>'
PLAIN = draw(
    ENDS + tasks("a", "b") + GATE, "start > a > g > end", "g > b : answers.floors > 1", "b > end"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ENDS, '<endEvent id="end"/>  <startEvent id="start"/>'),
        ('<endEvent id="end"/>', '<endEvent id="end"/>\n\n<!-- a note -->'),
    ],
)
def test_the_digest_does_not_depend_on_where_things_stand_in_the_file(old: str, new: str) -> None:
    assert net_of(PLAIN).digest == net_of(PLAIN.replace(old.encode(), new.encode())).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('motcua:role="clerk"', 'motcua:role="leader"'),
        ('<userTask id="a"', '<userTask id="a" name="Other"'),
        ("answers.floors &gt; 1", "answers.floors &gt; 2"),
        ('id="g__b"', 'id="to_b"'),
        ('sourceRef="start" targetRef="a"', 'sourceRef="start" targetRef="b"'),
    ],
)
def test_the_digest_changes_with_whatever_means_something(old: str, new: str) -> None:
    changed = PLAIN.replace(old.encode(), new.encode(), 1)
    if 'targetRef="b"' in new:
        changed = changed.replace(b'sourceRef="b" targetRef="end"', b'sourceRef="b" targetRef="a"')
    assert changed != PLAIN
    assert net_of(PLAIN).digest != net_of(changed).digest


def test_a_moment_without_zone_is_refused() -> None:
    case = Case(PLAIN)
    happening = happenings.Completed(case.token("a"), {})
    with pytest.raises(NoZone):
        step.step(case.net, case.state, happening, at=MOMENT.replace(tzinfo=None))
