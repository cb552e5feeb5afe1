"""Reading `examples/*.yaml`: cases that a lawyer can write and check."""

import datetime
from collections.abc import Mapping

from motcua.engines.procedure import model
from motcua.engines.procedure.document import Node, Reader, plain
from motcua.engines.procedure.status import BY_WORD

_REQUIRED = frozenset({"name", "filed_at", "channel", "applicant_kind", "answers", "expect"})
_OPTIONAL = frozenset({"papers", "held", "steps"})
_STEP = frozenset({"task", "item", "outcome", "timer", "message", "answers", "papers"})
_EXPECT = frozenset({"route", "due_at", "fee", "status", "refused"})
MAX_STEPS = 200
MAX_FEE = 10**12  # đồng
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def read(root: Node, reader: Reader) -> model.Example:
    """Return the example; what is wrong is noted in the reader."""
    parts = reader.mapping(root, required=_REQUIRED, optional=_OPTIONAL)
    steps = tuple(_step(each, reader) for each in reader.each(parts.get("steps"), most=MAX_STEPS))
    expected = _expected(parts.get("expect", Node({}, root.line, root.column)), reader)
    if expected.refused and steps:
        reader.fault(parts["steps"], "useless-steps", "a filing that is refused has no steps")
    return model.Example(
        file=reader.file,
        name=reader.words(parts.get("name")),
        filed_at=moment(parts.get("filed_at"), reader),
        channel=reader.choice(parts.get("channel"), model.CHANNELS),
        applicant_kind=reader.choice(parts.get("applicant_kind"), model.APPLICANT_KINDS),
        answers=_answers(parts.get("answers"), reader),
        papers=reader.texts(parts.get("papers")),
        held=reader.texts(parts.get("held")),
        steps=steps,
        expected=expected,
    )


def moment(node: Node | None, reader: Reader) -> datetime.datetime:
    """Return an aware moment; notes what is none."""
    if node is None:
        return _EPOCH
    hint = "write a moment with its zone, as 2026-11-23T09:00:00+07:00"
    found = reader.parsed(node, datetime.datetime.fromisoformat, otherwise=_EPOCH, hint=hint)
    if found.tzinfo is None:
        reader.fault(node, "unreadable", hint)
        return _EPOCH
    return found


def _answers(node: Node | None, reader: Reader) -> Mapping[str, object]:
    if node is None:
        return {}
    data = plain(node)
    if not isinstance(data, dict):
        reader.fault(node, "not-a-mapping", "write the answers by their names here")
        return {}
    return data


def _step(node: Node, reader: Reader) -> model.Play:
    parts = reader.mapping(node, required=frozenset({"at"}), optional=_STEP)
    kinds = [name for name in ("task", "timer", "message") if name in parts]
    if parts and len(kinds) != 1:
        reader.fault(node, "unclear-step", "a step names one of task, timer and message")
    only = {"item": "task", "outcome": "task", "answers": "message", "papers": "message"}
    for name, owner in only.items():
        if name in parts and owner not in kinds:
            reader.fault(parts[name], "unclear-step", f"'{name}' goes with '{owner}' only")
    return model.Play(
        at=moment(parts.get("at"), reader),
        line=node.line,
        column=node.column,
        task=reader.text(parts.get("task")),
        item=reader.text(parts.get("item")),
        outcome=reader.text(parts.get("outcome")),
        timer=reader.text(parts.get("timer")),
        message=reader.text(parts.get("message")),
        answers=_answers(parts["answers"], reader) if "answers" in parts else None,
        papers=reader.texts(parts["papers"]) if "papers" in parts else None,
    )


def _expected(node: Node, reader: Reader) -> model.Expected:
    parts = reader.mapping(node, optional=_EXPECT)
    if not parts:
        reader.fault(node, "empty", "say what must come of the example: status, or refused")
    for name in {"route", "due_at", "fee", "status"} & parts.keys():
        if "refused" in parts:
            reader.fault(parts[name], "useless-expectation", f"a refused filing has no {name}")
    due = parts.get("due_at")
    has_moment = due is not None and due.value is not None
    fee = parts.get("fee")
    status = reader.text(parts.get("status"))
    if status and status not in BY_WORD:
        reader.fault(parts["status"], "unknown-word", f"use one of {', '.join(BY_WORD)}")
    return model.Expected(
        line=node.line,
        column=node.column,
        route=reader.texts(parts["route"]) if "route" in parts else None,
        has_due_at=due is not None,
        due_at=moment(due, reader) if has_moment else None,
        fee=None if fee is None else reader.whole(fee, least=0, most=MAX_FEE, default=0),
        status=status,
        refused=reader.texts(parts.get("refused")),
        places={name: (each.line, each.column) for name, each in parts.items()},
    )
