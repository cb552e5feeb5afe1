"""Writes: give a mandate, ask for one by law, accept, confirm, end it."""

import uuid
from datetime import date, datetime, time

from django.db import transaction

from motcua.identity import actions, models, queries, rules
from motcua.identity.errors import BadMandate, MandateOver, NoSuchMandate, TooManyMandates
from motcua.identity.events import (
    MandateAccepted,
    MandateConfirmed,
    MandateEnded,
    MandateGiven,
    OrganisationNamed,
)
from motcua.identity.queries import acting, mandates
from motcua.identity.values import ACTS, Actor, Terms, Thing
from motcua.kit import clock, ids, text
from motcua.transparency import actions as transparency

MOST_WAITING = 20  # mandates of one person without an answer
LONGEST_TEXT = 500
LEAST_PROOF = 5  # characters that name a paper
CODE = r"[0-9]{10}(-[0-9]{3})?"
OF_CHILD = frozenset({models.MandateKind.PARENT, models.MandateKind.GUARDIAN})


@transaction.atomic
def give(
    *,
    holder_number: str,
    holder_name: str,
    terms: Terms,
    by: Actor,
    at: datetime,
    for_organisation: uuid.UUID | None = None,
) -> uuid.UUID:
    """Offer a mandate to act for oneself, or for an organisation that one represents; it waits to be accepted.

    Which procedures there are is for the caller to know. Whether anybody has the number is not told:
    who is not known becomes so. Raises MandateOver, BadMandate, TooManyMandates.
    """
    giver = for_organisation or by.id
    asked = Thing("mandate", owner_id=giver)
    is_led = for_organisation is None or any(
        each.represented_id == giver and each.kind == models.MandateKind.REPRESENTATIVE
        for each in by.mandates
    )
    if not is_led or not queries.decide(by, "give", asked).is_allowed:
        raise MandateOver()
    rules.check_given(terms, at=at, longest=queries.longest_mandate())
    holder = _person(holder_number, holder_name, at=at)
    if holder.pk == giver:
        raise BadMandate(reason="oneself")
    _check_adult(holder, at=at)
    row = models.Mandate(
        kind=models.MandateKind.AUTHORISED,
        represented_id=giver,
        holder=holder,
        acts=[act for act in ACTS if act in terms.acts],
        procedures=sorted(terms.procedures),
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        reason=_line(terms.reason),
    )
    return _add(row, by=by, at=at)


@transaction.atomic
def ask_for_child(
    *, kind: str, number: str, name: str, birth_date: date | None, by: Actor, at: datetime
) -> uuid.UUID:
    """Ask to be confirmed as the parent or guardian of a child; it ends when the child comes of age.

    Raises BadMandate, TooManyMandates.
    """
    queries.require(by, "give", Thing("mandate", owner_id=by.id))
    if kind not in OF_CHILD:
        raise BadMandate(reason="kind")
    today = clock.local(at).date()
    if birth_date is None or birth_date > today:
        raise BadMandate(reason="birth-date")
    if rules.is_of_age(birth_date, on=today, full_age=queries.full_age()):
        raise BadMandate(reason="of-age")
    child = _person(number, name, at=at, birth_date=birth_date)
    if child.birth_date != birth_date:
        raise BadMandate(reason="birth-date")
    _check_adult(models.Person.objects.get(pk=by.id), at=at)
    row = models.Mandate(
        kind=kind,
        represented=child,
        holder_id=by.id,
        acts=list(ACTS),
        starts_at=at,
        ends_at=_midnight(rules.birthday(birth_date, queries.full_age())),
    )
    return _add(row, by=by, at=at)


@transaction.atomic
def ask_for_organisation(
    *, code: str, name: str, address: str, by: Actor, at: datetime
) -> uuid.UUID:
    """Ask to be confirmed as the legal representative of an organisation.

    Raises BadMandate, TooManyMandates.
    """
    queries.require(by, "give", Thing("mandate", owner_id=by.id))
    number, said = _number(code), _line(name)[:200]
    rules.check_number(number, code=CODE, reason="enterprise-code")
    if not said:
        raise BadMandate(reason="organisation")
    row, is_new = models.Person.objects.get_or_create(
        personal_id=number,
        defaults={
            "id": ids.at(at),
            "kind": models.PersonKind.ORGANISATION,
            "name": said,
            "address": _line(address)[:300],
        },
    )
    if is_new:
        transparency.append(OrganisationNamed(str(row.pk)), by=by.key, at=at)
    elif text.folded(row.name) != text.folded(said):
        if row.verified_at is not None:
            raise BadMandate(reason="organisation")
        row.name, row.address = said, _line(address)[:300]  # what nobody has confirmed yet
        row.save(update_fields=["name", "address"])
    asked = models.Mandate(
        kind=models.MandateKind.REPRESENTATIVE,
        represented=row,
        holder_id=by.id,
        acts=list(ACTS),
        starts_at=at,
    )
    return _add(asked, by=by, at=at)


@transaction.atomic
def accept(mandate_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Accept a mandate that was offered to one; again changes nothing. Raises NoSuchMandate, BadMandate."""
    row = _locked(mandate_id, by=by, action="accept")
    if row.holder_id != by.id or row.kind != models.MandateKind.AUTHORISED:
        raise NoSuchMandate()
    found = mandates.value(row, at=at)
    if row.effective_at is not None and found.state in ("active", "later"):
        return
    if found.state != "waiting":
        raise BadMandate(reason="answered")
    _take_effect(row, at=at)
    event = MandateAccepted(str(row.pk), str(row.represented_id), by.key)
    transparency.append(event, by=by.key, at=at)


@transaction.atomic
def confirm(mandate_id: uuid.UUID, *, proof: str, replaces: bool, by: Actor, at: datetime) -> None:
    """Confirm a mandate by law as an official who has seen what proves it.

    replaces: of an organisation, nobody else represents it from now on; what the organisation gave
    stays. Raises NoSuchMandate, BadMandate.
    """
    row = _locked(mandate_id, by=by, action="confirm")
    if row.kind == models.MandateKind.AUTHORISED:
        raise NoSuchMandate()
    if mandates.value(row, at=at).state != "waiting":
        raise BadMandate(reason="answered")
    said = _line(proof)[:300]
    if len(said) < LEAST_PROOF:
        raise BadMandate(reason="proof")
    if replaces and row.kind == models.MandateKind.REPRESENTATIVE:
        others = models.Mandate.objects.select_for_update().filter(
            acting.in_force(at), represented_id=row.represented_id, kind=row.kind
        )
        for other in others.exclude(pk=row.pk):
            _end(other, how="replaced", by=by, at=at)
    row.confirmed_by_id, row.proof = by.id, said
    _take_effect(row, at=at)
    organisations = models.Person.objects.filter(kind=models.PersonKind.ORGANISATION)
    if organisations.filter(pk=row.represented_id, verified_at=None).update(verified_at=at):
        named = OrganisationNamed(str(row.represented_id), is_confirmed=True)
        transparency.append(named, by=by.key, at=at)
    event = MandateConfirmed(str(row.pk), str(row.represented_id), str(row.holder_id), row.ends_at)
    transparency.append(event, by=by.key, at=at, authority=_authority(by))


@transaction.atomic
def decline(mandate_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Decline to confirm a mandate, as an official; raises NoSuchMandate, BadMandate."""
    row = _locked(mandate_id, by=by, action="confirm")
    if row.kind == models.MandateKind.AUTHORISED:
        raise NoSuchMandate()
    if mandates.value(row, at=at).state != "waiting":
        raise BadMandate(reason="answered")
    _end(row, how="declined", by=by, at=at)


@transaction.atomic
def end_by_official(mandate_id: uuid.UUID, *, why: str, by: Actor, at: datetime) -> None:
    """End a mandate by law that is in force, as an official who has seen the paper that says so.

    What was filed by then goes on for the represented person. Raises NoSuchMandate, BadMandate.
    """
    row = _locked(mandate_id, by=by, action="confirm")
    if row.kind == models.MandateKind.AUTHORISED:
        raise NoSuchMandate()
    if mandates.value(row, at=at).state not in ("active", "later"):
        raise BadMandate(reason="answered")
    said = _line(why)[:300]
    if len(said) < LEAST_PROOF:
        raise BadMandate(reason="why")
    _end(row, how="ended_by_official", by=by, at=at, why=said)


@transaction.atomic
def end(mandate_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take a mandate back, give it up or decline it, as a party; again changes nothing. Raises NoSuchMandate.

    A child does not end the mandate of a parent: an official does, by a paper.
    """
    row = _locked(mandate_id, by=by, action="end")
    if row.holder_id != by.id and row.kind in OF_CHILD:
        raise NoSuchMandate()
    if mandates.value(row, at=at).state in ("revoked", "over"):
        return
    is_first = row.effective_at is None
    how = "revoked" if row.holder_id != by.id else "declined" if is_first else "given_up"
    _end(row, how=how, by=by, at=at)


def _add(row: models.Mandate, *, by: Actor, at: datetime) -> uuid.UUID:
    """Keep a mandate that waits for its answer."""
    # The lock makes two of one giver take turns, so that neither is given twice.
    models.Person.objects.select_for_update().filter(pk=by.id).first()
    waiting = models.Mandate.objects.filter(given_by_id=by.id, effective_at=None, revoked_at=None)
    if waiting.order_by("pk")[MOST_WAITING - 1 : MOST_WAITING].exists():
        raise TooManyMandates(most=MOST_WAITING)
    same = models.Mandate.objects.filter(
        kind=row.kind,
        represented_id=row.represented_id,
        holder_id=row.holder_id,
        procedures=row.procedures,
        revoked_at=None,
    )
    for each in same:
        if mandates.value(each, at=at).state != "over":
            raise BadMandate(reason="given")
    row.id, row.given_by_id, row.given_at = ids.at(at), by.id, at
    row.save(force_insert=True)
    event = MandateGiven(
        mandate=str(row.pk),
        kind=row.kind,
        represented=str(row.represented_id),
        holder=str(row.holder_id),
        acts=tuple(row.acts),
        procedures=tuple(row.procedures),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
    transparency.append(event, by=by.key, at=at)
    return row.id


def _locked(mandate_id: uuid.UUID, *, by: Actor, action: str) -> models.Mandate:
    rows = models.Mandate.objects.select_for_update(of=("self",))
    row = rows.select_related("represented", "holder").filter(pk=mandate_id).first()
    if row is None or not mandates.may(by, action, row):
        raise NoSuchMandate()
    return row


def _take_effect(row: models.Mandate, *, at: datetime) -> None:
    row.effective_at = at
    row.save(update_fields=["effective_at", "confirmed_by", "proof"])
    models.Person.objects.filter(pk=row.holder_id).update(acts_for_others=True)


def _end(row: models.Mandate, *, how: str, by: Actor, at: datetime, why: str = "") -> None:
    row.revoked_at, row.revoked_by_id, row.revoked_why = at, by.id, why
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    event = MandateEnded(str(row.pk), str(row.represented_id), str(row.holder_id), how)
    transparency.append(event, by=by.key, at=at)


def _person(
    number: str, name: str, *, at: datetime, birth_date: date | None = None
) -> models.Person:
    """Return the natural person of a number and a name, made known where they were not; raises BadMandate."""
    clean, said = _number(number), _line(name)[:200]
    rules.check_number(clean)
    if not said:
        raise BadMandate(reason="name")
    row: models.Person
    row, is_new = models.Person.objects.get_or_create(
        personal_id=clean,
        defaults={"id": ids.at(at), "name": said, "birth_date": birth_date},
    )
    if is_new:
        actions.register(row, by=str(row.pk), at=at)
    elif text.folded(row.name) != text.folded(said):
        raise BadMandate(reason="name")
    elif row.birth_date is None and birth_date is not None and row.verified_at is None:
        row.birth_date = birth_date
        row.save(update_fields=["birth_date"])
    return row


def _check_adult(person: models.Person, *, at: datetime) -> None:
    born, today = person.birth_date, clock.local(at).date()
    if born and not rules.is_of_age(born, on=today, full_age=queries.full_age()):
        raise BadMandate(reason="not-of-age")


def _authority(by: Actor) -> str:
    return by.posts[0].authority_code if by.posts else ""


def _number(said: str) -> str:
    return "".join(said.replace("\x00", "").split())[:20]


def _line(said: str) -> str:
    return " ".join(said.replace("\x00", "").split())[:LONGEST_TEXT]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.VIETNAM)
