"""The manual says what the engine does."""

import re
from pathlib import Path

from motcua.engines.flow import check, dialect, life, outcomes, parse
from motcua.engines.flow.tests.drawing import scope_of

FLOW = Path(__file__).resolve().parents[1]
DOCS = FLOW.parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "flow.md").read_text(encoding="utf-8")
EXPLANATION = (DOCS / "explanation" / "flow-engine.md").read_text(encoding="utf-8")


def test_the_table_of_waits_is_the_one_the_engine_runs_by() -> None:
    shown = EXPLANATION.split("<!-- life:begin -->\n")[1].split("\n<!-- life:end -->")[0]
    assert shown == life.table()


def test_every_element_and_every_attribute_of_ours_is_documented() -> None:
    ours = {name for names in dialect.ATTRIBUTES.values() for name in names if ":" in name}
    ours.discard("xsi:type")
    missing = [
        name
        for name in [*dialect.TASK_KINDS, *dialect.EVENT_KINDS, *ours]
        if f"`{name}" not in REFERENCE
    ]
    assert missing == []


def test_every_fault_of_the_proof_is_documented() -> None:
    told = set(
        re.findall(
            r'"([a-z]+-[a-z-]+|deadlock)"', (FLOW / "soundness.py").read_text(encoding="utf-8")
        )
    )
    assert told
    assert [code for code in told if f"`{code}`" not in REFERENCE] == []


def test_the_example_of_the_reference_passes_the_check() -> None:
    (whole,) = re.findall(r"```xml\n(<\?xml.*?)```", REFERENCE, re.DOTALL)
    flow = parse.parse(whole.encode())
    assert check.check(flow, scope_of(flow)) == ()
    assert set(outcomes.record(flow).fields) == {"receive"}
