"""The values that say what is counted: periods, pauses and clocks. `office` does the counting."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from motcua.engines.calendar import parse
from motcua.engines.calendar.errors import (
    BadCalendar,
    MomentsReversed,
    NaiveMoment,
    OutOfRange,
    Problem,
)

Choice = TypeVar("Choice", bound=enum.Enum)
MAX_AMOUNT = 20_000  # of any unit: decades, far beyond any statutory period


class Unit(enum.Enum):
    """What a period is counted in."""

    WORKING_DAYS = "working_days"  # ngày làm việc
    DAYS = "days"  # ngày
    WORKING_HOURS = "working_hours"  # giờ làm việc
    SAME_DAY = "same_day"  # trong ngày


class Count(enum.Enum):
    """How N working days are counted.

    HOURS: a working day is a number of working hours (eight), so that what came on Monday at 10:00
    with three days is due on Thursday at 10:00. WHOLE_DAYS: the day of receipt is not counted and
    the last day counts to its close (Civil Code 2015 art. 147 and 148): Thursday at closing time.
    """

    HOURS = "hours"
    WHOLE_DAYS = "whole_days"


class Rule(enum.Enum):
    """What a supplement does to the clock: it goes on where it stood, or begins anew."""

    PAUSE = "pause"
    RESTART = "restart"


_PERIOD_KEYS = frozenset({"amount", "unit", "count", "cutoff"})


@dataclass(frozen=True, slots=True)
class Period:
    """A statutory period: an amount of a unit, or the same day with an hour of cut-off."""

    amount: int
    unit: Unit
    count: Count = Count.HOURS  # matters for working days only
    cutoff: datetime.time | None = None  # matters for the same day only

    def __post_init__(self) -> None:
        """Refuse amounts that no law gives and parts that do not go together."""
        problems: list[Problem] = []
        same_day = self.unit is Unit.SAME_DAY
        whole = isinstance(self.amount, int) and not isinstance(self.amount, bool)
        if not whole or not 0 <= self.amount <= MAX_AMOUNT or (self.amount == 0) != same_day:
            message = f"give a whole number from 1 to {MAX_AMOUNT}; none for same_day"
            problems.append(Problem("amount", "bad-number", message))
        if self.cutoff is not None and not same_day:
            problems.append(Problem("cutoff", "no-cutoff", "only same_day has a cut-off"))
        if problems:
            raise BadCalendar(tuple(problems))

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Self:
        """Return a period from {amount, unit, count} or {unit: same_day, cutoff: "15:00"}.

        Raises BadCalendar with every fault.
        """
        reader = parse.Reader()
        table = reader.mapping(data, "period")
        reader.known(table, _PERIOD_KEYS)
        unit = _choice(reader, Unit, table.get("unit"), "unit")
        count = _choice(reader, Count, table.get("count", Count.HOURS.value), "count")
        if "count" in table and unit is not Unit.WORKING_DAYS:
            reader.fault("count", "no-count", "only working_days can be counted in two ways")
        amount, cutoff = 0, None
        if unit is not Unit.SAME_DAY:
            amount = reader.whole(table.get("amount"), "amount", most=MAX_AMOUNT)
        elif "amount" in table:
            reader.fault("amount", "no-amount", "leave the amount out: same_day is one day")
        if "cutoff" in table:
            cutoff = reader.time(table["cutoff"], "cutoff")
            if unit is not Unit.SAME_DAY:
                reader.fault("cutoff", "no-cutoff", "only same_day has a cut-off")
        reader.finish()
        return cls(amount, unit, count, cutoff)

    def to_mapping(self) -> dict[str, object]:
        """Return the plain data that from_mapping reads back as an equal period."""
        data: dict[str, object] = {"unit": self.unit.value}
        if self.unit is not Unit.SAME_DAY:
            data["amount"] = self.amount
        if self.unit is Unit.WORKING_DAYS:
            data["count"] = self.count.value
        if self.cutoff is not None:
            data["cutoff"] = self.cutoff.strftime("%H:%M")
        return data


def same_day(cutoff: datetime.time | None = None) -> Period:
    """Return the period "within the day": what comes after the cut-off is due a working day later."""
    return Period(0, Unit.SAME_DAY, cutoff=cutoff)


def _choice(reader: parse.Reader, kind: type[Choice], data: object, path: str) -> Choice:
    for member in kind:
        if member.value == data:
            return member
    words = ", ".join(str(member.value) for member in kind)
    reader.fault(path, f"unknown-{path}", f"use one of {words}")
    return next(iter(kind))


@dataclass(frozen=True, slots=True)
class Pause:
    """A time for which a clock stands still, from paused_at until resumed_at (None: still)."""

    paused_at: datetime.datetime
    resumed_at: datetime.datetime | None
    rule: Rule


@dataclass(frozen=True, slots=True)
class Clock:
    """A period that runs for one case since a moment, with its pauses in order."""

    period: Period
    received_at: datetime.datetime
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        """Refuse moments without a zone, out of order, and a pause after one that still lasts."""
        last = instant(self.received_at)
        for index, pause in enumerate(self.pauses):
            paused_at = instant(pause.paused_at)
            if paused_at < last:
                raise MomentsReversed(f"pause {index + 1} begins before what came before it ended")
            if pause.resumed_at is None:
                if index != len(self.pauses) - 1:
                    raise MomentsReversed(f"pause {index + 1} has not ended, yet another follows")
                return
            last = instant(pause.resumed_at)
            if last < paused_at:
                raise MomentsReversed(f"pause {index + 1} ends before it begins")

    @property
    def is_paused(self) -> bool:
        """Tell whether the clock stands still now."""
        return bool(self.pauses) and self.pauses[-1].resumed_at is None

    def pause(self, *, at: datetime.datetime, rule: Rule) -> Self:
        """Return the clock stopped at a moment.

        Raises MomentsReversed when it stands still already or the moment lies in its past.
        """
        return replace(self, pauses=(*self.pauses, Pause(at, None, rule)))

    def resume(self, *, at: datetime.datetime) -> Self:
        """Return the clock running again from a moment.

        Raises MomentsReversed when it is running or the moment is earlier than the pause.
        """
        if not self.is_paused:
            raise MomentsReversed("the clock is running: pause it before resuming it")
        ended = replace(self.pauses[-1], resumed_at=at)
        return replace(self, pauses=(*self.pauses[:-1], ended))

    def as_of(self, moment: datetime.datetime) -> Self:
        """Return the clock as it stood at a moment: what happened later is left out."""
        until = instant(moment)
        pauses: list[Pause] = []
        for each in self.pauses:
            if instant(each.paused_at) > until:
                break
            ended = each.resumed_at is not None and instant(each.resumed_at) <= until
            pauses.append(each if ended else replace(each, resumed_at=None))
        return replace(self, pauses=tuple(pauses))


def instant(moment: datetime.datetime) -> datetime.datetime:
    """Return the moment in UTC, so that comparing is right even where clocks are turned back.

    Raises NaiveMoment when it has no zone, OutOfRange when UTC cannot hold it.
    """
    if moment.utcoffset() is None:
        raise NaiveMoment(f"{moment.isoformat()} has no time zone: give an aware datetime")
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise OutOfRange(f"{moment.isoformat()} lies at an end of time") from None
