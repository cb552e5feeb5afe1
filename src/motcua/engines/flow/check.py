"""Everything that is wrong with a flow, at once."""

from collections.abc import Mapping

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import outcomes, soundness, structure
from motcua.engines.flow.build import Compiler, assemble
from motcua.engines.flow.model import Flow


def check(
    flow: Flow,
    scope: expressions.Scope | None,
    *,
    called: Mapping[str, Flow] | None = None,
    limit: int = soundness.MOST_MARKINGS,
) -> tuple[expressions.Fault, ...]:
    """Return every fault of a flow in the order of its file: () means it is fit to run.

    Looks at reading and structure, then compiles the expressions against `scope` (None leaves them unchecked), then
    proves soundness on the net that runs, looking at no more than `limit` markings. Expressions and soundness are
    looked at only when the structure lets a net be built.
    """
    others = called or {}
    found = structure.faults(flow, others)
    if found:
        return found
    compiler = Compiler(scope, skip=scope is None)
    net = assemble(flow, others, compiler)
    return expressions.in_order(
        [*compiler.faults, *outcomes.faults(flow), *soundness.faults(net, limit=limit)]
    )
