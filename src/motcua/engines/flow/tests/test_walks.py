"""What `check` lets pass never gets stuck."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.flow import check, soundness
from motcua.engines.flow.tests.blocks import Block, Drawing, blocks
from motcua.engines.flow.tests.walks import Walk


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=blocks(), seed=st.integers(0, 2**32))
def test_a_checked_flow_always_comes_to_an_end(block: Block, seed: int) -> None:
    walk, chance = Walk(Drawing(spiff=False), block), Random(seed)
    faults = check.check(walk.flow, walk.scope, limit=3_000)
    assert {fault.code for fault in faults} <= {"too-large"}
    for wandered in range(400):
        if not walk.go(chance, hurry=wandered > 40):
            break
    assert walk.state.is_over


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=blocks(), seed=st.integers(0, 2**32))
def test_every_state_of_a_walk_is_among_the_markings_of_the_proof(block: Block, seed: int) -> None:
    walk, chance = Walk(Drawing(spiff=False), block), Random(seed)
    found = soundness.explore(walk.net, limit=3_000)
    if not found.is_whole or any(place.repeat.number == 3 for place in walk.net.places):
        return  # three instances are proved by two; their markings are others
    for _ in range(40):
        assert soundness.marking(walk.net, walk.state.tokens) in found.numbers
        if not walk.go(chance):
            break
