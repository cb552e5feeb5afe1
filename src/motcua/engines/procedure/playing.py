"""Playing an example with the very interpreter that real cases use, and holding it against what it expects."""

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from motcua.engines.calendar import office
from motcua.engines.procedure import filing as filings
from motcua.engines.procedure import step as steps
from motcua.engines.procedure.errors import Finding, Refusal
from motcua.engines.procedure.model import Example, Play, Procedure
from motcua.engines.procedure.situation import (
    Completed,
    Filing,
    Happening,
    MessageReceived,
    Situation,
    TimerFired,
)

_DAY = ["07:00-11:30", "13:30-17:00"]
OFFICE = office.Calendar.from_mapping(
    {"hours": {day: _DAY for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}}
)
SUPPLEMENTED = "supplemented"
SIGN = "sign"


def play(
    procedure: Procedure, example: Example, *, calendar: office.Calendar = OFFICE
) -> tuple[Finding, ...]:
    """Return every difference between what the example expects and what comes of it."""
    player = _Player(procedure, example, calendar)
    with contextlib.suppress(_Stopped):  # what stopped it is among the findings
        player.run()
    return tuple(player.findings)


def cleaned(
    procedure: Procedure, example: Example, *, calendar: office.Calendar
) -> filings.Checked:
    """Return what comes of validating the filing of an example."""
    filing = Filing(
        example.answers, example.channel, example.applicant_kind, example.filed_at, example.papers
    )
    return filings.validate(procedure, filing, calendar=calendar, held=example.held)


def signed(
    procedure: Procedure, *, calendar: office.Calendar = OFFICE
) -> Iterator[tuple[Example, Filing, Situation, datetime.datetime]]:
    """Yield each signature of the examples: what was filed, where the case stood, and the moment."""
    for example in procedure.examples:
        player = _Player(procedure, example, calendar)
        with contextlib.suppress(_Stopped):
            player.run()
        for filing, situation, at in player.signed:
            yield example, filing, situation, at


class _Stopped(Exception):
    """The example cannot go on; the reason is among the findings."""


@dataclass(slots=True)
class _Player:
    """One example being played."""

    procedure: Procedure
    example: Example
    calendar: office.Calendar
    findings: list[Finding] = field(default_factory=list)
    route: list[str] = field(default_factory=list)
    signed: list[tuple[Filing, Situation, datetime.datetime]] = field(default_factory=list)

    def note(self, code: str, message: str, *, about: str = "", at: Play | None = None) -> None:
        """Note a difference, at a step or at one of the expectations."""
        expected = self.example.expected
        place = expected.places.get(about, (expected.line, expected.column))
        line, column = (at.line, at.column) if at is not None else place
        self.findings.append(Finding(self.example.file, line, column, code, message))

    def run(self) -> None:
        """Play it through and compare."""
        checked = cleaned(self.procedure, self.example, calendar=self.calendar)
        self._compare_refusal(checked)
        if self.example.expected.refused or not checked.is_valid:
            return
        filing = checked.filing
        situation, last = self._begin(filing), self.example.filed_at
        for each in self.example.steps:
            if each.at < last:
                self.note("out-of-order", "this step lies before the one above it", at=each)
                raise _Stopped
            last = each.at
            situation = self._run_out(situation, filing, each)
            filing = self._supplemented(filing, situation, each)
            situation = self._step(situation, filing, each)
        self._compare(situation)

    # ---- steps

    def _begin(self, filing: Filing) -> Situation:
        at = self.example.filed_at
        try:
            return steps.begin(self.procedure, filing, calendar=self.calendar, at=at).situation
        except Refusal as error:
            self.note(error.code, str(error))
            raise _Stopped from error

    def _advance(
        self, situation: Situation, filing: Filing, happening: Happening, at: datetime.datetime
    ) -> Situation:
        return steps.advance(
            self.procedure, situation, happening, filing, calendar=self.calendar, at=at
        ).situation

    def _run_out(self, situation: Situation, filing: Filing, step: Play) -> Situation:
        """Fire the timers that run out before a step, as they would in a real case."""
        for _ in range(100):
            due = [
                each
                for each in situation.timers
                if each.at < step.at and each.element != step.timer
            ]
            if not due:
                return situation
            first = min(due, key=lambda each: each.at)
            try:
                situation = self._advance(situation, filing, TimerFired(first.token), first.at)
            except Refusal as error:
                self.note(
                    error.code, f"the timer '{first.element}' before this step: {error}", at=step
                )
                raise _Stopped from error
        self.note("endless-timers", "timers run out before this step without end", at=step)
        raise _Stopped

    def _supplemented(self, filing: Filing, situation: Situation, step: Play) -> Filing:
        """Return the filing with what a supplement changes; notes what makes it invalid."""
        if step.message != SUPPLEMENTED:
            return filing
        changed = replace(
            filing,
            answers=laid_over(filing.answers, step.answers or {}),
            papers=filing.papers if step.papers is None else step.papers,
        )
        checked = filings.validate(
            self.procedure,
            changed,
            calendar=self.calendar,
            supplements=situation.supplements,
            held=self.example.held,
        )
        if not checked.is_valid:
            wrong = "; ".join(f"{each.path} {each.code}" for each in checked.errors)
            self.note("supplement-refused", f"what is sent is not valid: {wrong}", at=step)
            raise _Stopped
        return checked.filing

    def _step(self, situation: Situation, filing: Filing, step: Play) -> Situation:
        happening = self._happening(situation, step)
        name = f"{step.task}:{step.item}" if step.item else step.task
        try:
            situation = self._advance(situation, filing, happening, step.at)
        except Refusal as error:
            self.note(error.code, str(error), at=step)
            raise _Stopped from error
        if step.task:
            self.route.append(name)
        if step.outcome == SIGN:
            self.signed.append((filing, situation, step.at))
        return situation

    def _happening(self, situation: Situation, step: Play) -> Happening:
        if step.message:
            return MessageReceived(step.message)
        if step.timer:
            for timer in situation.timers:
                if timer.element == step.timer:
                    return TimerFired(timer.token)
            armed = ", ".join(each.element for each in situation.timers) or "none"
            self.note("timer-not-armed", f"'{step.timer}' is not armed; armed: {armed}", at=step)
            raise _Stopped
        for task in situation.tasks:
            if task.element == step.task and step.item in ("", task.item):
                return Completed(task.token, step.outcome)
        tasks = ", ".join(_named(each.element, each.item) for each in situation.tasks) or "none"
        wanted = _named(step.task, step.item)
        self.note("task-not-open", f"the task '{wanted}' is not open; open: {tasks}", at=step)
        raise _Stopped

    # ---- expectations

    def _compare_refusal(self, checked: filings.Checked) -> None:
        found = {f"{each.path} {each.code}" for each in checked.errors}
        expected = set(self.example.expected.refused)
        for each in sorted(expected - found):
            self.note("not-refused", f"the filing is not refused for '{each}'", about="refused")
        for problem in checked.errors:
            name = f"{problem.path} {problem.code}"
            if name not in expected:
                words = f"the filing is refused for '{name}': {problem.message.en}"
                self.note("filing-refused", words, about="refused")

    def _compare(self, situation: Situation) -> None:
        for about, expected, found in _differences(self.example, situation, tuple(self.route)):
            self.note(
                f"other-{about.replace('_', '-')}",
                f"expected {expected}, found {found}",
                about=about,
            )


def _differences(
    example: Example, situation: Situation, route: tuple[str, ...]
) -> Iterator[tuple[str, str, str]]:
    expected = example.expected
    if expected.route is not None and expected.route != route:
        yield "route", " ".join(expected.route), " ".join(route) or "no task"
    if expected.has_due_at and expected.due_at != situation.due_at:
        found = situation.due_at.isoformat() if situation.due_at else "none"
        yield "due_at", expected.due_at.isoformat() if expected.due_at else "none", found
    if expected.fee is not None and expected.fee != situation.fee:
        yield "fee", str(expected.fee), str(situation.fee)
    if expected.status and expected.status != situation.status.word:
        yield "status", expected.status, situation.status.word


def _named(element: str, item: str) -> str:
    return f"{element}:{item}" if item else element


def laid_over(old: Mapping[str, object], changed: Mapping[str, object]) -> dict[str, object]:
    """Return the old answers with the changed ones laid over them; objects are merged field by field."""
    merged = dict(old)
    for name, value in changed.items():
        before = merged.get(name)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[name] = laid_over(before, value)
        else:
            merged[name] = value
    return merged
