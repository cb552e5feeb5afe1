"""The page of a case: everything that it shows to one reader, in one call."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from django.utils.translation import get_language

from motcua.cases import models, rules, values
from motcua.cases.errors import NoSuchCase, NoSuchTask
from motcua.cases.queries import access, answers, cases, timeline, whole, words
from motcua.catalogue import queries as catalogue
from motcua.documents import queries as documents
from motcua.engines.flow import model as flows
from motcua.engines.flow import outline
from motcua.engines.procedure import drawing, encoding, step
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.status import Slip, Status
from motcua.identity import queries as identity
from motcua.identity.queries import mandates, mergers
from motcua.identity.values import Acting, Actor, Purpose, Thing
from motcua.intake import queries as intake
from motcua.intake.errors import NoSuchAttachment
from motcua.intake.values import Filing, Paper, Revision
from motcua.kit.errors import Refused
from motcua.payments import queries as payments
from motcua.transparency import queries as transparency

AT_WORK = (Status.ACCEPTED, Status.PROCESSING)
DECIDED = (Status.PROCESSED, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case as it was read for one reader."""

    row: models.Case
    beside: Any  # the same row: what was read within its query, as JSON
    tasks: Sequence[models.Task]
    slips: Sequence[timeline.Given]
    procedure: Procedure
    situation: situations.Situation
    filing: Filing
    revisions: Sequence[Revision]
    reader: Actor
    purpose: Purpose
    at: datetime

    @property
    def is_official(self) -> bool:
        """Return whether the reader works on the case: it is not theirs, nor of whom they act for."""
        return self.purpose.kind != "own"

    @property
    def language(self) -> str:
        """Return the reader's language."""
        return _language()


def case_page(code: str, *, reader: Actor, at: datetime) -> values.CasePage:
    """Return everything that the page of a case shows to a reader; raises NoSuchCase.

    Four queries, and one more where somebody worked on it who has no task in it, however much
    happened. What officials write for each other, and who does what, is left out for the applicant.
    """
    seen = _seen(code, reader=reader, at=at)
    row, filing, situation = seen.row, seen.filing, seen.situation
    asked = _asked(seen)
    return values.CasePage(
        summary=cases.summary(row),
        status_name=words.status(row.status),
        procedure_name=seen.procedure.facts.name.in_language(seen.language),
        authority_name=row.authority.name,
        is_official=seen.is_official,
        purpose=seen.purpose,
        people=seen.filing.people,
        channel=words.channel(filing.channel),
        accepted_at=row.accepted_at,
        supplements=situation.supplements,
        version_id=row.version_id,
        filing_id=row.filing_id,
        applicant=_applicant(row.applicant_id, row),
        acting=_acting(seen),
        sections=_sections(seen),
        papers=_papers(seen),
        papers_held=_papers_held(seen),
        timeline=_timeline(seen),
        steps=_steps(seen),
        deadline=_deadline(seen),
        tasks=_open_tasks(seen),
        slips=_slips(seen),
        documents=documents.issued_of(seen.beside.issued) if row.status in DECIDED else (),
        dues=payments.dues_of(seen.beside.dues) if situation.fee else (),
        notes=whole.notes_of(row, reader_id=reader.id) if seen.is_official else (),
        related=whole.related_of(row) if seen.is_official else (),
        changes=answers.changes(
            seen.procedure.form, filing, seen.revisions, language=seen.language
        ),
        asked=tuple(asked.items) if asked else (),
        asked_reason=asked.reason if asked else "",
        asked_until=min((each.at for each in situation.timers), default=None) if asked else None,
        may_withdraw=access.serves(seen.row, "withdraw", seen.reader)
        and step.may_receive(situation, "withdrawn"),
        may_supplement=access.serves(seen.row, "supplement", seen.reader)
        and step.may_receive(situation, "supplemented"),
        may_take_supplement=_may_take_supplement(seen),
        may_extend=_may_extend(seen),
    )


def colleagues(
    task_id: uuid.UUID, *, reader: Actor, at: datetime
) -> tuple[tuple[uuid.UUID, str], ...]:
    """Return whom the head of a unit may give a task to; raises NoSuchTask, empty for others.

    Those who may not work this case, since it is theirs or they did another duty of it, are left out.
    """
    row = models.Task.objects.select_related("case", "unit").filter(pk=task_id).first()
    access.read(row.case if row else None, reader=reader, absent=NoSuchTask)
    if row is None or not _may_assign(row, reader):
        return ()
    duty = replace(access.duty(row), taken_by=None)
    holders = identity.holders(row.unit_id, row.role, at=at)
    able = [(each.id, each.name) for each in holders if not _refusal(duty, each)]
    return tuple(sorted(able, key=lambda each: each[1]))


def preview(task_id: uuid.UUID, *, reader: Actor, at: datetime, outcome: str = "") -> bytes:
    """Return the decision of a case as PDF, as it would be drawn now, with a specimen number.

    `outcome="reject"` draws the refusal. Raises NoSuchTask, and what the template raises.
    """
    task = models.Task.objects.select_related("case__authority").filter(pk=task_id).first()
    access.read(task.case if task else None, reader=reader, absent=NoSuchTask)
    if task is None or reader.id == task.case.applicant_id:
        raise NoSuchTask()
    row, situation = task.case, encoding.decode(task.case.situation)
    procedure = catalogue.compiled(row.version_id)
    data = cases.result_data(
        row,
        situation,
        intake.filing(row.filing_id),
        signer=_signer(task, procedure, reader=reader, at=at),
    )
    if outcome == rules.REJECT:
        data = {**data, "kind": "refusal"}
    result = procedure.facts.result
    return documents.preview(
        procedure.template,
        data,
        at=at,
        type=rules.NOTICE if data["kind"] == "refusal" else result.type,
        symbol=result.symbol,
    )


def file_of(attachment_id: uuid.UUID, *, reader: Actor) -> tuple[Paper, IO[bytes]]:
    """Return a file of a case with its bytes, open for reading; raises NoSuchCase for others."""
    try:
        found = intake.attachment(attachment_id)
    except NoSuchAttachment:  # as if it were somebody else's: none of them may be told apart
        raise NoSuchCase() from None
    row = models.Case.objects.filter(filing_id=found.filing_id).first() if found.filing_id else None
    access.read(row, reader=reader)
    return found.paper, documents.open_file(found.paper.digest)


def flow_source(code: str, *, reader: Actor) -> str:
    """Return the BPMN that a case runs on, for a viewer; raises NoSuchCase."""
    row = models.Case.objects.filter(code=code).first()
    access.read(row, reader=reader)
    if row is None:
        raise NoSuchCase()
    return catalogue.flow_source(row.version_id)


def flow_picture(version_id: int) -> bytes:
    """Return the drawing of a version's flow as SVG; raises NoSuchVersion."""
    flow = catalogue.compiled(version_id).flow
    return drawing.draw(catalogue.flow_source(version_id).encode(), flow)


# ---- reading


def _language() -> str:
    return get_language() or "vi"


def _seen(code: str, *, reader: Actor, at: datetime) -> _Seen:
    row = whole.read(code, reader=reader, language=_language())
    if row is None:
        raise NoSuchCase()
    tasks = list(
        models.Task.objects.select_related("unit", "person")
        .filter(case=row)
        .order_by("opened_at", "token")
    )
    open_ones = [each for each in tasks if each.state == models.TaskState.OPEN]
    purpose = access.read(row, reader=reader, tasks=open_ones)
    situation = encoding.decode(row.situation)
    filing, revisions = intake.filing_with_revisions(row.filing_id)
    return _Seen(
        row=row,
        beside=row,
        tasks=tasks,
        slips=whole.slips_of(row),
        procedure=catalogue.compiled(row.version_id),
        situation=situation,
        filing=filing,
        revisions=revisions,
        reader=reader,
        purpose=purpose,
        at=at,
    )


def _acting(seen: _Seen) -> Acting | None:
    """Return who filed for the applicant, if somebody else did by a mandate."""
    mandate = seen.filing.mandate_id
    return mandates.acting(mandate) if mandate else None


def _timeline(seen: _Seen) -> tuple[values.Moment, ...]:
    entries = transparency.history(seen.row.code)
    known = {seen.row.applicant_id: seen.row.applicant.name, seen.reader.id: seen.reader.name}
    known |= {task.person.pk: task.person.name for task in seen.tasks if task.person}
    known |= {slip.issued_by: slip.issued_by_name for slip in seen.slips if slip.issued_by}
    unknown = timeline.people_of(entries) - known.keys()
    if unknown:
        known |= identity.names(list(unknown))
    story = timeline.Story(
        procedure=seen.procedure,
        applicant_id=seen.row.applicant_id,
        tasks=seen.tasks,
        slips=seen.slips,
        names={str(key): name for key, name in known.items()},
        is_official=seen.is_official,
    )
    told = timeline.moments(entries, story)
    if seen.filing.authority_id == seen.row.authority_id:
        return told
    # A merger tells of many cases at once, so no entry of this one says it.
    gone_on = timeline.handed_over(mergers.handed_on(seen.filing.authority_id))
    return tuple(sorted((*told, *gone_on), key=lambda each: each.at))


def _deadline(seen: _Seen) -> values.Deadline:
    runs = seen.situation.due_at is not None and seen.row.finished_at is None
    return timeline.deadline(
        seen.situation,
        calendar=identity.calendar_of(seen.beside.calendar) if runs else None,
        slips=seen.slips,
        is_over=seen.row.finished_at is not None,
        at=seen.at,
    )


# ---- what was read, as the page shows it


def _applicant(key: uuid.UUID, row: models.Case) -> values.Applicant:
    person = row.applicant
    return values.Applicant(
        id=key,
        name=person.name,
        personal_id=person.personal_id,
        birth_date=person.birth_date,
        phone=person.phone,
        email=person.email,
        address=person.address,
        is_organisation=person.kind == "organisation",
    )


def _sections(seen: _Seen) -> tuple[values.Section, ...]:
    form, said = seen.procedure.form, seen.filing.answers
    former = seen.revisions[-1].answers if seen.revisions else None
    return answers.sections(form, said, former=former, language=seen.language)


def _papers(seen: _Seen) -> tuple[values.PaperGroup, ...]:
    since = _sent_before(seen) if seen.revisions else None
    return answers.papers(seen.procedure, seen.filing, since=since, language=seen.language)


def _papers_held(seen: _Seen) -> tuple[str, ...]:
    """Return the names of the papers that a register answered for."""
    held = (each for each in seen.procedure.facts.papers if each.id in seen.filing.papers_held)
    return tuple(each.name.in_language(seen.language) for each in held)


def _sent_before(seen: _Seen) -> datetime | None:
    """Return when the supplement before the last one was sent, or the filing: what came later is new."""
    if len(seen.revisions) > 1:
        return seen.revisions[-2].replaced_at
    return seen.filing.submitted_at


def _asked(seen: _Seen) -> models.Task | None:
    """Return the task that asked for the supplements which are waited for now."""
    if seen.row.status != Status.SUPPLEMENT:
        return None
    asking = [each for each in seen.tasks if each.outcome == "supplement" and each.ended_at]
    return max(asking, key=lambda each: (each.ended_at, each.token), default=None)


def _steps(seen: _Seen) -> tuple[values.FlowStep, ...]:
    told = []
    works = {flows.Kind.USER.word, flows.Kind.MANUAL.word}
    for line in outline.outline(seen.procedure.flow):
        if line.kind not in works:
            continue
        mine = [task for task in seen.tasks if task.element == line.id]
        done = [task for task in mine if task.state == models.TaskState.DONE]
        is_open = any(task.state == models.TaskState.OPEN for task in mine)
        people = (task.person.name for task in mine if task.person) if seen.is_official else ()
        told.append(
            values.FlowStep(
                element=line.id,
                name=line.name,
                role_name=words.role(line.role),
                state="open" if is_open else "done" if done else "ahead",
                times=len(done),
                people=tuple(dict.fromkeys(people)),
            )
        )
    return tuple(told)


def _open_tasks(seen: _Seen) -> tuple[values.OpenTask, ...]:
    open_ones = (task for task in seen.tasks if task.state == models.TaskState.OPEN)
    return tuple(_open_task(task, seen) for task in open_ones)


def _open_task(task: models.Task, seen: _Seen) -> values.OpenTask:
    why_not = _why_not(task, seen)
    shown = task.person if task.person and seen.is_official else None
    return values.OpenTask(
        id=task.pk,
        element=task.element,
        name=task.name,
        role=task.role,
        role_name=words.role(task.role),
        unit_id=task.unit_id,
        unit_name=task.unit.name,
        item=task.item,
        person_id=shown.pk if shown else None,
        person_name=shown.name if shown else "",
        opened_at=task.opened_at,
        due_at=task.due_at,
        is_late=task.sort_at < seen.at,
        signs=task.signs,
        is_mine=task.person_id == seen.reader.id,
        may_work=not why_not,
        why_not=why_not,
        may_assign=seen.is_official and _may_assign(task, seen.reader),
        offers=_offers(task, seen.situation) if not why_not else (),
    )


def _why_not(task: models.Task, seen: _Seen) -> str:
    """Return why the reader may not work a task, in words; "" when they may."""
    task.case = seen.row
    return _refusal(access.duty(task, among=seen.tasks, about=seen.filing.people), seen.reader)


def _refusal(duty: rules.Duty, person: Actor) -> str:
    """Return why a person may not do a duty, in words; "" when they may."""
    try:
        access.admit(duty, by=person)
    except Refused as refusal:
        return refusal.say(refusal.message)
    return ""


def _may_assign(task: models.Task, reader: Actor) -> bool:
    asked = Thing(
        "task",
        unit_id=task.unit_id,
        role=task.role,
        procedure=task.case.procedure_code,
        field_code=task.case.field_code,
    )
    return identity.decide(reader, "assign", asked).is_allowed


def _offers(task: models.Task, situation: situations.Situation) -> tuple[values.Choice, ...]:
    return tuple(
        values.Choice(
            outcome=each.outcome,
            label=words.outcome(each.outcome),
            needs_reason=each.needs_reason,
            needs_items=each.needs_items,
            needs_head=each.needs_head,
            is_weighty=each.outcome in words.WEIGHTY,
        )
        for each in step.offers(situation, task.token)
    )


def _slips(seen: _Seen) -> tuple[values.SlipRow, ...]:
    return tuple(
        values.SlipRow(
            form=slip.form,
            name=words.slip(slip.form),
            issued_at=slip.issued_at,
            # What an official wrote on accepting is for colleagues; the receipt does not carry it.
            reason=slip.reason if seen.is_official or slip.form != Slip.RECEIPT else "",
            items=slip.items,
            due_at=slip.due_at,
        )
        for slip in seen.slips
    )


def _may_extend(seen: _Seen) -> bool:
    thing = access.thing(seen.row, at=seen.at, about=seen.filing.people)
    is_leader = identity.decide(seen.reader, "extend", thing).is_allowed
    is_running = seen.row.status in AT_WORK and seen.situation.due_at is not None
    return is_leader and seen.is_official and is_running and seen.situation.extension is None


def _may_take_supplement(seen: _Seen) -> bool:
    is_there = seen.is_official and access.is_at_counter(seen.filing, seen.reader)
    return is_there and step.may_receive(seen.situation, "supplemented")


def _signer(
    task: models.Task, procedure: Procedure, *, reader: Actor, at: datetime
) -> Mapping[str, str]:
    """Return how the signature would read: the reader's own, or that of the leader first in line."""
    kind = procedure.facts.roles.get("leader", "")
    unit = identity.unit_for(kind, authority_code=task.case.authority.code)
    post = reader.post_in(unit.id, "leader")
    if post is not None:
        return rules.signature(reader, post)
    for each in identity.holders(unit.id, "leader", at=at):
        post = each.post_in(unit.id, "leader")
        if post is not None and post.is_head:
            return rules.signature(each, post)
    return {"mode": "", "position": "", "name": ""}
