"""What is wrong with a procedure that reads: all that the engines check, what holds between the files, every example."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from motcua.engines.decisions import check as table_check
from motcua.engines.decisions import model as decisions
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import check as flow_check
from motcua.engines.flow import model as flows
from motcua.engines.flow import net as nets
from motcua.engines.forms import check as form_check
from motcua.engines.forms import model as forms
from motcua.engines.procedure import durations, exploring, model, parse, playing, tables
from motcua.engines.procedure.errors import Finding, Unfit
from motcua.engines.procedure.running import (
    APPRAISER,
    CONSULTED,
    PAYMENT_SETTLED,
    REQUEST_PAYMENT,
    end_word,
)
from motcua.engines.procedure.situation import Filing
from motcua.engines.procedure.status import TABLE, Source

KNOWN_MESSAGES = frozenset({"supplemented", PAYMENT_SETTLED, "withdrawn", "escalated", "overdue"})
_WORK = frozenset({flows.Kind.USER, flows.Kind.MANUAL})
_HEARS = frozenset(
    {
        flows.Kind.CATCH_MESSAGE,
        flows.Kind.RECEIVE,
        flows.Kind.BOUNDARY_MESSAGE,
        flows.Kind.START_MESSAGE,
    }
)
_WORKING_DAYS = re.compile(r"\bworking_days_between\s*\(")
# How alike a word must be to one with a legal meaning to be taken for a slip of the pen.
_NEAR = 0.75


def check(procedure: model.Procedure) -> tuple[Finding, ...]:
    """Return every fault and warning of a procedure; without a fault among them it may be published."""
    found = [*_engines(procedure), *_tables(procedure), *_roles(procedure), *_words(procedure)]
    found += [
        *_intake(procedure),
        *_supplements(procedure),
        *_payment(procedure),
        *_signing(procedure),
    ]
    found += [*_conditions(procedure), *_durations(procedure), *_facts(procedure)]
    for example in procedure.examples:
        found += playing.play(procedure, example)
    if not faults(tuple(found)):  # a walk over what is known to be wrong would only repeat it
        filings = tuple(_filings(procedure))
        found += exploring.explore(procedure, filings, calendar=playing.OFFICE)
    return tuple(sorted(set(found)))


def faults(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that stop a procedure from being published."""
    return tuple(each for each in findings if not each.is_warning)


def _filings(procedure: model.Procedure) -> Iterator[Filing]:
    """Yield the filings of the examples that may be submitted, those that differ in what they cost or take."""
    for example in procedure.examples:
        if not example.expected.refused:
            yield playing.cleaned(procedure, example, calendar=playing.OFFICE).filing


# ---- the engines' own checks


def _engines(procedure: model.Procedure) -> Iterator[Finding]:
    for fault in form_check.check(procedure.form):
        yield parse.from_fault(model.FORM, fault)
    for fault in flow_check.check(procedure.flow, procedure.scope):
        yield parse.from_fault(model.FLOW, fault)
    domains = _domains(procedure)
    for name, table in procedure.tables.items():
        for fault in table_check.check(table, domains):
            yield parse.from_fault(f"{model.TABLES}{name}.yaml", fault)


def _domains(procedure: model.Procedure) -> Mapping[str, expressions.Limits]:
    """Return the values that may come in at each path; what may stay unanswered reads as its zero."""
    found = dict(expressions.limits_from_schema(procedure.form.schema))
    for path, limits in found.items():
        question = procedure.form.questions.get(path.removeprefix("answers."))
        always = (
            question is not None
            and question.is_required
            and question.field.visible is None
            and question.page.visible is None
        )
        if not always:
            found[path] = _with_zero(limits)
    found["case.channel"] = expressions.Limits(values=model.CHANNELS)
    found["case.applicant_kind"] = expressions.Limits(values=procedure.facts.applicants)
    return found


def _with_zero(limits: expressions.Limits) -> expressions.Limits:
    if limits.values is not None:
        zero = type(limits.values[0])() if limits.values else ""
        return replace(limits, values=tuple(dict.fromkeys((*limits.values, zero))))
    low = limits.low if limits.low is None else min(limits.low, 0)
    high = limits.high if limits.high is None else max(limits.high, 0)
    return replace(limits, low=low, high=high)


# ---- between the files


def _at(node: flows.Node, code: str, message: str, *, warning: bool = False) -> Finding:
    return Finding(model.FLOW, max(node.line, 1), 1, code, message, node.id, warning)


def _told(code: str, message: str, *, warning: bool = False) -> Finding:
    return Finding(model.FACTS, 1, 1, code, message, "", warning)


def _tasks(procedure: model.Procedure) -> Iterator[nets.Place]:
    seen: set[str] = set()
    for place in procedure.net.places:
        if place.kind in _WORK and place.node.id not in seen:
            seen.add(place.node.id)
            yield place


def _nodes(procedure: model.Procedure, *kinds: flows.Kind) -> Iterator[flows.Node]:
    return (node for node in procedure.flow.nodes if node.kind in kinds)


def _listening(procedure: model.Procedure, message: str) -> list[flows.Node]:
    return [node for node in _nodes(procedure, *_HEARS) if node.message == message]


def _offering(procedure: model.Procedure, outcome: str) -> list[nets.Place]:
    return [place for place in _tasks(procedure) if outcome in place.node.outcomes]


def _tables(procedure: model.Procedure) -> Iterator[Finding]:
    facts, used = procedure.facts, {procedure.facts.time.table}
    integer, text = expressions.Kind.INT, expressions.Kind.TEXT
    yield from _outputs(procedure, facts.time.table, {"amount": integer, "unit": text})
    if facts.fee is not None:
        used.add(facts.fee.table)
        yield from _outputs(procedure, facts.fee.table, {"amount": integer})
    for node in _nodes(procedure, flows.Kind.DECISION):
        used.add(node.decision)
        if node.decision not in procedure.tables:
            yield _at(node, "unknown-table", f"there is no decisions/{node.decision}.yaml: add it")
    for name in sorted(procedure.tables.keys() - used):
        file = f"{model.TABLES}{name}.yaml"
        message = f"nothing uses the table '{name}': use it or remove it"
        yield Finding(file, 1, 1, "unused-table", message, is_warning=True)
    time = procedure.tables.get(facts.time.table)
    if time is not None:
        yield from _units(facts.time.table, time)


def _outputs(
    procedure: model.Procedure, name: str, needed: Mapping[str, expressions.Kind]
) -> Iterator[Finding]:
    table = procedure.tables.get(name)
    if table is None:
        yield _told("unknown-table", f"there is no decisions/{name}.yaml: add it")
        return
    given = table.result.fields
    for output, kind in needed.items():
        if given.get(output) is not kind:
            message = f"the table '{name}' needs the output '{output}', a {kind.value}"
            yield Finding(f"{model.TABLES}{name}.yaml", 1, 1, "missing-output", message)


def _units(name: str, table: decisions.Table) -> Iterator[Finding]:
    """Yield the rules of the time table whose unit is written out and is none."""
    rows = [(rule.line, rule.outputs) for rule in table.rules]
    rows += [(1, table.default)] if table.default is not None else []
    for line, outputs in rows:
        source = outputs["unit"].source.strip() if "unit" in outputs else ""
        is_literal = len(source) > 1 and source[0] == source[-1] and source[0] in "\"'"
        if is_literal and source[1:-1] not in tables.UNITS:
            message = f"{source} is no unit of time: use one of {', '.join(tables.UNITS)}"
            yield Finding(f"{model.TABLES}{name}.yaml", line, 1, "unknown-unit", message)


def _roles(procedure: model.Procedure) -> Iterator[Finding]:
    declared, used = procedure.facts.roles, set()
    for place in _tasks(procedure):
        used.add(place.role)
        if not place.role:
            message = f"nobody works the task '{place.node.id}': put it in a lane with a role"
            yield _at(place.node, "no-role", message)
        elif place.role == CONSULTED:
            if place.node.loop is None and not place.unit and CONSULTED not in declared:
                message = "a consulted task runs for each of a list of units, or names its unit"
                yield _at(place.node, "no-unit", message)
        elif place.role not in declared:
            message = f"the role '{place.role}' is not declared: add it under 'roles'"
            yield _at(place.node, "unknown-role", message)
        if place.unit and place.unit not in model.UNIT_KINDS:
            message = f"'{place.unit}' is no kind of unit: use one of {', '.join(model.UNIT_KINDS)}"
            yield _at(place.node, "unknown-unit", message)
    for role in sorted(declared.keys() - used):
        yield _told("unused-role", f"no task is for the role '{role}': remove it", warning=True)


def _words(procedure: model.Procedure) -> Iterator[Finding]:
    lawful = [word for source, word in TABLE if source is Source.OUTCOME]
    for place in _tasks(procedure):
        for outcome in place.node.outcomes:
            near = difflib.get_close_matches(outcome, lawful, n=1, cutoff=_NEAR)
            if near and outcome not in lawful:
                message = f"'{outcome}' has no legal meaning; was '{near[0]}' meant?"
                yield _at(place.node, "near-word", message, warning=True)
    for node in procedure.flow.nodes:
        if node.kind in _HEARS and node.message and node.message not in KNOWN_MESSAGES:
            message = f"the product never sends '{node.message}': somebody outside must"
            yield _at(node, "unknown-message", message, warning=True)
        if node.kind is flows.Kind.SERVICE and node.operation != REQUEST_PAYMENT:
            message = f"the product has no operation '{node.operation}': use one that it has"
            yield _at(node, "unknown-operation", message)
        word = end_word(node) if node.kind in flows.ENDS else ""
        if word and (Source.END, word) not in TABLE:
            ends = ", ".join(each for source, each in TABLE if source is Source.END)
            yield _at(node, "bad-end", f"a case cannot end as '{word}': use one of {ends}")


def _intake(procedure: model.Procedure) -> Iterator[Finding]:
    if not _offering(procedure, "accept"):
        message = "no task offers 'accept', so no case is ever accepted and no deadline starts"
        yield Finding(model.FLOW, 1, 1, "never-accepted", message)
    if not _offering(procedure, "refuse"):
        message = (
            "no task offers 'refuse': a filing that is not for this authority cannot be refused"
        )
        yield Finding(model.FLOW, 1, 1, "never-refused", message, is_warning=True)
    citizens = "citizen" in procedure.facts.applicants
    if citizens and not _listening(procedure, "withdrawn"):
        message = "nothing hears 'withdrawn': let people withdraw by an event sub-process"
        yield Finding(model.FLOW, 1, 1, "no-withdrawal", message, is_warning=True)


def _supplements(procedure: model.Procedure) -> Iterator[Finding]:
    asking, waiting = _offering(procedure, "supplement"), _listening(procedure, "supplemented")
    for place in asking:
        if not waiting:
            message = (
                "a supplement is asked for, yet nothing waits for 'supplemented': draw the wait"
            )
            yield _at(place.node, "supplement-not-awaited", message)
    for node in waiting:
        if not asking:
            message = "nothing asks for a supplement: offer the outcome 'supplement' before this"
            yield _at(node, "supplement-not-asked", message)
        limits = _time_limits(procedure, node)
        if not limits:
            message = "a supplement may be waited for without end: add a timer beside this message"
            yield _at(node, "supplement-without-limit", message)
        for timer in limits:
            yield from _agreed_limit(procedure, timer)


def _time_limits(procedure: model.Procedure, node: flows.Node) -> list[flows.Node]:
    """Return the timers that end the wait of a message: beside it at a gateway, or on its border."""
    flow = procedure.flow
    gateways = {
        arrow.source
        for arrow in flow.arrows
        if arrow.target == node.id and flow.by_id[arrow.source].kind is flows.Kind.EVENT_BASED
    }
    beside = {arrow.target for arrow in flow.arrows if arrow.source in gateways}
    host = node.host or node.id
    return [
        each
        for each in flow.nodes
        if (each.kind is flows.Kind.CATCH_TIMER and each.id in beside)
        or (each.kind is flows.Kind.BOUNDARY_TIMER and each.host == host and each.interrupting)
    ]


def _agreed_limit(procedure: model.Procedure, node: flows.Node) -> Iterator[Finding]:
    limit, timer = procedure.facts.time.limit, node.timer
    if limit is None or timer is None or timer.kind is not flows.TimerKind.WORKING:
        return
    try:
        drawn = durations.working_periods(timer.source.text, count=limit.count)
    except Unfit:
        return  # an expression, or told by the check of durations
    if drawn != (limit,):
        message = (
            f"the timer says {timer.source.text}, procedure.yaml {limit.amount} {limit.unit.value}: "
            "make them agree"
        )
        yield _at(node, "other-limit", message)


def _payment(procedure: model.Procedure) -> Iterator[Finding]:
    asking = [
        node for node in _nodes(procedure, flows.Kind.SERVICE) if node.operation == REQUEST_PAYMENT
    ]
    waiting = _listening(procedure, PAYMENT_SETTLED)
    for node in asking:
        if procedure.facts.fee is None:
            yield _at(
                node, "no-fee", "a payment is asked for, yet procedure.yaml names no fee: add it"
            )
        if not waiting:
            message = (
                "a payment is asked for, yet nothing waits for 'payment_settled': draw the wait"
            )
            yield _at(node, "payment-not-awaited", message)
    for node in waiting:
        if not asking:
            message = "nothing asks for the payment: put a service task request_payment before this"
            yield _at(node, "payment-not-asked", message)


def _signing(procedure: model.Procedure) -> Iterator[Finding]:
    signing = _offering(procedure, "sign")
    if not signing:
        message = "no task offers 'sign', so no case ever has a result"
        yield Finding(model.FLOW, 1, 1, "never-signed", message)
    elif not _offering(procedure, "return_result"):
        message = "no task offers 'return_result', so no result reaches the person"
        yield Finding(model.FLOW, 1, 1, "never-returned", message)
    for place in signing:
        if place.role == APPRAISER:
            message = "who appraises may not sign: give this task to another role than 'officer'"
            yield _at(place.node, "officer-signs", message)


def _conditions(procedure: model.Procedure) -> Iterator[Finding]:
    """Yield the conditions of the flow that count working days: the flow knows no office."""
    for arrow in procedure.flow.arrows:
        source = arrow.condition
        if source is not None and _WORKING_DAYS.search(source.text):
            message = (
                "a flow cannot count working days: let a decision table do it, and read its output"
            )
            yield Finding(
                model.FLOW, source.line, source.column, "no-calendar-here", message, arrow.id
            )


def _durations(procedure: model.Procedure) -> Iterator[Finding]:
    count = procedure.facts.time.count
    for node in procedure.flow.nodes:
        timer = node.timer
        is_text = timer is not None and timer.kind is flows.TimerKind.WORKING
        literal = timer.source.text if timer is not None and is_text else ""
        for text in (node.working_time, literal if literal.startswith("P") else ""):
            if not text:
                continue
            try:
                durations.working_periods(text, count=count)
            except Unfit as error:
                yield _at(node, "bad-working-time", str(error))


def _facts(procedure: model.Procedure) -> Iterator[Finding]:
    if not procedure.examples:
        yield _told(
            "no-examples", "add at least one example under examples/: it is the test of the law"
        )
    known = {each.name for each in procedure.form.fields}
    for rule in procedure.facts.eligibility:
        if rule.field and rule.field not in known:
            yield _told(
                "unknown-field", f"eligibility names '{rule.field}', which the form does not ask"
            )
    for empty in _empty_words(procedure):
        yield _told("empty-words", f"{empty}: write it in both languages")


def _empty_words(procedure: model.Procedure) -> Iterator[str]:
    facts = procedure.facts
    words: dict[str, forms.Text] = {"name": facts.name, "summary": facts.summary}
    for paper in facts.papers:
        words[f"papers.{paper.id}.name"] = paper.name
    for path, text in words.items():
        if not text.vi or not text.en:
            yield path
