"""Reads: one's drafts, what a person sent, the files that came with it."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import get_language

from motcua.catalogue import queries as catalogue
from motcua.engines.procedure.filing import Checked
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.situation import Filing as Sent
from motcua.identity import queries as identity
from motcua.identity.errors import MandateOver, NoSuchUnit
from motcua.identity.queries import mandates, mergers
from motcua.identity.values import FILE, Actor, Authority, Thing, Unit
from motcua.intake import models, rules
from motcua.intake.adapters import answers
from motcua.intake.errors import (
    DraftChanged,
    NoSuchAttachment,
    NoSuchDraft,
    NoSuchFiling,
    NotAtThisCounter,
    NotHandledHere,
)
from motcua.intake.values import (
    Attachment,
    Draft,
    Filing,
    MayBegin,
    Paper,
    Ready,
    Revision,
    Trouble,
)

MOST = 100  # drafts on one page
PAPER = (
    "id", "paper_id", "name", "file_id", "file__media_type", "file__size", "file__scan", "added_at",
)  # fmt: skip

REVISION = ("number", "answers", "sealed", "replaced_at")


def own_draft(draft_id: uuid.UUID, *, of: Actor, to: str = "prepare") -> Draft:
    """Return a draft that a person may work on, sent or not; raises NoSuchDraft for any other."""
    row = seen_by(of).filter(pk=draft_id).first()
    if row is None:
        raise NoSuchDraft()
    code = catalogue.compiled(row.version_id).facts.code
    thing = Thing("draft", owner_id=row.person_id, unit_id=row.counter_id, procedure=code)
    if not identity.decide(of, to, thing).is_allowed:
        raise NoSuchDraft()
    return draft(row)


def drafts(*, of: Actor, after: uuid.UUID | None = None, limit: int = MOST) -> Sequence[Draft]:
    """Return the open drafts that a person may work on, newest first, past a key."""
    rows = seen_by(of).filter(is_open=True).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    page = list(rows[: min(limit, MOST)])
    papers = _papers_of(page)
    return [_draft(row, papers.get(row.pk, ())) for row in page]


def troubles(draft_id: uuid.UUID, *, of: Actor, at: datetime) -> tuple[Trouble, ...]:
    """Return what stands in the way of sending a draft; raises NoSuchDraft when it is not theirs."""
    return said(check(own_draft(draft_id, of=of), at=at))


def applicant(personal_id: str, *, of: Actor, at: datetime) -> Actor | None:
    """Return the person that a counter files for, or None where nobody is named.

    Only people at counters look others up: raises NotAtThisCounter before it looks, and NoSuchPerson.
    """
    if not personal_id:
        return None
    if personal_id != of.personal_id and not identity.may_ever(of, "look_up", "person"):
        raise NotAtThisCounter()
    return identity.actor_of_personal_id(personal_id, at=at)


def office(authority_code: str) -> Authority:
    """Return the authority with a code, or the one that follows it; raises NoSuchAuthority."""
    found = identity.authority(authority_code)
    return mergers.present(found.id) if found.is_ended else found


def follow(row: models.Draft, ready: Ready) -> models.Draft:
    """Return a draft, gone to the authority that follows its own, which does not end before we commit.

    Raises DraftChanged where it is another than when the draft was checked: its code is on the case.
    """
    alive = mergers.hold(row.authority_id)
    if alive != row.authority_id:
        row.authority_id = alive
        authority = identity.authority(row.authority.code)
        row.counter_id = counter_of(catalogue.compiled(row.version_id), authority).id
    if row.authority.code != ready.authority_code:
        raise DraftChanged()
    return row


def counter_of(procedure: Procedure, authority: Authority) -> Unit:
    """Return the unit that takes in filings of a procedure for an authority; raises NotHandledHere.

    An authority handles a procedure when it, or the one above it, has a unit for each of its roles.
    """
    rules.check_level(procedure, authority=authority)
    try:
        units = {
            role: identity.unit_for(kind, authority_code=authority.code)
            for role, kind in procedure.facts.roles.items()
        }
    except NoSuchUnit as error:
        raise NotHandledHere(authority=authority.name) from error
    if rules.COUNTER_ROLE not in units:
        raise NotHandledHere(authority=authority.name)
    return units[rules.COUNTER_ROLE]


def filing(filing_id: uuid.UUID) -> Filing:
    """Return what a person sent, as it stands; raises NoSuchFiling."""
    row = filings().filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    return filing_value(row, _attached(row))


def waiting(filing_id: uuid.UUID, *, of: Actor) -> tuple[Paper, ...]:
    """Return the files that were brought for a filing and are not part of it yet.

    For the person whose it is and for the counter that serves it; raises NoSuchFiling for others.
    """
    row = filings().filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    if not may_supplement(row, of):
        raise NoSuchFiling()
    rows = models.Attachment.objects.select_related("file").filter(
        draft_id=row.draft_id, filing=None
    )
    return tuple(paper(each) for each in rows.order_by("id"))


def revisions(filing_id: uuid.UUID) -> Sequence[Revision]:
    """Return what a filing said before each of its supplements, oldest first."""
    rows = models.Revision.objects.select_related("filing__data_key").filter(filing_id=filing_id)
    return [
        Revision(row.number, answers.of(row, holder=row.filing), row.replaced_at)
        for row in rows.order_by("number")
    ]


def filing_with_revisions(filing_id: uuid.UUID) -> tuple[Filing, Sequence[Revision]]:
    """Return `filing` and `revisions` of it in one query; raises NoSuchFiling."""
    before = models.Revision.objects.filter(filing=OuterRef("pk")).order_by("number")
    one = JSONObject(**{name: name for name in REVISION})
    rows: QuerySet[models.Filing, Any] = filings().annotate(
        before=ArraySubquery(before.values(one=one))
    )
    row = rows.filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    return filing_value(row, _attached(row)), [_revision(row, each) for each in row.before]


def _revision(row: models.Filing, given: Mapping[str, Any]) -> Revision:
    sealed = bytes.fromhex(given["sealed"].removeprefix("\\x"))  # as JSON holds bytes
    said = models.Revision(
        filing=row, number=given["number"], answers=given["answers"], sealed=sealed
    )
    replaced_at = datetime.fromisoformat(given["replaced_at"])
    return Revision(said.number, answers.of(said, holder=row), replaced_at)


def last_revision(filing_id: uuid.UUID) -> int:
    """Return the number of the last revision of a filing, nought before its first supplement."""
    rows = models.Revision.objects.filter(filing_id=filing_id)
    return rows.aggregate(last=Max("number"))["last"] or 0


def people_of(filing_id: uuid.UUID) -> frozenset[str]:
    """Return the personal numbers of those whose data a filing holds; raises NoSuchFiling."""
    rows = models.Filing.objects.select_related("person", "data_key", "mandate__holder")
    row = rows.filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    return _people(row)


def people_in(drafts: Iterable[Draft]) -> frozenset[str]:
    """Return the personal numbers that stand in the answers of drafts."""
    return frozenset().union(
        *(rules.people(catalogue.compiled(each.version_id).form, each.answers) for each in drafts)
    )


def attachment(attachment_id: uuid.UUID) -> Attachment:
    """Return a file with what it belongs to; raises NoSuchAttachment."""
    rows = models.Attachment.objects.select_related("file", "draft__authority")
    row = rows.filter(pk=attachment_id).first()
    if row is None:
        raise NoSuchAttachment()
    return Attachment(
        paper=paper(row),
        draft_id=row.draft_id,
        filing_id=row.filing_id,
        person_id=row.draft.person_id,
        authority_code=row.draft.authority.code,
    )


def may_begin(by: Actor, counter: Unit, *, whose: uuid.UUID, procedure: str) -> MayBegin:
    """Return whether a person may begin somebody's draft under a procedure, as theirs or at a counter."""
    begun = Thing("draft", owner_id=whose, procedure=procedure)
    there = Thing("filing", unit_id=counter.id)
    return MayBegin(
        own=identity.decide(by, "begin", begun).is_allowed,
        at_counter=identity.decide(by, "begin", there).is_allowed,
    )


def may_supplement(row: models.Filing, by: Actor) -> bool:
    """Return whether a person may bring what is missing for a filing: its own, or at its counter."""
    code = catalogue.compiled(row.version_id).facts.code
    thing = Thing("filing", owner_id=row.person_id, unit_id=row.counter_id, procedure=code)
    return identity.decide(by, "supplement", thing).is_allowed


def mandate_for(row: models.Draft, *, by: Actor, at: datetime) -> uuid.UUID | None:
    """Return the mandate by which a person sends somebody's draft online, None where it needs none.

    The moment of sending counts, not the one when the page was opened. Raises MandateOver.
    """
    if row.channel != rules.ONLINE or row.person_id == by.id:
        return None
    code = catalogue.compiled(row.version_id).facts.code
    thing = Thing("draft", owner_id=row.person_id, procedure=code)
    found = by.mandate(FILE, owner_id=row.person_id, procedure=code)
    is_allowed = identity.decide(by, "file", thing).is_allowed
    if found is None or not is_allowed or not mandates.still_acts(found.id, at=at):
        raise MandateOver()
    return found.id


def counters(person: Actor) -> list[int]:
    """Return the units at whose counters a person takes in what is missing for filings."""
    return [unit for unit, _roles in identity.reach(person, "supplement", "filing").works]


def seen_by(person: Actor) -> QuerySet[models.Draft]:
    """Return the drafts that a person may work on: one's own, and those of one's counter."""
    reach = identity.reach(person, "prepare", "draft")
    wanted = Q(person_id=person.id) if reach.is_own else Q(pk__in=[])
    for whose, procedures in reach.mandates:
        of_these = Q(version__procedure__code__in=sorted(procedures)) if procedures else Q()
        wanted |= Q(person_id=whose, channel=rules.ONLINE) & of_these
    wanted |= Q(counter_id__in=[unit for unit, _roles in reach.works]) & ~Q(channel=rules.ONLINE)
    return models.Draft.objects.select_related("authority", "person", "data_key").filter(wanted)


def filings() -> QuerySet[models.Filing]:
    """Return filings with what a value needs of other tables: their files come in the same query."""
    attached = models.Attachment.objects.filter(filing=OuterRef("pk")).order_by("id")
    one = JSONObject(**{name: name for name in PAPER})
    return models.Filing.objects.select_related(
        "authority", "person", "data_key", "mandate__holder"
    ).annotate(attached=ArraySubquery(attached.values(one=one)))


def check(found: Draft, *, at: datetime) -> Checked:
    """Return what the procedure's own rules make of a draft, were it sent at a moment."""
    sent = Sent(
        answers=found.answers,
        channel=found.channel,
        applicant_kind=found.applicant_kind,
        filed_at=at,
        papers=tuple(each.paper_id for each in found.papers),
    )
    return rules.check(
        catalogue.compiled(found.version_id),
        sent,
        calendar=identity.office_calendar(found.authority_id),
        papers_held=found.papers_held,
        supplements=0,
    )


def said(checked: Checked) -> tuple[Trouble, ...]:
    """Return what is wrong in the reader's language."""
    language = get_language() or "vi"
    return tuple(
        Trouble(each.path, each.code, each.message.in_language(language)) for each in checked.errors
    )


def draft(row: models.Draft) -> Draft:
    """Return a row as a value, with its files."""
    return _draft(row, _papers_of([row]).get(row.pk, ()))


def filing_value(row: models.Filing, papers: tuple[Paper, ...], *, is_new: bool = False) -> Filing:
    """Return a row with its files as a value."""
    return Filing(
        id=row.pk,
        draft_id=row.draft_id,
        person_id=row.person_id,
        person_name=row.person.name,
        submitted_by_id=row.submitted_by_id,
        version_id=row.version_id,
        authority_id=row.authority_id,
        authority_code=row.authority.code,
        counter_id=row.counter_id,
        channel=row.channel,
        applicant_kind=row.applicant_kind,
        answers=answers.of(row, holder=row),
        papers=papers,
        papers_held=tuple(row.papers_held),
        submitted_at=row.submitted_at,
        mandate_id=row.mandate_id,
        people=_people(row),
        is_new=is_new,
    )


def _people(row: models.Filing) -> frozenset[str]:
    form = catalogue.compiled(row.version_id).form
    acting = {row.mandate.holder.personal_id} if row.mandate else set()
    return rules.people(form, answers.of(row, holder=row)) | {row.person.personal_id} | acting


def paper(row: models.Attachment) -> Paper:
    """Return a row as a value."""
    return Paper(
        attachment_id=row.pk,
        paper_id=row.paper_id,
        name=row.name,
        digest=row.file.digest,
        media_type=row.file.media_type,
        size=row.file.size,
        added_at=row.added_at,
        scan=row.file.scan,
    )


def _attached(row: Any) -> tuple[Paper, ...]:
    """Return the files that came as JSON with a row of `filings`."""
    return tuple(
        Paper(
            attachment_id=uuid.UUID(each["id"]),
            paper_id=each["paper_id"],
            name=each["name"],
            digest=each["file_id"],
            media_type=each["file__media_type"],
            size=each["file__size"],
            added_at=datetime.fromisoformat(each["added_at"]),
            scan=each["file__scan"],
        )
        for each in row.attached
    )


def _papers_of(rows: Iterable[models.Draft]) -> Mapping[uuid.UUID, tuple[Paper, ...]]:
    """Return the files of several drafts in one query, by draft."""
    found: dict[uuid.UUID, tuple[Paper, ...]] = {}
    attached = models.Attachment.objects.select_related("file").filter(draft__in=list(rows))
    for row in attached.order_by("id"):
        found[row.draft_id] = (*found.get(row.draft_id, ()), paper(row))
    return found


def _draft(row: models.Draft, papers: tuple[Paper, ...]) -> Draft:
    """Return a row as a value; one that is open names the authority that it would go to now."""
    has_successor = row.is_open and row.authority.successor_id is not None
    authority = mergers.present(row.authority_id) if has_successor else row.authority
    return Draft(
        id=row.pk,
        person_id=row.person_id,
        procedure_code=catalogue.compiled(row.version_id).facts.code,
        version_id=row.version_id,
        authority_id=authority.id,
        authority_code=authority.code,
        counter_id=row.counter_id,
        channel=row.channel,
        applicant_kind=row.applicant_kind,
        answers=answers.of(row, holder=row),
        papers=papers,
        papers_held=tuple(row.papers_held),
        created_at=row.created_at,
        updated_at=row.updated_at,
        submitted_at=row.submitted_at,
    )
