"""Play a procedure's own example as a real case, by the same actions that the API calls.

The demo plays at the present moment: what an example says with dates is moved to today, so that a birth
of last week stays one of last week. Tests play at the example's own moments.
"""

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from motcua.cases import values
from motcua.cases.actions import deadlines, filing, tasks
from motcua.cases.queries import cases
from motcua.catalogue import queries as catalogue
from motcua.config import jobs
from motcua.config.demo import papers
from motcua.config.wiring import REACTIONS
from motcua.documents import queries as documents
from motcua.engines.procedure import model
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.kit import clock
from motcua.payments import actions as payments
from motcua.payments import queries as dues
from motcua.payments.adapters import chosen as gateways
from motcua.payments.adapters.fake import FakeGateway
from motcua.transparency import actions as transparency

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
REASON = "Theo hồ sơ và quy định hiện hành (ví dụ của hệ thống minh họa)."
Moment = Callable[[datetime], datetime]


class Stuck(RuntimeError):
    """A journey cannot go on as its example says; this is a fault of the demo or of the product."""


@dataclass(slots=True)
class Journey:
    """A case as it was played: what happened, how long it took, what came of it."""

    procedure: str
    name: str
    code: str = ""
    happened: list[str] = field(default_factory=list)
    seconds: float = 0.0
    pdf: Path | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """Plays one example of a published procedure for an applicant.

    `at` gives the moment at which something is done, from the moment that the example says; `react`
    lets those react who are told of a payment.
    """

    procedure: model.Procedure
    example: model.Example
    authority_code: str
    applicant: Actor
    at: Moment
    react: Callable[[str], None]

    def file(self) -> str:
        """File the example's answers and papers and return the case's code.

        Where the example is not online, an officer of the one-stop shop files for the person.
        """
        example, at = self.example, self.at(self.example.filed_at)
        by = self.applicant
        if example.channel != "online":
            unit = identity.unit_for("one_stop", authority_code=self.authority_code)
            by = next(iter(identity.holders(unit.id, "intake", at=at)))
        draft = intake.open_draft(
            procedure_code=self.procedure.facts.code,
            authority_code=self.authority_code,
            channel=example.channel,
            applicant_kind=example.applicant_kind,
            by=by,
            at=at,
            for_person=None if by is self.applicant else self.applicant,
        )
        intake.save(draft.id, answers=self._today(example.answers), by=by, at=at)
        for paper in self._papers():
            content = papers.scan(self._name_of(paper), self.applicant.name)
            intake.attach(
                draft.id,
                paper_id=paper,
                name=f"{paper}.pdf",
                chunks=[content],
                declared_size=len(content),
                by=by,
                at=at,
            )
        key = f"journey-{uuid.uuid4()}"
        return filing.file(draft.id, idempotency_key=key, by=by, at=at).code

    def step(self, step: model.Play, code: str) -> str:
        """Do one step of the example and say it in words."""
        at = self.at(step.at)
        if step.task:
            return self._complete(step, code, at=at)
        if step.timer:
            return self._run_out(step.timer, code, at=at)
        if step.message == "payment_settled":
            return self._pay(code, at=at)
        if step.message == "supplemented":
            return self._supplement(step, code, at=at)
        if step.message == "withdrawn":
            filing.withdraw(code, reason=REASON, by=self.applicant, at=at)
            return "rút hồ sơ"
        raise Stuck(f"{code}: nothing plays {step}")

    def _complete(self, step: model.Play, code: str, *, at: datetime) -> str:
        found = cases.as_operator(code).tasks
        task = next(
            (
                each
                for each in found
                if each.state == "open" and each.element == step.task and each.item == step.item
            ),
            None,
        )
        if task is None:
            raise Stuck(f"{code}: the task {step.task} {step.item} is not open")
        official = _official(task, found, outcome=step.outcome, at=at)
        tasks.complete(
            task.id,
            outcome=step.outcome,
            reason=REASON,
            items=("Bản vẽ mặt cắt móng",) if step.outcome == "supplement" else (),
            by=official,
            at=at,
        )
        return f"{task.name}: {step.outcome or 'xong'} ({official.name}, {task.unit_name})"

    def _run_out(self, element: str, code: str, *, at: datetime) -> str:
        found = cases.as_operator(code)
        timer = next((each for each in cases.timers(code) if each.element == element), None)
        if timer is None:
            raise Stuck(f"{code}: the timer {element} is not armed")
        deadlines.fire_timer(found.summary.id, token=timer.token, at=at)
        return f"hết giờ: {element}"

    def _pay(self, code: str, *, at: datetime) -> str:
        """Pay what is due through the gateway, as its own callback tells us; then let the jobs run."""
        bank = gateways.gateway()
        if not isinstance(bank, FakeGateway):
            raise Stuck("the demo pays with the fake gateway only")
        for due in dues.dues(code):
            if due.status == "due":
                checkout = payments.checkout(due.id, gateway=bank, by=self.applicant)
                receipt = f"D{due.id.hex[-16:]}"
                told = bank.pay(reference=checkout.reference, amount=due.amount, receipt=receipt)
                payments.settle(told, gateway=bank, at=at)
        self.react(code)
        return "nộp phí, lệ phí qua cổng thanh toán (minh họa)"

    def _supplement(self, step: model.Play, code: str, *, at: datetime) -> str:
        found = cases.case_of(code, reader=self.applicant)
        holder = f"{self.applicant.name}, bổ sung lần {found.supplements}"
        attached = []
        for paper in step.papers or ():
            content = papers.scan(self._name_of(paper), holder)
            added = intake.attach_to_filing(
                found.filing_id,
                paper_id=paper,
                name=f"{paper}-bo-sung.pdf",
                chunks=[content],
                declared_size=len(content),
                by=self.applicant,
                at=at,
            )
            attached.append(added.attachment_id)
        filing.supplement(
            code,
            answers=self._merged(step.answers),
            attachment_ids=attached,
            by=self.applicant,
            at=at,
        )
        return "bổ sung hồ sơ"

    def _merged(self, changed: Mapping[str, object] | None) -> dict[str, object] | None:
        """Return the answers with the changed ones laid over them, as the person would send them."""
        return None if changed is None else self._today(_laid(self.example.answers, changed))

    def _papers(self) -> list[str]:
        """Return the papers to attach: those that the example brings, and those that it leaves to registers.

        No register answers here yet, so a person brings what one would hold.
        """
        asked = self.procedure.facts.papers
        held = [paper.id for paper in asked if paper.register in self.example.held]
        return list(dict.fromkeys([*self.example.papers, *held]))

    def _today(self, answers: Mapping[str, object]) -> dict[str, object]:
        at = self.at(self.example.filed_at)
        days = (clock.local(at).date() - clock.local(self.example.filed_at).date()).days
        return moved(answers, days=days)

    def _name_of(self, paper_id: str) -> str:
        papers_asked = self.procedure.facts.papers
        return next((paper.name.vi for paper in papers_asked if paper.id == paper_id), paper_id)


def chosen(procedure: model.Procedure) -> model.Example:
    """Return the example that is worth showing: the most varied that ends with a result without waiting."""
    playable = [
        example
        for example in procedure.examples
        if example.expected.status == "returned" and not any(step.timer for step in example.steps)
    ]
    if not playable:
        raise Stuck(f"{procedure.facts.code} has no example that ends with a result")
    return max(playable, key=_variety)


def _variety(example: model.Example) -> tuple[int, int]:
    """Return how many different things happen in an example, then how many in all."""
    different = {(step.task, step.item, step.message) for step in example.steps}
    return len(different), len(example.steps)


def play(
    code: str,
    *,
    authority_code: str,
    applicant: Actor,
    folder: Path,
    progress: Callable[[str], None],
) -> Journey:
    """Play a procedure from a filing to a signed result, now, and return what happened."""
    began = time.perf_counter()
    procedure = catalogue.current(code).procedure
    example = chosen(procedure)
    player = Player(procedure, example, authority_code, applicant, lambda said: clock.now(), relay)
    progress("nộp hồ sơ")
    journey = Journey(code, procedure.facts.name.vi, code=player.file())
    for step in example.steps:
        journey.happened.append(player.step(step, journey.code))
        progress(journey.happened[-1])
    journey.seconds = time.perf_counter() - began
    journey.pdf = fetch(journey.code, folder)
    return journey


def relay(code: str) -> None:
    """Relay what the log has told since, and do the jobs that come of it."""
    while transparency.relay(REACTIONS):
        pass
    jobs.run_waiting()


def fetch(code: str, folder: Path) -> Path:
    """Write a case's signed PDF to a folder and return its path."""
    for document in documents.issued(code):
        path = folder / f"{code}.pdf"
        with documents.open_file(document.digest) as stream:
            path.write_bytes(stream.read())
        return path
    raise Stuck(f"{code} ended without a document")


def _official(
    task: values.Task, found: Sequence[values.Task], *, outcome: str, at: datetime
) -> Actor:
    """Return somebody on the right post who did no other duty in the case; the head where it must be.

    Those with the fewest roles come first, so that a head stays free to review.
    """
    spent = {each.person_id for each in found if each.state == "done" and each.role != task.role}
    holders = identity.holders(task.unit_id, task.role, at=at)
    if not holders:
        raise Stuck(f"{task.case_code}: nobody holds {task.role} in {task.unit_name}")
    by_roles = sorted(holders, key=lambda each: sum(len(post.roles) for post in each.posts))
    official = next((each for each in by_roles if each.id not in spent), holders[0])
    _, offers = cases.task_of(task.id, reader=official)
    if any(offer.needs_head for offer in offers if offer.outcome == outcome):
        return next(each for each in holders if any(post.is_head for post in each.posts))
    return official


def _laid(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """Return objects merged field by field; lists and scalars replace."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        both = isinstance(before, Mapping) and isinstance(value, Mapping)
        merged[name] = _laid(before, value) if both else value  # type: ignore[arg-type]
    return merged


def moved(answers: Mapping[str, object], *, days: int) -> dict[str, object]:
    """Return answers with every date moved by a number of days."""
    return {name: _moved(value, timedelta(days=days)) for name, value in answers.items()}


def _moved(value: object, by: timedelta) -> object:
    if isinstance(value, str) and DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    if isinstance(value, Mapping):
        return {name: _moved(item, by) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_moved(item, by) for item in value]
    return value
