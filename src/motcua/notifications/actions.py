"""Writes: tell a person something, send it out, mark it as read, choose channels.

What goes out is sent by jobs, after the commit. A job may run twice: a notice has one row for each
channel, and what was handed over is not sent again. Should a worker die between the two, the letter comes
twice under one Message-ID.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import ids, walls
from motcua.notifications import models, queries, rules, values
from motcua.notifications.adapters import chosen
from motcua.notifications.errors import (
    AddressChanged,
    AddressRefused,
    AskedTooSoon,
    BadEmail,
    BadLink,
    NoSuchNotice,
    NotOffered,
)
from motcua.notifications.events import (
    ChannelsChosen,
    EmailConfirmed,
    NoticeDelivered,
    NoticeGiven,
)
from motcua.transparency import actions as transparency
from motcua.transparency import queries as log

TELLER = "notifications"  # how the log names who tells
DELIVER = "motcua.notifications.deliver"
ASK = "motcua.notifications.ask_to_confirm"
STOP, CONFIRM = "notifications.stop", "notifications.confirm"  # what links are signed for
CONFIRMED_WITHIN = 7 * 24 * 3600  # seconds in which a letter can be answered
MOST_EMAIL = 254  # characters (RFC 5321, 4.5.3.1.3)
LANGUAGES = frozenset({"vi", "en"})


@transaction.atomic
def give(
    *,
    person_id: uuid.UUID,
    kind: str,
    subject: str,
    address: str,
    key: str,
    due_at: datetime | None = None,
    at: datetime,
) -> bool:
    """Tell a person something once: in the portal, and by jobs on the channels they chose.

    `address` is the path of the page that says more; `key` is what it tells of, and a second telling
    under the same key changes nothing. Return whether it is new. Raises NoSuchPerson.
    """
    row, is_new = models.Notice.objects.get_or_create(
        key=key,
        defaults={
            "id": ids.at(at),
            "person_id": person_id,
            "kind": kind,
            "subject": subject,
            "address": address,
            "due_at": due_at,
            "created_at": at,
        },
    )
    if not is_new:
        return False
    used = rules.channels(queries.channels(person_id))
    for channel in used:
        made = models.Delivery.objects.create(id=ids.at(at), notice=row, channel=channel)
        # The lock keeps a job that was taken up again from running beside the one thought dead.
        app.configure_task(DELIVER, lock=f"delivery-{made.pk}").defer(delivery_id=str(made.pk))
    event = NoticeGiven(str(row.pk), kind, str(person_id), tuple(used))
    transparency.append(event, by=TELLER, at=at, subject=subject)
    return True


def deliver(delivery_id: uuid.UUID, *, at: datetime) -> None:
    """Hand a notice over to its channel; speaks to the outside, so it runs in no transaction.

    One that was handed over before is left alone. Raises Unavailable, to be tried again.
    """
    rows = models.Delivery.objects.select_related("notice")
    row = rows.filter(pk=delivery_id, state=models.State.WAITING).first()
    if row is None:
        return  # an earlier try of this job has done it
    now = queries.channels(row.notice.person_id)
    sender = chosen.sender(row.channel)
    if (
        sender is None
        or row.channel not in rules.channels(now)
        or rules.is_stale(row.notice.created_at, at=at)
    ):
        _end(row, models.State.GIVEN_UP, at=at)
        return
    to = now.email if row.channel == values.EMAIL else now.phone
    try:
        sender.send(_message(row, language=now.language), to=to)
    except AddressRefused:
        _end(row, models.State.REFUSED, at=at)
    else:
        _end(row, models.State.SENT, at=at)


@transaction.atomic
def read(notice_id: uuid.UUID, *, by: Actor, at: datetime) -> values.Notice:
    """Mark a notice as read and return it; raises NoSuchNotice for that of others."""
    queries.notice(notice_id, of=by)
    rows = models.Notice.objects.filter(pk=notice_id, person_id=by.id)
    rows.filter(read_at=None).update(read_at=at)
    row = rows.first()
    if row is None:
        raise NoSuchNotice()
    return queries.value(row)


@transaction.atomic
def read_all(*, by: Actor, at: datetime) -> int:
    """Mark every notice of a person as read and return how many there were."""
    identity.require(by, "read", Thing("notice", owner_id=by.id))
    return models.Notice.objects.filter(person_id=by.id, read_at=None).update(read_at=at)


@transaction.atomic
def choose(choice: values.Choice, *, by: Actor, at: datetime) -> values.Channels:
    """Keep on which channels a person wants to be told.

    An address that is new is used once its letter was opened; until then the former one is.
    Raises BadEmail, EmailMissing, PhoneMissing, NotOffered, AskedTooSoon.
    """
    identity.require(by, "keep", Thing("notice", owner_id=by.id))
    email = choice.email.strip()
    if choice.language not in LANGUAGES:
        raise NotOffered()
    if email:
        _check_email(email)
    now = queries.channels(by.id)
    rules.check(choice, now=now)
    row = models.Preference.objects.select_for_update().filter(pk=by.id).first()
    row = row or models.Preference(person_id=by.id)
    is_new_address = bool(email) and email != now.email
    if is_new_address and rules.is_too_soon(row.asked_at, at=at):
        raise AskedTooSoon()
    row.by_email, row.by_sms, row.language = choice.by_email, choice.by_sms, choice.language
    row.waiting_email = email if is_new_address else ""
    row.email = row.email if email else ""
    row.asked_at = at if is_new_address else row.asked_at
    row.changed_at = at
    row.save()
    if is_new_address:
        app.configure_task(ASK, lock=f"confirm-{by.id}").defer(person_id=str(by.id))
    _log_choice(row, at=at, by=by.key)
    return queries.channels(by.id)


def ask_to_confirm(person_id: uuid.UUID) -> None:
    """Send the letter that asks whether an address is its person's; raises Unavailable."""
    row = models.Preference.objects.filter(pk=person_id).exclude(waiting_email="").first()
    sender = chosen.sender(values.EMAIL)
    if row is None or sender is None:
        return  # confirmed or changed meanwhile
    said = {"person": str(person_id), "email": row.waiting_email}
    link = _link("notifications:confirm", signing.dumps(said, salt=CONFIRM))
    with translation.override(row.language):
        text = "\n\n".join(
            (
                _("Open this link to get notices of your cases at this address:"),
                link,
                _("If you did not ask for it, do nothing: you get no more letters."),
            )
        )
        title = _("Confirm your e-mail address")
    reference = f"confirm-{person_id}-{row.changed_at:%Y%m%d%H%M%S}"
    try:
        sender.send(values.Message(title, text, reference), to=row.waiting_email)
    except AddressRefused:
        models.Preference.objects.filter(pk=person_id).update(waiting_email="")


def confirm(token: str, *, at: datetime) -> str:
    """Use the address whose letter was opened from now on, and return it; a second time changes nothing.

    Raises BadLink, and AddressChanged when another one was chosen meanwhile.
    """
    person_id, email = _confirmation(token)
    with walls.presented(str(person_id)), transaction.atomic():
        return _confirm(person_id, email, at=at)


def _confirm(person_id: uuid.UUID, email: str, *, at: datetime) -> str:
    row = models.Preference.objects.select_for_update().filter(pk=person_id).first()
    if row is None or email not in {row.waiting_email, row.email}:
        raise AddressChanged()
    if row.waiting_email == email:
        row.email, row.waiting_email, row.changed_at = email, "", at
        row.save(update_fields=["email", "waiting_email", "changed_at"])
        event, personal = EmailConfirmed(str(person_id)), {"email": log.digest(email)}
        transparency.append(event, by=str(person_id), at=at, personal=personal)
    return email


def stop(token: str, *, at: datetime) -> None:
    """Send a person no more letters, as the link in one of them asks; raises BadLink."""
    person_id = person_to_stop(token)
    with walls.presented(str(person_id)), transaction.atomic():
        _stop(person_id, at=at)


def _stop(person_id: uuid.UUID, *, at: datetime) -> None:
    row, _is_new = models.Preference.objects.select_for_update().get_or_create(
        pk=person_id, defaults={"changed_at": at}
    )
    if row.by_email:
        row.by_email, row.changed_at = False, at
        row.save(update_fields=["by_email", "changed_at"])
        _log_choice(row, at=at, by=str(person_id))


def person_to_stop(token: str) -> uuid.UUID:
    """Return whose letters a link ends, however old it is; raises BadLink."""
    try:
        return uuid.UUID(signing.loads(token, salt=STOP))
    except (signing.BadSignature, ValueError):
        raise BadLink() from None


def email_to_confirm(token: str) -> str:
    """Return the address that a link confirms; raises BadLink."""
    return _confirmation(token)[1]


def _confirmation(token: str) -> tuple[uuid.UUID, str]:
    try:
        said = signing.loads(token, salt=CONFIRM, max_age=CONFIRMED_WITHIN)
    except signing.BadSignature:
        raise BadLink() from None
    return uuid.UUID(said["person"]), str(said["email"])


def _message(row: models.Delivery, *, language: str) -> values.Message:
    """Return a notice as it goes out: what happened, the case's code, and where to read on; no names."""
    notice = row.notice
    address = f"{settings.MOTCUA_PUBLIC_URL}{notice.address}"
    stop_at = _link("notifications:stop", signing.dumps(str(notice.person_id), salt=STOP))
    with translation.override(language):
        told = queries.value(notice)
        if row.channel == values.SMS:
            return values.Message(
                told.title, f"{told.title}: {notice.subject}. {address}", row.pk.hex
            )
        case = _("Case code: %(code)s") % {"code": notice.subject}
        ending = _("To get no more of these letters, open %(address)s") % {"address": stop_at}
        text = "\n\n".join((f"{told.title}.", told.text, f"{case}\n{address}", f"-- \n{ending}\n"))
        return values.Message(f"{told.title} ({notice.subject})", text, row.pk.hex, stop_at)


def _link(name: str, token: str) -> str:
    return f"{settings.MOTCUA_PUBLIC_URL}{reverse(name, args=[token])}"


def _check_email(email: str) -> None:
    if len(email) > MOST_EMAIL:
        raise BadEmail(given=f"{email[:80]}...")
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(given=email[:80]) from error


def _log_choice(row: models.Preference, *, by: str, at: datetime) -> None:
    used = {values.EMAIL: row.by_email, values.SMS: row.by_sms}
    event = ChannelsChosen(str(row.pk), tuple(name for name, is_used in used.items() if is_used))
    transparency.append(event, by=by, at=at)


@transaction.atomic
def _end(row: models.Delivery, state: models.State, *, at: datetime) -> None:
    waiting = models.Delivery.objects.filter(pk=row.pk, state=models.State.WAITING)
    if waiting.update(state=state, ended_at=at):
        event = NoticeDelivered(str(row.notice_id), row.channel, state)
        transparency.append(event, by=TELLER, at=at, subject=row.notice.subject)
