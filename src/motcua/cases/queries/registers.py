"""The register of cases (Mẫu 07): what an office accepted in some days, in the order of acceptance."""

import uuid
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.cases import models, values
from motcua.cases.errors import BadCursor, BadDays, NotYourOffice, TooMany
from motcua.cases.queries import words
from motcua.documents import queries as documents
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import clock

FORM = 7
MOST = 500  # rows of one page
MOST_DAYS = 366
MOST_PRINTED = 2_000  # rows of one PDF; more is for the spreadsheet
MOST_DAYS_PRINTED = 31
RETURNED = "return_result"
FIELDS = (
    "pk", "code", "accepted_at", "due_at", "finished_at", "status", "filing__channel",
    "applicant__name", "applicant__address", "applicant__phone", "authority__name",
    "restricted_at",
    "version__procedure__name_vi", "version__procedure__name_en",
)  # fmt: skip


def register(
    authority_code: str,
    *,
    first: date,
    last: date,
    reader: Actor,
    after: str = "",
    limit: int = 50,
) -> values.Register:
    """Return a page of what an authority accepted from a day to a day (included), past a key.

    Two queries and one for the authority, whatever the number of rows. Only for who holds a post
    there: raises NotYourOffice, BadDays, BadCursor, NoSuchAuthority.
    """
    check_reader(authority_code, reader=reader)
    check_days(first, last, most=MOST_DAYS)
    return page(
        identity.authority(authority_code).id,
        first=first,
        last=last,
        after=after,
        limit=max(1, min(limit, MOST)),
    )


def pdf(authority_code: str, *, first: date, last: date, reader: Actor, at: datetime) -> bytes:
    """Return the register as PDF: at most 31 days and 2,000 rows.

    Raises what `register` raises, and TooMany: then the spreadsheet is the better choice.
    """
    check_reader(authority_code, reader=reader)
    check_days(first, last, most=MOST_DAYS_PRINTED)
    authority = identity.authority(authority_code)
    rows: list[values.RegisterRow] = []
    for row in every(authority.id, first=first, last=last):
        rows.append(row)
        if len(rows) > MOST_PRINTED:
            raise TooMany(most=MOST_PRINTED)
    data = {
        "authority": {
            "code": authority.code,
            "name": authority.name,
            "parent_name": authority.stands_under,
            "place": authority.place,
        },
        "slip": {
            "number": "",
            "issued_at": clock.local(at).isoformat(),
            "officer": {"name": reader.name, "phone": ""},
            "first": first.isoformat(),
            "last": last.isoformat(),
            "rows": [_printed(number, row) for number, row in enumerate(rows, start=1)],
        },
    }
    return documents.slip(FORM, data, at=at, on=clock.local(at).date())


def every(authority_id: int, *, first: date, last: date) -> Iterator[values.RegisterRow]:
    """Yield the rows of some days, read page by page."""
    after = ""
    while True:
        found = page(authority_id, first=first, last=last, after=after, limit=MOST)
        yield from found.rows
        after = found.after
        if not after:
            return


def page(authority_id: int, *, first: date, last: date, after: str, limit: int) -> values.Register:
    """Return a page of the register, for whoever may read it."""
    rows = models.Case.objects.filter(
        authority_id=authority_id, accepted_at__gte=_start(first), accepted_at__lt=_end(last)
    )
    if after:
        moment, key = _key(after)
        rows = rows.filter(accepted_at__gte=moment)
        rows = rows.filter(Q(accepted_at__gt=moment) | Q(pk__gt=key))
    found = list(rows.order_by("accepted_at", "pk").values(*FIELDS)[: limit + 1])
    shown = found[:limit]
    handled = _handled([row["pk"] for row in shown])
    more = f"{shown[-1]['accepted_at'].isoformat()}|{shown[-1]['pk']}" if len(found) > limit else ""
    return values.Register(tuple(_row(each, handled) for each in shown), more)


def size(authority_id: int, *, first: date, last: date) -> int:
    """Return how many rows some days have; for long work, not for pages."""
    rows = models.Case.objects.filter(
        authority_id=authority_id, accepted_at__gte=_start(first), accepted_at__lt=_end(last)
    )
    return rows.count()


def codes(authority_code: str, *, first: date, last: date) -> list[str]:
    """Return the codes of the cases that the register of some days lists."""
    rows = models.Case.objects.filter(
        authority__code=authority_code, accepted_at__gte=_start(first), accepted_at__lt=_end(last)
    )
    return list(rows.order_by("accepted_at", "pk").values_list("code", flat=True))


def check_reader(authority_code: str, *, reader: Actor, action: str = "read") -> None:
    """Refuse who may not read the register of an authority, or export it; raises NotYourOffice."""
    own = (item for post in reader.posts for item in post.authorities.items())
    authority = next((key for key, code in own if code == authority_code), None)
    if not identity.decide(reader, action, Thing("register", authority_id=authority)).is_allowed:
        raise NotYourOffice()


def check_days(first: date, last: date, *, most: int) -> None:
    """Refuse days that are reversed or too far apart; raises BadDays."""
    if not timedelta(0) <= last - first < timedelta(days=most):
        raise BadDays(most=most)


def heads() -> tuple[str, ...]:
    """Return the heads of the register's columns."""
    return (
        _("Line"),
        _("Case code"),
        _("Procedure"),
        _("Applicant"),
        _("Address, telephone"),
        _("Handled by"),
        _("Accepted"),
        _("Appointment"),
        _("Returned"),
        _("How it was filed"),
        _("Status"),
    )


def cells(number: int, row: values.RegisterRow) -> tuple[str, ...]:
    """Return a row as the columns of the register."""
    reach = ", ".join(part for part in (row.applicant_address, row.applicant_phone) if part)
    return (
        str(number),
        row.case_code,
        row.procedure_name,
        row.applicant_name,
        reach,
        row.unit_name,
        clock.shown(row.accepted_at),
        clock.shown(row.due_at),
        clock.shown(row.returned_at),
        row.channel_name,
        row.status_name,
    )


def _printed(number: int, row: values.RegisterRow) -> Mapping[str, object]:
    return {
        "number": number,
        "code": row.case_code,
        "procedure_name": row.procedure_name,
        "applicant": row.applicant_name,
        "address": row.applicant_address,
        "phone": row.applicant_phone,
        "unit": row.unit_name,
        "accepted_at": clock.local(row.accepted_at).isoformat(),
        "due_at": clock.local(row.due_at).isoformat() if row.due_at else "",
        "returned_at": clock.local(row.returned_at).isoformat() if row.returned_at else "",
        "channel": row.channel_name,
        "status": row.status_name,
    }


def _handled(cases: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[str, datetime | None]]:
    """Return for each case the unit that appraised it and when the result was returned."""
    done = models.Task.objects.filter(case__in=list(cases), state=models.TaskState.DONE)
    rows = done.filter(Q(appraises=True) | Q(outcome=RETURNED)).order_by("ended_at", "pk")
    told: dict[uuid.UUID, tuple[str, datetime | None]] = {}
    for case, appraises, outcome, unit, ended_at in rows.values_list(
        "case_id", "appraises", "outcome", "unit__name", "ended_at"
    ):
        before, returned_at = told.get(case, ("", None))
        told[case] = (
            unit if appraises else before,
            ended_at if outcome == RETURNED else returned_at,
        )
    return told


def _row(
    row: Mapping[str, Any], handled: Mapping[uuid.UUID, tuple[str, datetime | None]]
) -> values.RegisterRow:
    unit, returned_at = handled.get(row["pk"], ("", None))
    due_at, finished_at = row["due_at"], row["finished_at"]
    is_kept_only = row["restricted_at"] is not None and finished_at is not None
    is_english = (get_language() or "vi").startswith("en")
    return values.RegisterRow(
        case_code=row["code"],
        procedure_name=row[f"version__procedure__name_{'en' if is_english else 'vi'}"],
        applicant_name=words.restricted() if is_kept_only else row["applicant__name"],
        applicant_address="" if is_kept_only else row["applicant__address"],
        applicant_phone="" if is_kept_only else row["applicant__phone"],
        unit_name=unit or row["authority__name"],
        accepted_at=row["accepted_at"],
        due_at=due_at,
        returned_at=returned_at,
        channel_name=words.channel(row["filing__channel"]),
        status=row["status"],
        status_name=words.status(row["status"]),
        is_late=due_at is not None and finished_at is not None and finished_at > due_at,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.VIETNAM)


def _end(day: date) -> datetime:
    return _start(day) + timedelta(days=1)


def _key(after: str) -> tuple[datetime, uuid.UUID]:
    moment, _bar, key = after.partition("|")
    try:
        found = datetime.fromisoformat(moment), uuid.UUID(key)
    except ValueError:
        raise BadCursor() from None
    if found[0].tzinfo is None:
        raise BadCursor()
    return found
