"""Who may see a case and who may work a task: what the policy is told of them, and its answer in our words."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q

from motcua.cases import errors, models, rules
from motcua.identity import queries as identity
from motcua.identity.errors import PurposeNeeded
from motcua.identity.values import Actor, Post, Purpose, Reach, Thing, Verdict
from motcua.intake import queries as intake
from motcua.intake.values import Filing
from motcua.kit.errors import Absent, Refused

READ = "read"
REFUSALS: Mapping[str, type[Refused]] = {
    errors.TaskTaken.code: errors.TaskTaken,
    errors.OwnCase.code: errors.OwnCase,
    errors.RelationsCase.code: errors.RelationsCase,
    errors.DataRestricted.code: errors.DataRestricted,
}


def thing(
    row: models.Case,
    *,
    at: datetime | None,
    kind: str = "case",
    tasks: Collection[models.Task] = (),
    about: frozenset[str] = frozenset(),
) -> Thing:
    """Return a case as the policy asks about it.

    A unit that had a task in it has work in it while it is under way, and for some days after its
    end; once the person had its use restricted, no longer than that. `at`: the moment that the reader
    asks. `tasks`: its open ones where they were read, so that the purpose can name one.
    """
    is_restricted = row.restricted_at is not None
    is_busy = row.finished_at is None or (
        at is not None and not is_restricted and at < identity.is_busy_until(row.finished_at)
    )
    busy: dict[int, uuid.UUID | None] = dict.fromkeys(row.units) if is_busy else {}
    busy |= {task.unit_id: task.pk for task in tasks}
    return Thing(
        kind,
        owner_id=row.applicant_id,
        about=about,
        procedure=row.procedure_code,
        field_code=row.field_code,
        authority_id=row.authority_id,
        units=frozenset(row.units),
        busy=busy,
        is_restricted=is_restricted,
        subject=row.code,
    )


def read(
    row: models.Case | None,
    *,
    reader: Actor,
    tasks: Collection[models.Task] = (),
    absent: type[Absent] = errors.NoSuchCase,
) -> Purpose:
    """Return why a person sees a case.

    Raises `absent` where they may not, PurposeNeeded, or DataRestricted to who finds it in lists.
    """
    if row is None:
        raise absent()
    verdict = identity.decide(reader, READ, thing(row, at=reader.at, tasks=tasks))
    needs_purpose = verdict.rule == PurposeNeeded.code
    if verdict.rule == errors.DataRestricted.code or (needs_purpose and row.restricted_at):
        raise errors.DataRestricted() if is_listed(row, reader) else absent()
    if needs_purpose:
        raise PurposeNeeded(subject=row.code)
    if not verdict.is_allowed:
        raise absent()
    return verdict.purpose


def purpose(code: str, *, reader: Actor) -> Purpose:
    """Return why a person sees a case; raises NoSuchCase, PurposeNeeded."""
    return read(models.Case.objects.filter(code=code).first(), reader=reader)


def serves(row: models.Case, action: str, by: Actor) -> bool:
    """Return whether a person does something with a case as its applicant, or for them."""
    return identity.decide(by, action, thing(row, at=by.at)).is_allowed


def applied(row: models.Case, action: str, *, by: Actor, kind: str = "case") -> Verdict:
    """Return what the policy says of an action on a case, knowing whose data it holds."""
    return identity.decide(by, action, thing(row, at=by.at, kind=kind, about=people_of(row)))


def people_of(row: models.Case) -> frozenset[str]:
    """Return the personal numbers of those whose data a case holds."""
    return intake.people_of(row.filing_id)


def is_at_counter(filing: Filing, by: Actor) -> bool:
    """Return whether a person takes in what is missing for a filing, at the counter that serves it."""
    return identity.decide(by, "supplement", Thing("filing", unit_id=filing.counter_id)).is_allowed


def is_listed(row: models.Case, reader: Actor) -> bool:
    """Return whether a person may know that there is such a case."""
    return identity.decide(reader, "list", thing(row, at=reader.at)).is_allowed


def seen(reader: Actor, *, case: str = "") -> Q:
    """Return the condition that a person finds a case in lists; `case` is the way there, "case__"."""
    reach = identity.reach(reader, "list", "case")
    wanted = Q(**{f"{case}authority_id__in": sorted(reach.authorities)})
    if reach.units:
        wanted |= Q(**{f"{case}units__overlap": sorted(reach.units)})
    return wanted


def authorities(reader: Actor) -> frozenset[int]:
    """Return the authorities whose cases a person finds in lists."""
    return identity.reach(reader, "list", "case").authorities


def units(reader: Actor) -> frozenset[int]:
    """Return the units whose cases a person finds in lists, though they be of another authority."""
    return identity.reach(reader, "list", "case").units


def worked(reader: Actor) -> Q:
    """Return the condition that a task is for a post of a person: of its unit and of its roles."""
    return of_posts(identity.reach(reader, "list", "task"))


def of_posts(reach: Reach) -> Q:
    """Return the condition that a task is for a post: of its unit, its roles, and what it is lent for."""
    wanted = Q(pk__in=[])
    for unit, roles in reach.works:
        wanted |= Q(unit_id=unit, role__in=sorted(roles))
    for unit, roles, procedures, fields in reach.lent:
        within = Q(case__procedure_code__in=sorted(procedures))
        within |= Q(case__field_code__in=sorted(fields))
        wanted |= Q(unit_id=unit, role__in=sorted(roles)) & within
    return wanted


def not_barred(reader: Actor) -> Q:
    """Return the condition that a task is of nobody's case that bars its reader: one's own, a relation's."""
    reach = identity.reach(reader, "work", "task")
    wanted = ~Q(case__applicant_id=reader.id) if reach.but_own else Q()
    if reach.but_of:
        wanted &= ~Q(case__applicant_id__in=sorted(reach.but_of, key=str))
    if reach.but_about:
        wanted &= ~Q(case__applicant__personal_id__in=sorted(reach.but_about))
    return wanted


def admit(duty: rules.Duty, *, by: Actor, action: str = "work") -> Post:
    """Return the post on which a person may work a task.

    Raises NotYourTask, TaskTaken, OwnCase, RelationsCase, AppraiserCannotSign, DutiesNotSeparate.
    """
    asked = Thing(
        "task",
        owner_id=duty.applicant_id,
        about=duty.about,
        procedure=duty.procedure,
        field_code=duty.field_code,
        unit_id=duty.unit_id,
        role=duty.role,
        taken_by=duty.taken_by,
        duty_done_by=frozenset(duty.done_by),
    )
    verdict = identity.decide(by, action, asked)
    if verdict.is_allowed and verdict.post is not None:
        return verdict.post
    if verdict.rule in REFUSALS:
        raise REFUSALS[verdict.rule]()
    if verdict.rule == errors.DutiesNotSeparate.code:
        done = duty.done_by[by.id]
        if duty.signs and done == rules.APPRAISE:
            raise errors.AppraiserCannotSign()
        raise errors.DutiesNotSeparate(done=done)
    raise errors.NotYourTask(role=duty.role, unit=duty.unit_name)


def duty(
    task: models.Task,
    *,
    among: Collection[models.Task] | None = None,
    about: frozenset[str] | None = None,
) -> rules.Duty:
    """Return what the rules need to know of a task; `among`: the tasks of its case, where they were read."""
    own = rules.duty_of(signs=task.signs, appraises=task.appraises, role=task.role)
    return rules.Duty(
        role=task.role,
        unit_id=task.unit_id,
        unit_name=task.unit.name,
        signs=task.signs,
        taken_by=task.person_id,
        applicant_id=task.case.applicant_id,
        procedure=task.case.procedure_code,
        field_code=task.case.field_code,
        about=people_of(task.case) if about is None else about,
        done_by=_done_otherwise(task, own, among),
    )


def _done_otherwise(
    task: models.Task, own: str, among: Collection[models.Task] | None
) -> Mapping[uuid.UUID, str]:
    """Return who did another of the three duties in the case of a task, with the duty."""
    if not own:
        return {}
    done = among
    if done is None:
        done = models.Task.objects.filter(case_id=task.case_id, state=models.TaskState.DONE)
    told: dict[uuid.UUID, str] = {}
    for each in done:
        theirs = rules.duty_of(signs=each.signs, appraises=each.appraises, role=each.role)
        is_done = each.state == models.TaskState.DONE and each.person_id is not None
        if is_done and each.person_id and theirs not in ("", own):
            told.setdefault(each.person_id, theirs)
    return told
