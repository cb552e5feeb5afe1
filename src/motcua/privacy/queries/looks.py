"""Who looked at a person's data, and whether the log still says the same."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import Count, Q

from motcua.identity import queries as identity
from motcua.privacy import models, rules
from motcua.privacy.errors import NoSuchLook
from motcua.privacy.events import LooksSealed
from motcua.privacy.values import Look, Looks, Readers
from motcua.transparency import queries as transparency

MOST = 100


def at_data_of(
    person_id: uuid.UUID, *, number: str = "", before: int | None = None, limit: int = 25
) -> Looks:
    """Return who looked at a person's data, newest first, past a key; two queries.

    number: the person's, to find the looks at what others wrote of them too.
    """
    wanted = max(1, min(limit, MOST))
    rows = models.Look.objects.select_related("by").filter(_shows(person_id, number))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: wanted + 1])
    shown = values_of(found[:wanted], of=person_id)
    return Looks(shown, shown[-1].id if len(found) > wanted else None)


def one(look_id: int, *, of: uuid.UUID, number: str = "") -> Look:
    """Return one look at a person's data; raises NoSuchLook for any other."""
    rows = models.Look.objects.select_related("by")
    row = rows.filter(_shows(of, number), pk=look_id).first()
    if row is None:
        raise NoSuchLook()
    return values_of([row], of=of)[0]


def readers(authority_code: str, *, since: datetime) -> Sequence[Readers]:
    """Return which units of an authority looked at personal data since a moment, most first."""
    rows = models.Look.objects.filter(authority_code=authority_code, at__gte=since)
    counted = rows.values_list("unit").annotate(looks=Count("pk")).order_by("-looks", "unit")
    return [Readers(unit, authority_code, count) for unit, count in counted]


def seal_is_intact(entry_id: int) -> bool:
    """Return whether the looks under a seal are those that the log committed to, and say the same.

    Raises NoSuchEntry when the entry is no seal.
    """
    told = transparency.event(entry_id, LooksSealed)
    rows = list(models.Look.objects.filter(entry_id=entry_id).order_by("pk"))
    if len(rows) != told.count or rules.seal(bytes(row.commitment) for row in rows) != told.digest:
        return False
    return all(is_intact(row) for row in rows)


def is_intact(row: models.Look) -> bool:
    """Return whether a look still says what it committed to."""
    return rules.commitment(told(row), salt=bytes(row.salt)) == bytes(row.commitment)


def told(row: models.Look) -> Mapping[str, object]:
    """Return what a look commits to."""
    return {
        "at": row.at.astimezone(UTC).isoformat(),
        "by": str(row.by_id),
        "post": row.post,
        "unit": row.unit,
        "authority": row.authority_code,
        "place": row.place,
        "purpose": [row.purpose_kind, row.purpose_text, str(row.task or "")],
        "ground": row.ground,
        "subjects": [str(each) for each in row.subjects],
        "references": list(row.references),
        "kinds": list(row.kinds),
        **({"named": list(row.named)} if row.named else {}),
    }


def values_of(rows: Sequence[models.Look], *, of: uuid.UUID) -> tuple[Look, ...]:
    """Return rows as one person may see them: of the other people in them nothing is said."""
    names = _authorities(rows)
    return tuple(
        Look(
            id=row.pk,
            at=row.at,
            reader_id=row.by_id,
            reader_name=row.by.name,
            post=row.post,
            unit=row.unit,
            authority_code=row.authority_code,
            authority_name=names.get(row.authority_code, row.authority_code),
            place=row.place,
            purpose_kind=row.purpose_kind,
            purpose_text=row.purpose_text,
            ground=row.ground,
            references=tuple(
                reference
                for subject, reference in zip(row.subjects, row.references, strict=True)
                if subject == of and reference
            ),
            kinds=tuple(row.kinds),
            entry_id=row.entry_id,
            is_named=of not in row.subjects,
        )
        for row in rows
    )


def _shows(person_id: uuid.UUID, number: str) -> Q:
    """Return the condition that a look showed a person: their own things, or where others named them."""
    wanted = Q(subjects__contains=[person_id])
    return wanted | Q(named__contains=[number]) if number else wanted


def _authorities(rows: Sequence[models.Look]) -> Mapping[str, str]:
    codes = {row.authority_code for row in rows if row.authority_code}
    return identity.authority_names(codes) if codes else {}
