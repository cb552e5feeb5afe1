"""One step of a case: a happening is taken, the flow moves, and all that machines do is done."""

import datetime
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from motcua.engines.calendar import model as calendars
from motcua.engines.calendar import office
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import effects as wanted
from motcua.engines.flow import happenings
from motcua.engines.flow import model as flows
from motcua.engines.flow import step as flow
from motcua.engines.procedure import durations, tables
from motcua.engines.procedure.errors import Refusal
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.situation import (
    Advance,
    ArmTimer,
    AwaitMessage,
    Call,
    CallService,
    CloseTask,
    DeadlineSet,
    DisarmTimer,
    Effect,
    Ended,
    Filing,
    ForgetMessage,
    OpenTask,
    PaymentDue,
    SendMessage,
    Situation,
    SlipDue,
    StatusChanged,
    Task,
    Timer,
    Wait,
)
from motcua.engines.procedure.status import (
    BY_WORD,
    FINAL,
    TABLE,
    Rule,
    Source,
    Status,
    Turn,
    after_work,
)

MOST_AUTOMATIC_STEPS = 200  # of one happening: a flow that needs more runs in a circle
APPRAISER = "officer"
CONSULTED = "consulted"
END_PREFIX = "end_"
REQUEST_PAYMENT = "request_payment"
PAYMENT_SETTLED = "payment_settled"


@dataclass(slots=True)
class Run:
    """A step being taken; the situation in it is replaced, never changed."""

    procedure: Procedure
    filing: Filing
    calendar: office.Calendar
    at: datetime.datetime
    situation: Situation
    effects: list[Effect] = field(default_factory=list)
    automatic: deque[wanted.Decide | wanted.CallService | wanted.AwaitMessage] = field(
        default_factory=deque
    )
    owes_nothing: bool = False  # a payment was asked for, and its amount is 0

    # ---- the case's own side: status, slip, clock

    def values(self) -> Mapping[str, object]:
        """Return what expressions see."""
        now = self.situation
        return tables.values(
            self.filing,
            calendar=self.calendar,
            outcomes=now.outcomes,
            decisions=now.decisions,
            supplements=now.supplements,
        )

    def decide(self, table: str) -> None:
        """Evaluate a table and keep its outputs."""
        outputs = tables.outputs(self.procedure, table, self.values(), calendar=self.calendar)
        decisions = {**self.situation.decisions, table: outputs}
        self.situation = replace(self.situation, decisions=decisions)

    def assess_fee(self) -> None:
        """Work out the fee from what was filed, where the procedure has one."""
        if self.procedure.facts.fee is not None and not self.situation.is_paid:
            self.decide(self.procedure.facts.fee.table)

    def apply(self, rule: Rule) -> None:
        """Give a word its legal meaning; raises Refusal where the status does not allow it."""
        old = self.situation.status
        if old not in rule.before:
            raise Refusal(
                "not-lawful",
                f"'{rule.word}' is not possible while the case is '{old.word}': "
                f"it needs {' or '.join(each.word for each in sorted(rule.before))}",
            )
        self.situation = replace(
            self.situation,
            is_accepted=self.situation.is_accepted or rule.turn is Turn.START,
            supplements=self.situation.supplements + (rule.after is Status.SUPPLEMENT),
            is_paid=self.situation.is_paid or rule.word == PAYMENT_SETTLED,
        )
        back_to_entry = rule.word == "supplemented" and not self.situation.is_accepted
        self.set_status(Status.NEW if back_to_entry else rule.after)
        if rule.slip is not None:
            self.effects.append(SlipDue(rule.slip))
        self.turn_clock(rule.turn)

    def set_status(self, new: Status) -> None:
        """Change the status and say so."""
        old = self.situation.status
        if new is not old:
            self.situation = replace(self.situation, status=new)
            self.effects.append(StatusChanged(old, new))

    def turn_clock(self, turn: Turn) -> None:
        """Start, stop or turn the statutory clock, and set the deadline that follows."""
        clock, time = self.situation.clock, self.procedure.facts.time
        if turn is Turn.START:
            self.decide(time.table)
            outputs = self.situation.decisions[time.table]
            clock = calendars.Clock(tables.period(time, outputs), self.at)
        elif clock is not None and not clock.is_paused and turn in (Turn.SUPPLEMENT, Turn.PAUSE):
            rule = time.rule if turn is Turn.SUPPLEMENT else calendars.Rule.PAUSE
            clock = clock.pause(at=self.at, rule=rule)
        elif clock is not None and clock.is_paused and turn is Turn.RESUME:
            clock = clock.resume(at=self.at)
        if clock is not self.situation.clock:
            self.situation = replace(self.situation, clock=clock)
            self.set_deadline()

    def set_deadline(self) -> None:
        """Work out the appointment from the clock and say it when it has changed."""
        clock, extension = self.situation.clock, self.situation.extension
        due = self.calendar.due(clock) if clock is not None else None
        if due is not None and extension is not None:
            due = self.calendar.add(extension, since=due)
        if due != self.situation.due_at:
            self.situation = replace(self.situation, due_at=due)
            self.effects.append(DeadlineSet(due))

    # ---- what the outside tells

    def complete(self, token: int, outcome: str) -> None:
        """Take an official's outcome of an open task."""
        task = next((each for each in self.situation.tasks if each.token == token), None)
        if task is None:
            raise Refusal(
                "task-not-open", "the task is not open: it was done already, or withdrawn"
            )
        if outcome not in (task.outcomes or ("",)):
            offered = ", ".join(task.outcomes) or "no outcome: it is simply done"
            raise Refusal("outcome-not-offered", f"the task offers {offered}")
        rule = TABLE.get((Source.OUTCOME, outcome))
        self._keep_outcome(task.element, outcome)
        tasks = tuple(each for each in self.situation.tasks if each.token != token)
        self.situation = replace(self.situation, tasks=tasks)
        if rule is not None:
            self.apply(rule)
        else:
            self.set_status(after_work(self.situation.status))
        self.move(happenings.Completed(token, self.values(), outcome))

    def _keep_outcome(self, element: str, outcome: str) -> None:
        if not outcome:
            return
        before = self.situation.outcomes.get(element, ())
        kept: str | tuple[str, ...] = outcome
        if self._is_repeated(element):
            kept = (*before, outcome) if isinstance(before, tuple) else (outcome,)
        outcomes = {**self.situation.outcomes, element: kept}
        self.situation = replace(self.situation, outcomes=outcomes)

    def _is_repeated(self, element: str) -> bool:
        """Tell whether the scope holds a list of outcomes for a task, because it runs for each of many."""
        record = self.procedure.scope.record.fields["outcome"]
        return isinstance(record, expressions.Record) and isinstance(
            record.fields.get(element), expressions.ListOf
        )

    def fire(self, token: int) -> None:
        """Take an armed timer that has run out."""
        timer = next((each for each in self.situation.timers if each.token == token), None)
        if timer is None:
            raise Refusal("timer-not-armed", "the timer is not armed: it was taken back")
        if self.at < timer.at:
            raise Refusal("too-early", f"the timer runs out at {timer.at.isoformat()}, not before")
        timers = tuple(each for each in self.situation.timers if each.token != token)
        self.situation = replace(self.situation, timers=timers)
        self.move(happenings.Fired(token, self.values()))

    def receive(self, message: str, token: int | None) -> None:
        """Take a message that is waited for."""
        waiting = [
            each
            for each in self.situation.waits
            if each.message == message and token in (None, each.token)
        ]
        rule = TABLE.get((Source.MESSAGE, message))
        if rule is not None and self.situation.status not in rule.before:
            self.apply(rule)  # refuses: what the law forbids is a better answer than "not awaited"
        if not waiting:
            raise Refusal("message-not-awaited", f"nothing waits for '{message}' now")
        if rule is not None:
            self.apply(rule)
        if message == "supplemented":
            self.assess_fee()
        one = token if token is not None or len(waiting) > 1 else waiting[0].token
        self.situation = replace(
            self.situation, waits=tuple(each for each in self.situation.waits if each.token != one)
        )
        self.move(happenings.Received(message, self.values(), one))

    def answer(self, token: int, code: str | None) -> None:
        """Take what a called service did; `code` names a business error."""
        if token not in [each.token for each in self.situation.calls]:
            raise Refusal("service-not-called", "the service was not called, or has answered")
        calls = tuple(each for each in self.situation.calls if each.token != token)
        self.situation = replace(self.situation, calls=calls)
        if code is None:
            self.move(happenings.Completed(token, self.values()))
        else:
            self.move(happenings.Failed(token, code, self.values()))

    # ---- the flow's side

    def begin(self, before: Situation) -> None:
        """Start the flow, once the fee is known."""
        self.situation = before
        self.assess_fee()
        self._settle(flow.start(self.procedure.net, values=self.values(), at=self.at))

    def move(self, happening: happenings.Happening) -> None:
        """Step the flow, then do all that machines do, until only waiting is left."""
        net, state = self.procedure.net, self.situation.state
        self._settle(flow.step(net, state, happening, at=self.at))

    def take_over(self, step: flow.Step) -> None:
        """Take over what moving the flow to another version led to."""
        self._settle(step)

    def _settle(self, step: flow.Step) -> None:
        self._note(step)
        for _ in range(MOST_AUTOMATIC_STEPS):
            if not self.automatic:
                return
            self._work(self.automatic.popleft())
        raise Refusal(
            "cannot-go-on", "the flow runs in a circle of decisions and services: correct it"
        )

    def _work(self, work: wanted.Decide | wanted.CallService | wanted.AwaitMessage) -> None:
        """Do one piece of work that needs nobody, and step the flow."""
        net, state = self.procedure.net, self.situation.state
        if isinstance(work, wanted.AwaitMessage):
            self._forget(work.token)
            happening: happenings.Happening = happenings.Received(
                work.message, self.values(), work.token
            )
        else:
            if isinstance(work, wanted.Decide):
                self.decide(work.decision)
            else:
                self._request_payment()
            happening = happenings.Completed(work.token, self.values())
        self._note(flow.step(net, state, happening, at=self.at))

    def _request_payment(self) -> None:
        owed = 0 if self.situation.is_paid else self.situation.fee
        if owed <= 0:
            self.owes_nothing = True
            return
        self.apply(TABLE[Source.OPERATION, REQUEST_PAYMENT])
        self.effects.append(PaymentDue(owed))

    def _note(self, step: flow.Step) -> None:
        """Keep the flow's new state and take its effects over, one by one."""
        self.situation = replace(self.situation, state=step.state)
        for effect in step.effects:
            match effect:
                case wanted.OpenTask():
                    self._open(effect)
                case wanted.CloseTask():
                    self._close(effect.token)
                case wanted.CallService():
                    self._call(effect)
                case wanted.Decide():
                    self.automatic.append(effect)
                case wanted.SendMessage():
                    self.effects.append(SendMessage(effect.message, effect.element))
                case wanted.End():
                    self._end(effect)
                case _:
                    self._note_wait(effect)

    def _note_wait(
        self,
        effect: wanted.ArmTimer | wanted.DisarmTimer | wanted.AwaitMessage | wanted.ForgetMessage,
    ) -> None:
        match effect:
            case wanted.ArmTimer():
                self._arm(effect)
            case wanted.DisarmTimer():
                self._disarm(effect.token)
            case wanted.AwaitMessage():
                self._await(effect)
            case wanted.ForgetMessage():
                self._forget(effect.token)

    def _open(self, effect: wanted.OpenTask) -> None:
        item = "" if effect.item is None else str(effect.item)
        unit = effect.unit or self.procedure.facts.roles.get(effect.role, "")
        if effect.role == CONSULTED and item and not effect.unit:
            unit = item
        due = None
        if effect.working_time:
            count = self.procedure.facts.time.count
            due = durations.after_working(
                effect.working_time, since=self.at, calendar=self.calendar, count=count
            )
        task = Task(
            token=effect.token,
            element=effect.element,
            name=effect.name,
            role=effect.role,
            unit=unit,
            item=item,
            outcomes=effect.outcomes,
            opened_at=self.at,
            due_at=due,
            appraises=effect.role == APPRAISER,
            signs="sign" in effect.outcomes,
        )
        self.situation = replace(self.situation, tasks=(*self.situation.tasks, task))
        if self._is_repeated(effect.element):
            self._begin_round(effect)
        self.effects.append(OpenTask(task))

    def _begin_round(self, effect: wanted.OpenTask) -> None:
        """Forget what was said in an earlier round of asking several, when a new one begins."""
        tokens = {each.id: each for each in self.situation.state.tokens}
        places, current, activity = self.procedure.net.places, tokens.get(effect.token), 0
        while current is not None:
            if current.place >= 0 and places[current.place].kind is flows.Kind.MULTIPLE:
                activity = current.id
            current = tokens.get(current.parent)
        if self.situation.rounds.get(effect.element) != activity:
            self.situation = replace(
                self.situation,
                outcomes={**self.situation.outcomes, effect.element: ()},
                rounds={**self.situation.rounds, effect.element: activity},
            )

    def _close(self, token: int) -> None:
        now = self.situation
        tasks = tuple(each for each in now.tasks if each.token != token)
        calls = tuple(each for each in now.calls if each.token != token)
        if (len(tasks), len(calls)) != (len(now.tasks), len(now.calls)):
            self.situation = replace(now, tasks=tasks, calls=calls)
            self.effects.append(CloseTask(token))
        self._give_up(token)

    def _give_up(self, token: int) -> None:
        self.automatic = deque(each for each in self.automatic if each.token != token)

    def _arm(self, effect: wanted.ArmTimer) -> None:
        at = self._moment(effect)
        timer = Timer(effect.token, effect.element, at)
        self.situation = replace(self.situation, timers=(*self.situation.timers, timer))
        self.effects.append(ArmTimer(effect.token, effect.element, at))

    def _moment(self, effect: wanted.ArmTimer) -> datetime.datetime:
        text, since = effect.spec.value, effect.since
        zone = tables.zone(self.calendar)
        match effect.spec.kind:
            case flows.TimerKind.WORKING:
                count = self.procedure.facts.time.count
                return durations.after_working(
                    text, since=since, calendar=self.calendar, count=count
                )
            case flows.TimerKind.DURATION:
                return durations.after(text, since=since, zone=zone)
            case flows.TimerKind.DATE:
                return durations.moment_of(text, zone=zone)

    def _disarm(self, token: int) -> None:
        timers = tuple(each for each in self.situation.timers if each.token != token)
        if len(timers) != len(self.situation.timers):
            self.situation = replace(self.situation, timers=timers)
            self.effects.append(DisarmTimer(token))

    def _await(self, effect: wanted.AwaitMessage) -> None:
        wait = Wait(effect.token, effect.message)
        self.situation = replace(self.situation, waits=(*self.situation.waits, wait))
        self.effects.append(AwaitMessage(effect.token, effect.message))
        if effect.message == PAYMENT_SETTLED and self.owes_nothing:
            self.automatic.append(effect)  # nothing to pay is settled at once

    def _forget(self, token: int) -> None:
        waits = tuple(each for each in self.situation.waits if each.token != token)
        if len(waits) != len(self.situation.waits):
            self.situation = replace(self.situation, waits=waits)
            self.effects.append(ForgetMessage(token))
        self._give_up(token)

    def _call(self, effect: wanted.CallService) -> None:
        if effect.operation == REQUEST_PAYMENT:
            self.automatic.append(effect)
            return
        call = Call(effect.token, effect.operation, effect.element)
        self.situation = replace(self.situation, calls=(*self.situation.calls, call))
        self.effects.append(CallService(effect.token, effect.operation, effect.element))

    def _end(self, effect: wanted.End) -> None:
        word = end_word(self.procedure.flow.by_id[effect.element])
        meant = BY_WORD.get(word)
        if meant is not None and meant is not self.situation.status and not self._rests():
            rule = TABLE.get((Source.END, word))
            if rule is not None:
                self.apply(rule)
        self.effects.append(Ended(self.situation.status, effect.element))

    def _rests(self) -> bool:
        return self.situation.status in FINAL

    def done(self) -> Advance:
        """Return what the step led to."""
        return Advance(replace(self.situation, at=self.at), tuple(self.effects))


def end_word(node: flows.Node) -> str:
    """Return the status word that an end event stands for: its `motcua:status`, or its id after `end_`."""
    if node.status:
        return node.status
    after = node.id.removeprefix(END_PREFIX)
    return after if after != node.id and after in BY_WORD else ""
