"""Write down whose data an official was shown: what privacy is told of cases, their files and lists of them.

Each is called with what is about to be shown, before it leaves. The applicant who reads their own case
leaves no row. The open task of the reader's unit is the purpose; without one, the reason that was stated.
"""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from motcua.cases import models, values
from motcua.cases.queries import access
from motcua.identity.values import Actor, Purpose
from motcua.intake import queries as intake
from motcua.intake.values import Draft
from motcua.privacy.actions import looks as privacy
from motcua.privacy.values import Subject

NOT_STATED = Purpose("stated")
# What shows others than the applicant, whom the answers name: these are told of the look too.
NAMING = frozenset({"answers", "papers", "documents"})
MOST = 1_000  # people in one look of a list


def at_page(page: values.CasePage, *, by: Actor, at: datetime, place: str) -> None:
    """Write down that the page of a case, with the person's other cases, is shown."""
    case = page.summary
    codes = (case.code, *(each.code for each in page.related))
    task = next(
        (each for each in page.tasks if each.may_work or _is_of(each.unit_id, each.role, by)), None
    )
    privacy.look(
        by=by,
        at=at,
        purpose=Purpose("task", task.name, task.id) if task else page.purpose,
        subjects=[Subject(page.applicant.id, code) for code in codes],
        kinds={"identity", "contact", "answers", "papers", "history", "cases"},
        place=place,
        authority_code=case.authority_code,
        named=page.people - {page.applicant.personal_id},
    )


def at_case(
    code: str,
    *,
    by: Actor,
    at: datetime,
    kinds: Collection[str],
    place: str,
) -> None:
    """Write down that something of a case is shown; a case that is not there shows nothing."""
    _one(models.Case.objects.filter(code=code), by=by, at=at, kinds=kinds, place=place)


def at_file(attachment_id: uuid.UUID, *, by: Actor, at: datetime, place: str) -> None:
    """Write down that a file of a case is shown."""
    filing = intake.attachment(attachment_id).filing_id
    rows = models.Case.objects.filter(filing_id=filing) if filing else models.Case.objects.none()
    _one(rows, by=by, at=at, kinds={"papers"}, place=place)


def at_task(
    task_id: uuid.UUID, *, by: Actor, at: datetime, kinds: Collection[str], place: str
) -> None:
    """Write down that something of the case of a task is shown."""
    rows = models.Case.objects.filter(pk__in=models.Task.objects.filter(pk=task_id).values("case"))
    _one(rows, by=by, at=at, kinds=kinds, place=place)


def at_drafts(
    drafts: Sequence[Draft], *, by: Actor, at: datetime, kinds: Collection[str], place: str
) -> None:
    """Write down whose drafts are shown at the counter."""
    privacy.look(
        by=by,
        at=at,
        purpose=Purpose("task"),
        subjects=[Subject(each.person_id, each.procedure_code) for each in drafts],
        kinds=kinds,
        place=place,
        authority_code=drafts[0].authority_code if drafts else "",
        named=intake.people_in(drafts) if NAMING & set(kinds) else (),
    )


def at_list(
    codes: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    kinds: Collection[str],
    place: str,
    purpose: Purpose = NOT_STATED,
) -> None:
    """Write down that a list of cases with the names of people is shown: two queries for a page."""
    wanted = list(dict.fromkeys(codes))
    for start in range(0, len(wanted), MOST):
        rows = models.Case.objects.filter(code__in=wanted[start : start + MOST])
        found = list(rows.values_list("applicant_id", "code", "authority__code"))
        privacy.look(
            by=by,
            at=at,
            purpose=purpose,
            subjects=[Subject(person, code) for person, code, _authority in found],
            kinds=kinds,
            place=place,
            authority_code=found[0][2] if found else "",
        )


def at_rows(
    rows: Sequence[values.InboxRow], *, by: Actor, at: datetime, place: str, purpose: Purpose
) -> None:
    """Write down that rows of an inbox are shown: they say themselves whose names they are."""
    codes = {key: code for post in by.posts for key, code in post.authorities.items()}
    privacy.look(
        by=by,
        at=at,
        purpose=purpose,
        subjects=[Subject(each.shows, each.case_code) for each in rows if each.shows],
        kinds={"identity", "cases"},
        place=place,
        authority_code=codes.get(rows[0].authority_id, "") if rows else "",
    )


def _one(
    rows: QuerySet[models.Case], *, by: Actor, at: datetime, kinds: Collection[str], place: str
) -> None:
    task = models.Task.objects.filter(
        _of_posts(by), case=OuterRef("pk"), state=models.TaskState.OPEN
    ).order_by("opened_at", "pk")
    annotated: QuerySet[Any, Any] = rows.annotate(
        task_id=Subquery(task.values("pk")[:1]), task_name=Subquery(task.values("name")[:1])
    )
    found = annotated.values_list(
        "applicant_id", "code", "authority__code", "task_id", "task_name", "filing_id"
    ).first()
    if found is None:
        return
    person, code, authority, task_id, name, filing_id = found
    shows_others = person != by.id and not NAMING.isdisjoint(kinds)
    privacy.look(
        by=by,
        at=at,
        purpose=Purpose("task", name, task_id) if task_id else access.purpose(code, reader=by),
        subjects=[Subject(person, code)],
        kinds=kinds,
        place=place,
        authority_code=authority,
        named=intake.people_of(filing_id) if shows_others else (),
    )


def _of_posts(by: Actor) -> Q:
    return access.worked(by)


def _is_of(unit_id: int, role: str, by: Actor) -> bool:
    return by.post_in(unit_id, role) is not None
