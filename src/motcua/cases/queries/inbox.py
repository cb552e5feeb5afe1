"""The officer's inbox: queues of tasks and cases, by key and never counted beyond a hundred.

A queue of tasks is sorted by what is due first. Every queue reads along an index of open tasks or of
open cases, so that its time grows with what is open in a unit and not with the years in the table.
"""

import functools
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, JSONField, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy

from motcua.cases import models, rules, values
from motcua.cases.errors import BadCursor, NoSuchQueue
from motcua.cases.queries import access, finding, words
from motcua.catalogue import queries as catalogue
from motcua.engines.procedure.status import Status
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit import clock, statements

MY_TASKS, UNIT_TASKS, DUE_TODAY, OVERDUE = "my_tasks", "unit_tasks", "due_today", "overdue"
WAITING, TO_SIGN, ALL = "waiting", "to_sign", "all"
QUEUES = (MY_TASKS, UNIT_TASKS, DUE_TODAY, OVERDUE, WAITING, TO_SIGN, ALL)
NAMES = {
    MY_TASKS: lazy("My tasks"),
    UNIT_TASKS: lazy("Tasks of my unit"),
    DUE_TODAY: lazy("Due today"),
    OVERDUE: lazy("Overdue"),
    WAITING: lazy("Waiting for others"),
    TO_SIGN: lazy("To sign"),
    ALL: lazy("All cases"),
}
MOST = 100  # rows of one page, and where counting ends
MOST_LOOKED_AT = 1_000  # open cases, for what the filters offer
VIEW = "view"  # what a saved view is marked with among the queues

TASK_FIELDS = (
    "pk", "sort_at", "name", "item", "person_id", "person__name", "opened_at", "signs",
    "unit__name", "case__code", "case__procedure_code", "case__version__procedure__name_vi",
    "case__version__procedure__name_en", "case__applicant__name", "case__applicant__personal_id",
    "case__status", "case__filed_at", "case__applicant_id", "case__authority_id",
)  # fmt: skip
CASE_FIELDS = (
    "pk", "code", "procedure_code", "version__procedure__name_vi", "version__procedure__name_en",
    "applicant__name", "applicant__personal_id", "status", "filed_at", "due_at", "finished_at",
    "applicant_id", "authority_id", "restricted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a queue."""

    queue: str
    of: Actor
    at: datetime
    filters: values.Filters
    search: str
    after: str
    limit: int

    @property
    def is_plain(self) -> bool:
        """Return whether a search over all cases is all that is asked: then the newest will do."""
        return self.queue == ALL and self.filters == values.NO_FILTERS


def rows(
    of: Actor,
    *,
    queue: str,
    at: datetime,
    filters: values.Filters = values.NO_FILTERS,
    search: str = "",
    after: str = "",
    limit: int = 30,
) -> values.Inbox:
    """Return a page of a queue, past the key that the page before ended with.

    One query, two for `waiting` and `all`, whatever the number of rows. Raises NoSuchQueue and
    BadCursor.
    """
    asked = _Asked(queue, of, at, filters, search.strip(), after, max(1, min(limit, MOST)))
    if queue in (WAITING, ALL):
        return _cases_page(queue, asked)
    if queue in QUEUES:
        return _tasks_page(queue, asked)
    raise NoSuchQueue()


def rail(
    of: Actor, *, at: datetime
) -> tuple[tuple[values.QueueCount, ...], tuple[values.SavedView, ...]]:
    """Return how much is in each queue, up to a hundred, and a person's saved views by name.

    One query for all of it: it stands beside every page.
    """
    moments = {statements.NOW: at, _tomorrow(statements.NOW): _tomorrow(at)}
    told: dict[str, int] = dict.fromkeys(QUEUES[:-1], 0)
    saved = []
    for queue, kept in _rail_statement(of).rows(moments):
        if queue == VIEW:
            saved.append(_saved(json.loads(kept)))
        else:
            told[queue] += 1
    counts = tuple(_count(queue, count) for queue, count in told.items())
    return counts, tuple(sorted(saved, key=lambda each: each.name))


@functools.lru_cache(maxsize=512)
def _rail_statement(of: Actor) -> statements.Statement:
    """Return the statement of `rail`, kept for each person with their posts."""
    parts: list[QuerySet[Any, Any]] = []
    for queue in QUEUES[:-1]:
        found: QuerySet[Any, Any] = (
            _waiting(of) if queue == WAITING else _tasks(queue, of=of, at=statements.NOW)
        )
        one = found.order_by().annotate(queue=Value(queue), view=Value(None, JSONField()))
        parts.append(one.values_list("queue", "view")[:MOST])
    view = JSONObject(id="pk", name="name", queue="queue", filters="filters", search="search")
    views = models.SavedView.objects.filter(person_id=of.id)
    parts.append(views.annotate(kind=Value(VIEW), view=view).values_list("kind", "view"))
    return statements.written(parts[0].union(*parts[1:], all=True))


def _count(queue: str, count: int) -> values.QueueCount:
    return values.QueueCount(
        queue=queue,
        name=str(NAMES[queue]),
        count=count,
        text=f"{MOST - 1}+" if count >= MOST else str(count),
        is_urgent=queue == OVERDUE and count > 0,
    )


def _saved(kept: Mapping[str, Any]) -> values.SavedView:
    filters = rules.filters(kept["filters"])
    return values.SavedView(kept["id"], kept["name"], kept["queue"], filters, kept["search"])


def choices(of: Actor, *, at: datetime) -> values.Choices:
    """Return what the filters offer: procedures and fields of what is open in one's units, their people.

    Two queries. A thousand open cases are looked at, at most.
    """
    units = sorted(_units(of))
    found = models.Case.objects.filter(finished_at=None, units__overlap=units)
    versions = sorted(set(found.values_list("version_id", flat=True)[:MOST_LOOKED_AT]))
    language = get_language() or "vi"
    facts = [catalogue.compiled(each).facts for each in versions]
    procedures = {each.code: each.name.in_language(language) for each in facts}
    fields = {each.field.code: each.field.name.in_language(language) for each in facts}
    return values.Choices(
        procedures=tuple(sorted(procedures.items())[:MOST]),
        fields=tuple(sorted(fields.items())),
        statuses=tuple((int(each), words.status(each)) for each in Status),
        people=tuple(identity.people_of_units(units, at=at)),
    )


# ---- queues of tasks


def _tasks(queue: str, *, of: Actor, at: datetime) -> QuerySet[models.Task]:
    open_ones = models.Task.objects.filter(state=models.TaskState.OPEN)
    if queue == MY_TASKS:
        return open_ones.filter(person_id=of.id)
    if queue == UNIT_TASKS:
        return open_ones.filter(access.worked(of), access.not_barred(of))
    if queue == TO_SIGN:
        done = models.Task.objects.filter(
            Q(appraises=True) | Q(role=rules.REVIEWER, signs=False),
            case=OuterRef("case"),
            person_id=of.id,
            state=models.TaskState.DONE,
        )
        free = Q(person=None) | Q(person_id=of.id)
        mine = open_ones.filter(access.worked(of), access.not_barred(of), free)
        return mine.filter(~Exists(done), signs=True)
    mine = open_ones.filter(_on_my_desk(of), access.not_barred(of))
    if queue == OVERDUE:
        return mine.filter(sort_at__lt=at)
    return mine.filter(sort_at__gte=at, sort_at__lt=_tomorrow(at))


def _on_my_desk(of: Actor) -> Q:
    """Return what a person has to see to: their own, what nobody took, and a head's whole unit."""
    free = access.worked(of) & Q(person=None)
    return Q(person_id=of.id) | free | access.of_posts(identity.reach(of, "assign", "task"))


def _tasks_page(queue: str, asked: _Asked) -> values.Inbox:
    found = _tasks(queue, of=asked.of, at=asked.at)
    found = _narrowed(found, asked, case="case__", due="sort_at")
    if asked.filters.person:
        found = found.filter(person_id=asked.filters.person)
    if asked.filters.nobody:
        found = found.filter(person=None)
    if asked.after:
        moment, key = _key(asked.after)
        found = found.filter(Q(sort_at__gt=moment) | Q(sort_at=moment, pk__gt=key))
        found = found.filter(sort_at__gte=moment)  # what the index can start from
    # The keys of the page first: joins are for its rows only, not for all that is open. One more table
    # would be the ninth, past join_collapse_limit: the planner would join all tasks before it looks.
    keys = found.order_by("sort_at", "pk").values("pk")[: asked.limit + 1]
    rows = models.Task.objects.filter(pk__in=keys).order_by("sort_at", "pk")
    page = list(rows.values_list(*TASK_FIELDS))
    shown = page[: asked.limit]
    after = f"{shown[-1][1].isoformat()}|{shown[-1][0]}" if len(page) > asked.limit else ""
    return values.Inbox(queue, tuple(_task_row(each, asked) for each in shown), after)


def _task_row(row: tuple[Any, ...], asked: _Asked) -> values.InboxRow:
    (key, sort_at, name, item, person_id, person, opened_at, signs, unit, code, procedure,
     name_vi, name_en, applicant, personal_id, status, filed_at, shown, authority) = row  # fmt: skip
    due_at = None if sort_at == models.END_OF_TIME else sort_at
    return values.InboxRow(
        case_code=code,
        procedure_code=procedure,
        procedure_name=_named(name_vi, name_en),
        applicant_name=applicant,
        applicant_id=rules.masked(personal_id),
        status=status,
        status_name=words.status(status),
        task_id=key,
        step=name,
        unit_name=unit,
        item=item,
        person_id=person_id,
        person_name=person or "",
        opened_at=opened_at,
        due_at=due_at,
        is_late=due_at is not None and due_at < asked.at,
        signs=signs,
        is_mine=person_id == asked.of.id,
        filed_at=filed_at,
        shows=shown,
        authority_id=authority,
    )


# ---- queues of cases


def _waiting(of: Actor) -> QuerySet[models.Case]:
    """Return what is under way where one's units have worked, and where they now wait for others."""
    units = sorted(_units(of))
    at_home = models.Task.objects.filter(state=models.TaskState.OPEN, unit_id__in=units)
    under_way = models.Case.objects.filter(finished_at=None, units__overlap=units)
    # Not "where no such task exists": for few rows the planner then compares all with all.
    return under_way.exclude(pk__in=at_home.values("case_id"))


def _cases_page(queue: str, asked: _Asked) -> values.Inbox:
    found = _waiting(asked.of) if queue == WAITING else _all(asked.of, asked.search)
    found = _narrowed(found, asked, case="", due="due_at")
    if asked.search and asked.is_plain:
        before = _uuid(asked.after) if asked.after else None
        found = found.filter(
            finding.among_newest(
                '"cases_case"."id"', asked.search, authorities=_authorities(asked.of),
                before=before, at=asked.at, limit=asked.limit + 1,
            )
        )  # fmt: skip
    if asked.filters.person or asked.filters.nobody:
        taken = models.Task.objects.filter(case=OuterRef("pk"), state=models.TaskState.OPEN)
        person = Q(person_id=asked.filters.person) if asked.filters.person else Q(person=None)
        found = found.filter(Exists(taken.filter(person)))
    if asked.after:
        found = found.filter(pk__lt=_uuid(asked.after))
    if not asked.search:  # what a search finds is few already, and found by key
        keys = found.order_by("-pk").values("pk")[: asked.limit + 1]
        found = models.Case.objects.filter(pk__in=keys)
    page = list(found.order_by("-pk").values_list(*CASE_FIELDS)[: asked.limit + 1])
    shown = page[: asked.limit]
    after = str(shown[-1][0]) if len(page) > asked.limit else ""
    steps = _steps_of([row[0] for row in shown])
    return values.Inbox(
        queue, tuple(_case_row(row, steps.get(row[0]), asked) for row in shown), after
    )


def _all(of: Actor, search: str) -> QuerySet[models.Case]:
    """Return every case of one's authorities; a search also finds what one's units are asked about."""
    if search:
        return models.Case.objects.all()
    return models.Case.objects.filter(authority_id__in=_authorities(of))


def _steps_of(cases: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[Any, ...]]:
    """Return the open task of each case that is due first, in one query."""
    found = models.Task.objects.filter(case__in=list(cases), state=models.TaskState.OPEN)
    by_due = found.order_by("-sort_at", "-pk").values_list(
        "case_id", "pk", "name", "unit__name", "item", "person_id", "person__name",
        "opened_at", "sort_at", "signs",
    )  # fmt: skip
    return {row[0]: row[1:] for row in by_due}


def _case_row(row: tuple[Any, ...], step: tuple[Any, ...] | None, asked: _Asked) -> values.InboxRow:
    (_key, code, procedure, name_vi, name_en, applicant, personal_id, status, filed_at, due_at,
     finished_at, shown, authority, restricted_at) = row  # fmt: skip
    is_kept_only = restricted_at is not None and finished_at is not None
    none = (None, "", "", "", None, "", None, models.END_OF_TIME, False)
    task, name, unit, item, person_id, person, opened_at, sort_at, signs = step or none
    sooner = due_at if sort_at == models.END_OF_TIME else sort_at
    return values.InboxRow(
        case_code=code,
        procedure_code=procedure,
        procedure_name=_named(name_vi, name_en),
        applicant_name=words.restricted() if is_kept_only else applicant,
        applicant_id="" if is_kept_only else rules.masked(personal_id),
        status=status,
        status_name=words.status(status),
        task_id=task,
        step=words.waiting_for(status, name, unit),
        unit_name=unit,
        item=item,
        person_id=person_id,
        person_name=person or "",
        opened_at=opened_at,
        due_at=sooner,
        is_late=finished_at is None and sooner is not None and sooner < asked.at,
        signs=signs,
        is_mine=person_id == asked.of.id,
        filed_at=filed_at,
        shows=None if is_kept_only else shown,
        authority_id=authority,
    )


# ---- what all queues share


def _narrowed(
    found: QuerySet[Any, Any], asked: _Asked, *, case: str, due: str
) -> QuerySet[Any, Any]:
    """Return the rows of a queue that the filters and the search leave."""
    filters = asked.filters
    if filters.procedure:
        found = found.filter(**{f"{case}procedure_code": filters.procedure})
    if filters.field:
        found = found.filter(**{f"{case}field_code": filters.field})
    if filters.status:
        found = found.filter(**{f"{case}status": filters.status})
    if filters.due_from:
        start = datetime.combine(filters.due_from, time.min, tzinfo=clock.VIETNAM)
        found = found.filter(**{f"{due}__gte": start})
    if filters.due_to:
        end = datetime.combine(filters.due_to, time.min, tzinfo=clock.VIETNAM) + timedelta(days=1)
        found = found.filter(**{f"{due}__lt": end})
    if asked.search and not (case == "" and asked.is_plain):
        column = '"cases_task"."case_id"' if case else '"cases_case"."id"'
        theirs = _authorities(asked.of)
        found = found.filter(finding.among(column, asked.search, authorities=theirs))
    return found


def _authorities(of: Actor) -> frozenset[int]:
    return access.authorities(of)


def _units(of: Actor) -> frozenset[int]:
    return access.units(of)


def _named(vi: str, en: str) -> str:
    return en if (get_language() or "vi").startswith("en") else vi


def _tomorrow(at: datetime) -> datetime:
    day = clock.local(at).date() + timedelta(days=1)
    return datetime.combine(day, time.min, tzinfo=clock.VIETNAM)


def _key(after: str) -> tuple[datetime, uuid.UUID]:
    moment, _bar, key = after.partition("|")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        raise BadCursor() from None
    if found.tzinfo is None:
        raise BadCursor()
    return found, _uuid(key)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadCursor() from None
