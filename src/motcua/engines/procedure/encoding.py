"""A situation as a small JSON mapping, and back.

The mapping is versioned and holds no answers. Moments are ISO 8601 text with their zone; a day that a
decision table gave becomes ISO 8601 text, which expressions read as a day again.
"""

import datetime
from collections.abc import Mapping
from typing import cast

from motcua.engines.calendar import errors as calendar_errors
from motcua.engines.calendar import model as calendars
from motcua.engines.flow import errors as flow_errors
from motcua.engines.flow import state as flow_state
from motcua.engines.procedure.errors import BrokenSituation
from motcua.engines.procedure.situation import Call, Situation, Task, Timer, Wait
from motcua.engines.procedure.status import Status

VERSION = 1


def encode(situation: Situation) -> dict[str, object]:
    """Return the situation as plain values for JSON."""
    return {
        "version": VERSION,
        "flow": flow_state.encode(situation.state),
        "status": int(situation.status),
        "at": situation.at.isoformat(),
        "outcomes": {
            name: list(each) if isinstance(each, tuple) else each
            for name, each in situation.outcomes.items()
        },
        "decisions": {
            name: {output: _plain(value) for output, value in outputs.items()}
            for name, outputs in situation.decisions.items()
        },
        "rounds": dict(situation.rounds),
        "supplements": situation.supplements,
        "accepted": situation.is_accepted,
        "paid": situation.is_paid,
        "clock": _clock(situation.clock),
        "extension": situation.extension.to_mapping() if situation.extension else None,
        "due_at": _moment(situation.due_at),
        "tasks": [_task(each) for each in situation.tasks],
        "timers": [[each.token, each.element, each.at.isoformat()] for each in situation.timers],
        "waits": [[each.token, each.message] for each in situation.waits],
        "calls": [[each.token, each.operation, each.element] for each in situation.calls],
    }


def decode(data: Mapping[str, object]) -> Situation:
    """Return the situation that `encode` wrote.

    Raises BrokenSituation when the mapping is of another version or does not read.
    """
    if data.get("version") != VERSION:
        raise BrokenSituation(
            f"The situation has format {str(data.get('version'))[:8]}, this engine reads {VERSION}: "
            "use a release that reads both, or restore it from the event log."
        )
    try:
        return _decode(data)
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        flow_errors.StateError,
        calendar_errors.CalendarError,
    ) as error:
        raise BrokenSituation(
            "The stored situation does not read: restore it from the event log."
        ) from error


def _decode(data: Mapping[str, object]) -> Situation:
    rows = cast("Mapping[str, list[list[object]]]", data)
    outcomes = cast("Mapping[str, str | list[str]]", data["outcomes"])
    decisions = cast("Mapping[str, Mapping[str, object]]", data["decisions"])
    return Situation(
        state=flow_state.decode(cast("str", data["flow"])),
        status=Status(cast("int", data["status"])),
        at=_aware(data["at"]),
        outcomes={
            name: tuple(each) if isinstance(each, list) else each for name, each in outcomes.items()
        },
        decisions={name: dict(outputs) for name, outputs in decisions.items()},
        rounds=dict(cast("Mapping[str, int]", data["rounds"])),
        supplements=cast("int", data["supplements"]),
        is_accepted=cast("bool", data["accepted"]),
        is_paid=cast("bool", data["paid"]),
        clock=_read_clock(cast("Mapping[str, object] | None", data["clock"])),
        extension=_read_period(cast("Mapping[str, object] | None", data["extension"])),
        due_at=_read_moment(data["due_at"]),
        tasks=tuple(_read_task(each) for each in cast("list[dict[str, object]]", data["tasks"])),
        timers=tuple(
            Timer(cast("int", token), str(element), _aware(at))
            for token, element, at in rows["timers"]
        ),
        waits=tuple(Wait(cast("int", token), str(message)) for token, message in rows["waits"]),
        calls=tuple(
            Call(cast("int", token), str(operation), str(element))
            for token, operation, element in rows["calls"]
        ),
    )


def _plain(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _moment(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _aware(text: object) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(cast("str", text))
    if moment.tzinfo is None:
        raise ValueError("a moment has no zone")
    return moment


def _read_moment(text: object) -> datetime.datetime | None:
    return None if text is None else _aware(text)


def _clock(clock: calendars.Clock | None) -> dict[str, object] | None:
    if clock is None:
        return None
    return {
        "period": clock.period.to_mapping(),
        "received_at": clock.received_at.isoformat(),
        "pauses": [
            [each.paused_at.isoformat(), _moment(each.resumed_at), each.rule.value]
            for each in clock.pauses
        ],
    }


def _read_clock(data: Mapping[str, object] | None) -> calendars.Clock | None:
    if data is None:
        return None
    pauses = cast("list[list[object]]", data["pauses"])
    return calendars.Clock(
        calendars.Period.from_mapping(cast("Mapping[str, object]", data["period"])),
        _aware(data["received_at"]),
        tuple(
            calendars.Pause(_aware(paused), _read_moment(resumed), calendars.Rule(rule))
            for paused, resumed, rule in pauses
        ),
    )


def _read_period(data: Mapping[str, object] | None) -> calendars.Period | None:
    return None if data is None else calendars.Period.from_mapping(data)


def _task(task: Task) -> dict[str, object]:
    return {
        "token": task.token,
        "element": task.element,
        "name": task.name,
        "role": task.role,
        "unit": task.unit,
        "item": task.item,
        "outcomes": list(task.outcomes),
        "opened_at": task.opened_at.isoformat(),
        "due_at": _moment(task.due_at),
        "appraises": task.appraises,
        "signs": task.signs,
    }


def _read_task(data: Mapping[str, object]) -> Task:
    return Task(
        token=cast("int", data["token"]),
        element=cast("str", data["element"]),
        name=cast("str", data["name"]),
        role=cast("str", data["role"]),
        unit=cast("str", data["unit"]),
        item=cast("str", data["item"]),
        outcomes=tuple(cast("list[str]", data["outcomes"])),
        opened_at=_aware(data["opened_at"]),
        due_at=_read_moment(data["due_at"]),
        appraises=cast("bool", data["appraises"]),
        signs=cast("bool", data["signs"]),
    )
