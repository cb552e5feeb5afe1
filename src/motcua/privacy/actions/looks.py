"""Write down who looked at whose data, and have the log commit to it."""

import secrets
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Purpose, Thing
from motcua.privacy import models, rules
from motcua.privacy.events import LooksSealed
from motcua.privacy.queries import looks as queries
from motcua.privacy.values import Subject
from motcua.transparency import actions as transparency

SYSTEM = "privacy"  # as the log names this part of the system
SERVICE = "public_service"
BATCH = 5_000  # looks under one seal


def look(
    *,
    by: Actor,
    at: datetime,
    purpose: Purpose,
    subjects: Iterable[Subject],
    kinds: Collection[str],
    place: str,
    authority_code: str = "",
    named: Collection[str] = (),
) -> None:
    """Write down that a person read others' data: one INSERT, however many people it showed.

    Call it before the answer leaves: when it cannot be written, nothing is shown. One's own data is
    nobody's look, and leaves no row. `kinds` are words of rules.KINDS; `authority_code` says whose
    case it was, so that the right one of the reader's posts is named; `named` are the personal numbers
    that stand in what was shown, of people who may be unknown here. Raises ValueError for a kind that
    is unknown.
    """
    identity.require(by, "record", Thing("look"))
    shown = rules.own_left_out(subjects, by=by)
    told = rules.check_kinds(kinds)
    if not shown:
        return
    post = rules.post_of(by, authority_code)
    salt = secrets.token_bytes(rules.SALT)
    row = models.Look(
        at=at,
        by_id=by.id,
        post=post.title if post else "",
        unit=post.unit_name if post else "",
        authority_code=post.authority_code if post else "",
        place=place,
        purpose_kind=purpose.kind,
        purpose_text=purpose.text[:500],
        task=purpose.task_id,
        ground=SERVICE,
        subjects=[each.person_id for each in shown],
        references=[each.reference for each in shown],
        kinds=list(told),
        named=sorted(set(named) - {by.personal_id}),
        salt=salt,
    )
    row.commitment = rules.commitment(queries.told(row), salt=salt)
    row.save(force_insert=True)


def handled(people: Iterable[uuid.UUID], *, by: Actor, at: datetime, place: str) -> None:
    """Write down that the data protection officer reads what people wrote about their data."""
    look(
        by=by,
        at=at,
        purpose=Purpose("task"),
        subjects=[Subject(each) for each in people],
        kinds={"identity", "cases"},
        place=place,
    )


@transaction.atomic
def seal(*, at: datetime) -> int:
    """Have the log commit to looks that it does not know yet, and return how many.

    Two that seal at once take different looks.
    """
    waiting = models.Look.objects.select_for_update(skip_locked=True, of=("self",))
    rows = list(waiting.filter(entry=None).order_by("pk")[:BATCH])
    if not rows:
        return 0
    digest = rules.seal(bytes(row.commitment) for row in rows)
    event = LooksSealed(rows[0].pk, rows[-1].pk, len(rows), digest)
    entry = transparency.append(event, by=SYSTEM, at=at, subject="looks")
    models.Look.objects.filter(pk__in=[row.pk for row in rows]).update(entry_id=entry)
    return len(rows)
