"""What expressions see of a case, and what the procedure's decision tables make of it."""

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from motcua.engines.calendar import errors as calendar_errors
from motcua.engines.calendar import model as calendars
from motcua.engines.calendar import office
from motcua.engines.decisions import decide
from motcua.engines.procedure.errors import Unfit
from motcua.engines.procedure.model import Procedure, TimeAllowed
from motcua.engines.procedure.situation import NOTHING, Filing

UNITS = tuple(each.value for each in calendars.Unit)


def values(
    filing: Filing,
    *,
    calendar: office.Calendar,
    outcomes: Mapping[str, object] = NOTHING,
    decisions: Mapping[str, object] = NOTHING,
    supplements: int = 0,
) -> Mapping[str, object]:
    """Return the values of the scope: answers, outcome, decision and case."""
    return {
        "answers": filing.answers,
        "outcome": outcomes,
        "decision": decisions,
        "case": {
            "channel": filing.channel,
            "applicant_kind": filing.applicant_kind,
            "filed_on": filed_on(filing, calendar=calendar),
            "supplements": supplements,
        },
    }


def filed_on(filing: Filing, *, calendar: office.Calendar) -> datetime.date:
    """Return the day of filing where the office is."""
    return filing.filed_at.astimezone(zone(calendar)).date()


def zone(calendar: office.Calendar) -> ZoneInfo:
    """Return the zone of an office."""
    return ZoneInfo(calendar.zone)  # kept by the library: one for each name


def outputs(
    procedure: Procedure, table: str, scope: Mapping[str, object], *, calendar: office.Calendar
) -> Mapping[str, object]:
    """Return what a table of the procedure answers for the values of the scope.

    Raises decisions' Undecided, expressions' EvaluationFailed, and Unfit when there is no such table.
    """
    if table not in procedure.tables:
        raise Unfit(f"there is no table '{table}' under decisions/")
    decision = decide.decide(
        procedure.tables[table], scope, working_days=calendar.working_days_between
    )
    return decision.outputs


def period(time: TimeAllowed, outputs: Mapping[str, object]) -> calendars.Period:
    """Return the statutory period that the time table's outputs mean.

    Raises Unfit when the unit is none that the law knows, or the amount makes no period.
    """
    unit, amount = outputs.get("unit"), outputs.get("amount")
    if unit not in UNITS or type(amount) is not int:
        raise Unfit(f"the time table gives {amount!r} {unit!r}: use one of {', '.join(UNITS)}")
    kind = calendars.Unit(unit)
    if kind is calendars.Unit.SAME_DAY:
        return calendars.same_day(time.cutoff)
    try:
        return calendars.Period(amount, kind, time.count)
    except calendar_errors.BadCalendar as error:
        raise Unfit(f"the time table gives {amount} {unit}: {error}") from error
