"""Reads: a person's notices with their words, how many wait, and what the person chose."""

import uuid
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import clock
from motcua.notifications import models, rules, values
from motcua.notifications.adapters import chosen
from motcua.notifications.errors import NoSuchNotice

MOST = 30  # notices on one page
Words = tuple[str | Promise, str | Promise, str | Promise]  # title; text; text where a day is known
WORDS: Mapping[str, Words] = {
    values.ACCEPTED: (
        lazy("Your request was accepted"),
        lazy("The office is working on it."),
        lazy("The office is working on it. You get the result by %(moment)s."),
    ),
    values.SUPPLEMENT: (
        lazy("Your request needs something more"),
        lazy("The office has named all that is missing. Send it so that the work can go on."),
        "",
    ),
    values.FEE: (
        lazy("A fee is due"),
        lazy("Pay it online or at the counter so that the work can go on."),
        "",
    ),
    values.EXTENDED: (
        lazy("The office is sorry: it needs more time"),
        lazy("The page of the case says why."),
        lazy("The new appointment is %(moment)s. The page of the case says why."),
    ),
    values.REFUSED: (
        lazy("Your request was not accepted"),
        lazy("The page of the case says why, and what you can do now."),
        "",
    ),
    values.STOPPED: (
        lazy("The office has stopped working on your request"),
        lazy("The page of the case says why, and what you can do now."),
        "",
    ),
    values.READY: (
        lazy("Your result is ready"),
        lazy("Open the case to see it and how you get it."),
        "",
    ),
    values.RETURNED: (
        lazy("Your result was handed over"),
        lazy("Signed documents stay with you under My documents."),
        "",
    ),
}


def notices(*, of: Actor, before: uuid.UUID | None = None) -> values.Notices:
    """Return a page of a person's notices, newest first, past a key, in one query."""
    identity.require(of, "read", Thing("notice", owner_id=of.id))
    rows = models.Notice.objects.filter(person_id=of.id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: MOST + 1])
    shown = found[:MOST]
    return values.Notices(
        tuple(value(each) for each in shown), str(shown[-1].pk) if len(found) > MOST else ""
    )


def notice(notice_id: uuid.UUID, *, of: Actor) -> values.Notice:
    """Return one notice of a person; raises NoSuchNotice for that of others."""
    row = models.Notice.objects.filter(pk=notice_id).first()
    thing = Thing("notice", owner_id=row.person_id if row else None)
    if row is None or not identity.decide(of, "read", thing).is_allowed:
        raise NoSuchNotice()
    return value(row)


def unread(*, of: Actor) -> values.Unread:
    """Return how many notices wait to be read, counted no further than the header shows."""
    identity.require(of, "read", Thing("notice", owner_id=of.id))
    rows = models.Notice.objects.filter(person_id=of.id, read_at=None)
    count = rows.order_by()[: rules.MOST_SHOWN + 1].count()
    return values.Unread(count, rules.counted(count))


def channels(person_id: uuid.UUID) -> values.Channels:
    """Return what a person chose and what there is to choose; raises NoSuchPerson."""
    person = identity.person(person_id)
    row = models.Preference.objects.filter(pk=person_id).first()
    return values.Channels(
        email=(row.email if row else "") or person.email,
        waiting_email=row.waiting_email if row else "",
        phone=person.phone,
        by_email=row.by_email if row else True,
        by_sms=row.by_sms if row else False,
        language=row.language if row else "vi",
        offers_email=chosen.sender(values.EMAIL) is not None,
        offers_sms=chosen.sender(values.SMS) is not None,
    )


def value(row: models.Notice) -> values.Notice:
    """Return a row as a value, in the active language."""
    title, text, dated = WORDS[row.kind]
    said = str(dated) % {"moment": clock.shown(row.due_at)} if dated and row.due_at else str(text)
    return values.Notice(
        id=row.pk,
        kind=row.kind,
        title=str(title),
        text=said,
        subject=row.subject,
        address=row.address,
        at=row.created_at,
        is_read=row.read_at is not None,
    )
