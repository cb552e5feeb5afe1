"""Writes: begin and save a draft, add files, send it, supplement what was sent."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.engines.procedure.filing import Checked
from motcua.engines.procedure.situation import Filing as Sent
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import models, queries, rules
from motcua.intake.actions import retention
from motcua.intake.adapters import answers as stored
from motcua.intake.errors import (
    DraftChanged,
    DraftSent,
    Incomplete,
    KeyUsed,
    NoSuchAttachment,
    NoSuchDraft,
    NoSuchFiling,
    NothingNew,
    ProcedureChanged,
    TooManyDrafts,
    TooManyFiles,
)
from motcua.intake.events import FilingSubmitted, FilingSupplemented
from motcua.intake.values import Draft, Filing, Paper, Ready, Saved
from motcua.kit import ids
from motcua.kit.errors import Field
from motcua.transparency import actions as transparency


@transaction.atomic
def open_draft(
    *,
    procedure_code: str,
    authority_code: str,
    channel: str,
    applicant_kind: str,
    by: Actor,
    at: datetime,
    for_person: Actor | None = None,
) -> Draft:
    """Begin a draft under the present version of a procedure.

    One's own is filed online; the counter of the authority files for others, on paper or by post.
    Raises NoSuchAuthority, NoSuchProcedure, NotHandledHere, what `rules` raise, and TooManyDrafts.
    """
    authority = queries.office(authority_code)
    current = catalogue.current(procedure_code)
    counter = queries.counter_of(current.procedure, authority)
    whose, code = for_person or by, current.procedure.facts.code
    may = queries.may_begin(by, counter, whose=whose.id, procedure=code)
    person = rules.check_opening(channel=channel, may=may, by=by, for_person=for_person)
    rules.check_applicant(current.procedure, channel=channel, applicant_kind=applicant_kind)
    rules.check_kind(applicant_kind, is_organisation=identity.person(person.id).is_organisation)
    opened = models.Draft.objects.filter(person_id=person.id, is_open=True)
    if opened.order_by("id")[rules.MAX_DRAFTS - 1 : rules.MAX_DRAFTS].exists():
        raise TooManyDrafts(most=rules.MAX_DRAFTS)
    row = models.Draft.objects.create(
        id=ids.at(at),
        person_id=person.id,
        version_id=current.version_id,
        authority_id=authority.id,
        counter_id=counter.id,
        channel=channel,
        applicant_kind=applicant_kind,
        created_at=at,
        updated_at=rules.next_version(at),
    )
    return queries.draft(row)


@transaction.atomic
def save(
    draft_id: uuid.UUID,
    *,
    answers: Mapping[str, object],
    by: Actor,
    at: datetime,
    expected_updated_at: datetime | None = None,
) -> Saved:
    """Save whatever was typed, and say what still stands in the way of sending it.

    Raises NoSuchDraft, DraftSent, DraftChanged when the draft is no longer as of the moment that
    was expected, Unstorable and TooMuchText; what was saved before stays then.
    """
    rules.check_storable(answers)
    row = _own_open(draft_id, by=by)
    if expected_updated_at is not None and expected_updated_at != row.updated_at:
        raise DraftChanged()
    stored.put(row, answers, at=at)
    row.updated_at = rules.next_version(at, previous=row.updated_at)
    row.save(update_fields=[*stored.COLUMNS, "updated_at"])
    return _saved(row, at=at)


@transaction.atomic
def renew(draft_id: uuid.UUID, *, by: Actor, at: datetime) -> Saved:
    """Move a draft to the present version of its procedure; answers and files stay.

    Raises NoSuchDraft, DraftSent, and what the present version refuses of the applicant.
    """
    row = _own_open(draft_id, by=by)
    present = catalogue.current(catalogue.compiled(row.version_id).facts.code)
    rules.check_applicant(present.procedure, channel=row.channel, applicant_kind=row.applicant_kind)
    if present.version_id != row.version_id:
        authority = queries.office(row.authority.code)
        row.counter_id = queries.counter_of(present.procedure, authority).id
        answers = stored.of(row, holder=row)
        row.version_id = present.version_id
        stored.put(row, answers, at=at)  # the new version may class others as sensitive
        row.updated_at = rules.next_version(at, previous=row.updated_at)
        row.save(update_fields=["version", "counter", *stored.COLUMNS, "updated_at"])
    return _saved(row, at=at)


@transaction.atomic
def discard(draft_id: uuid.UUID, *, by: Actor) -> None:
    """Delete a draft that was not sent, and its list of files; raises NoSuchDraft, DraftSent."""
    row = _own_open(draft_id, by=by)
    retention.delete([row])


def attach(
    draft_id: uuid.UUID,
    *,
    paper_id: str,
    name: str,
    chunks: Iterable[bytes],
    declared_size: int | None,
    by: Actor,
    at: datetime,
) -> Paper:
    """Add a file to a draft for one of its papers; the same file again is the one that is there.

    The bytes are stored before the row is locked. Raises NoSuchDraft, DraftSent, NoSuchPaper,
    TooManyFiles, and what documents refuses of a file.
    """
    draft = queries.own_draft(draft_id, of=by)
    if not draft.is_open:
        raise _sent(draft_id)
    digest = _store(draft, paper_id, name, chunks=chunks, declared_size=declared_size, at=at)
    with transaction.atomic():
        row = _own_open(draft_id, by=by)
        return _add(row, paper_id=paper_id, name=name, digest=digest, by=by, at=at)


def attach_to_filing(
    filing_id: uuid.UUID,
    *,
    paper_id: str,
    name: str,
    chunks: Iterable[bytes],
    declared_size: int | None,
    by: Actor,
    at: datetime,
) -> Paper:
    """Bring a file for a filing; it becomes part of it by the supplement that names it.

    Raises NoSuchFiling when it is not theirs, NoSuchPaper, TooManyFiles, documents' refusals.
    """
    draft = _draft_of(filing_id, by=by)
    digest = _store(draft, paper_id, name, chunks=chunks, declared_size=declared_size, at=at)
    with transaction.atomic():
        row = models.Draft.objects.select_for_update().get(pk=draft.id)
        return _add(row, paper_id=paper_id, name=name, digest=digest, by=by, at=at)


@transaction.atomic
def detach(attachment_id: uuid.UUID, *, draft_id: uuid.UUID, by: Actor) -> None:
    """Take back a file that is not part of a filing yet.

    The draft may have been sent, when the file was brought for a supplement. Raises NoSuchDraft and
    NoSuchAttachment.
    """
    row = _locked(draft_id, by=by, is_sent_seen=True)
    found = models.Attachment.objects.filter(pk=attachment_id, filing=None, draft=row)
    if found.delete()[0] == 0:
        raise NoSuchAttachment()


def prepare(draft_id: uuid.UUID, *, idempotency_key: str, by: Actor, at: datetime) -> Ready:
    """Check a draft before it is sent: the slow part of sending, done while nothing is locked.

    A key that made a filing of this draft before gives that filing. Raises BadKey, NoSuchDraft,
    DraftSent under another key, KeyUsed, ProcedureChanged, AssuranceNeeded, and Incomplete.
    """
    rules.check_key(idempotency_key)
    draft = queries.own_draft(draft_id, of=by, to="file")
    filing_id = _filing_with(idempotency_key, by=by, draft_id=draft_id)
    accepted: Mapping[str, object] = {}
    if filing_id is None:
        if not draft.is_open:
            raise _sent(draft_id)
        if catalogue.current(draft.procedure_code).version_id != draft.version_id:
            raise ProcedureChanged()
        rules.check_assurance(catalogue.compiled(draft.version_id), channel=draft.channel, by=by)
        accepted = _complete(queries.check(draft, at=at)).answers
    return Ready(
        draft_id=draft_id,
        idempotency_key=idempotency_key,
        authority_code=draft.authority_code,
        updated_at=draft.updated_at,
        attachment_ids=frozenset(each.attachment_id for each in draft.papers),
        answers=accepted,
        filing_id=filing_id,
    )


@transaction.atomic
def submit(ready: Ready, *, by: Actor, at: datetime) -> Filing:
    """Make a filing of a draft that is ready, within the caller's transaction or one of its own.

    The same key again gives the same filing, with is_new False. Raises DraftSent under another key,
    KeyUsed for another draft, and DraftChanged when the draft is no longer as it was checked.
    """
    row = _locked(ready.draft_id, by=by)
    earlier = _filing_with(ready.idempotency_key, by=by, draft_id=ready.draft_id)
    if earlier is not None:
        return queries.filing(earlier)
    if not row.is_open:
        raise _sent(row.pk)
    attached = models.Attachment.objects.filter(draft=row)
    papers = tuple(queries.paper(each) for each in attached.select_related("file").order_by("id"))
    now_there = frozenset(each.attachment_id for each in papers)
    if (row.updated_at, now_there) != (ready.updated_at, ready.attachment_ids):
        raise DraftChanged()
    filing = _create(queries.follow(row, ready), ready, by=by, at=at)
    attached.update(filing=filing)
    row.is_open, row.submitted_at = False, at
    row.save(update_fields=["is_open", "submitted_at", "authority", "counter"])
    code = catalogue.compiled(row.version_id).facts.code
    event = FilingSubmitted(
        filing=str(filing.pk),
        procedure=code,
        version=row.version_id,
        channel=row.channel,
        papers=len(now_there),
        mandate=str(filing.mandate_id or ""),
        person=str(filing.person_id),
    )
    _tell(filing, event, papers, authority=row.authority.code, by=by, at=at)
    return queries.filing_value(filing, papers, is_new=True)


@transaction.atomic
def supplement(
    filing_id: uuid.UUID,
    *,
    answers: Mapping[str, object] | None,
    attachment_ids: Sequence[uuid.UUID],
    by: Actor,
    at: datetime,
) -> Filing:
    """Put new answers, new files or both in a filing, checked as a whole; what it said is kept.

    Whether one was asked for is for the caller to know. Raises NoSuchFiling, NoSuchAttachment,
    AssuranceNeeded, NothingNew, Unstorable, TooMuchText, and Incomplete with every field.
    """
    row = models.Filing.objects.select_for_update(of=("self",)).filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    _draft_of(filing_id, by=by)
    added = _brought(row, attachment_ids)
    if answers is not None:
        rules.check_storable(answers)
    before, number = queries.filing(filing_id), queries.last_revision(row.pk) + 1
    rules.check_assurance(catalogue.compiled(before.version_id), channel=before.channel, by=by)
    accepted = _rechecked(before, answers, added, number=number)
    if accepted == before.answers and not added:
        raise NothingNew()
    former = models.Revision(filing=row, number=number, replaced_at=at)
    stored.put(former, before.answers, at=at)
    former.save(force_insert=True)
    models.Attachment.objects.filter(pk__in=[each.pk for each in added]).update(filing=row)
    stored.put(row, accepted, at=at)
    row.save(update_fields=list(stored.COLUMNS))
    event = FilingSupplemented(str(row.pk), number, accepted != before.answers, len(added))
    after = queries.filing(filing_id)
    _tell(row, event, after.papers, authority=before.authority_code, by=by, at=at)
    return after


def _tell(
    row: models.Filing,
    event: FilingSubmitted | FilingSupplemented,
    papers: Sequence[Paper],
    *,
    authority: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write into the log what was sent; it commits to answers and papers, and tells neither."""
    personal = {**stored.vouched(row), "papers": stored.papers(papers)}
    transparency.append(
        event, by=by.key, at=at, subject=str(row.pk), authority=authority, personal=personal
    )


def _locked(draft_id: uuid.UUID, *, by: Actor, is_sent_seen: bool = False) -> models.Draft:
    """Return a draft of theirs that nobody else can change before this transaction ends.

    Of one that was sent, the counter that serves it may take back what was brought for a supplement.
    """
    row = queries.seen_by(by).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if row is None and is_sent_seen:
        sent = models.Draft.objects.filter(is_open=False, counter_id__in=queries.counters(by))
        row = sent.select_for_update(of=("self",)).filter(pk=draft_id).first()
    if row is None:
        raise NoSuchDraft()
    return row


def _own_open(draft_id: uuid.UUID, *, by: Actor) -> models.Draft:
    row = _locked(draft_id, by=by)
    if not row.is_open:
        raise _sent(draft_id)
    return row


def _sent(draft_id: uuid.UUID) -> DraftSent:
    """Return the refusal that names the filing of a draft."""
    return DraftSent(filing=models.Filing.objects.values_list("pk", flat=True).get(draft=draft_id))


def _saved(row: models.Draft, *, at: datetime) -> Saved:
    draft = queries.draft(row)
    return Saved(draft, queries.said(queries.check(draft, at=at)))


def _complete(checked: Checked) -> Sent:
    """Return what was accepted; raises Incomplete with every field, in the reader's language."""
    if not checked.is_valid:
        raise Incomplete(
            [Field(each.path, each.code, each.message) for each in queries.said(checked)]
        )
    return checked.filing


def _filing_with(key: str, *, by: Actor, draft_id: uuid.UUID) -> uuid.UUID | None:
    """Return the filing that a key of a person stands for; raises KeyUsed for another draft."""
    rows = models.Filing.objects.filter(submitted_by_id=by.id, idempotency_key=key)
    found = rows.values_list("pk", "draft_id").first()
    if found is None:
        return None
    if found[1] != draft_id:
        raise KeyUsed()
    return found[0]


def _create(row: models.Draft, ready: Ready, *, by: Actor, at: datetime) -> models.Filing:
    """Create the filing; two drafts sent at once under one key meet in the unique constraint.

    The refusal undoes the transaction, or the savepoint, of the action that called.
    """
    filing = models.Filing(
        id=ids.at(at),
        mandate_id=queries.mandate_for(row, by=by, at=at),
        draft=row,
        person=row.person,
        submitted_by_id=by.id,
        version_id=row.version_id,
        authority=row.authority,
        counter_id=row.counter_id,
        channel=row.channel,
        applicant_kind=row.applicant_kind,
        papers_held=row.papers_held,
        idempotency_key=ready.idempotency_key,
        submitted_at=at,
    )
    stored.put(filing, ready.answers, at=at)
    try:
        filing.save(force_insert=True)
    except IntegrityError as error:
        raise KeyUsed() from error
    return filing


def _draft_of(filing_id: uuid.UUID, *, by: Actor) -> Draft:
    """Return the draft of a filing that a person may add to; raises NoSuchFiling.

    The counter takes what is missing whichever way the filing came.
    """
    row = (
        queries.filings()
        .select_related("draft__authority", "draft__data_key")
        .filter(pk=filing_id)
        .first()
    )
    if row is None:
        raise NoSuchFiling()
    if not queries.may_supplement(row, by):
        raise NoSuchFiling()
    return queries.draft(row.draft)


def _store(
    draft: Draft,
    paper_id: str,
    name: str,
    *,
    chunks: Iterable[bytes],
    declared_size: int | None,
    at: datetime,
) -> str:
    """Store the bytes of a file, checked by documents, and return their digest."""
    paper = rules.paper(catalogue.compiled(draft.version_id), paper_id)
    if len(draft.papers) >= rules.MAX_FILES:
        raise TooManyFiles(most=rules.MAX_FILES)
    stored = documents.store(
        chunks,
        allowed=paper.media,
        limit=settings.MOTCUA_UPLOAD_LIMIT,
        at=at,
        name=rules.clean_name(name, otherwise=paper_id),
        declared_size=declared_size,
        is_from_outside=True,
    )
    return stored.digest


def _add(
    row: models.Draft, *, paper_id: str, name: str, digest: str, by: Actor, at: datetime
) -> Paper:
    """List a stored file under a locked draft."""
    there = models.Attachment.objects.filter(draft=row)
    if there.order_by("id")[rules.MAX_FILES - 1 : rules.MAX_FILES].exists():
        raise TooManyFiles(most=rules.MAX_FILES)
    found, _ = there.select_related("file").get_or_create(
        draft=row,
        paper_id=paper_id,
        file_id=digest,
        defaults={
            "id": ids.at(at),
            "name": rules.clean_name(name, otherwise=paper_id),
            "added_at": at,
            "added_by_id": by.id,
        },
    )
    return queries.paper(found)


def _brought(
    row: models.Filing, attachment_ids: Sequence[uuid.UUID]
) -> Sequence[models.Attachment]:
    """Return the named files that are not part of the filing yet; raises NoSuchAttachment.

    One that already is, by an earlier supplement, adds nothing and is left out.
    """
    wanted = set(attachment_ids)
    rows = models.Attachment.objects.filter(draft_id=row.draft_id, pk__in=wanted)
    found = list(rows.select_for_update().order_by("id"))  # so that none is taken back meanwhile
    if len(found) != len(wanted):
        raise NoSuchAttachment()
    return [each for each in found if each.filing_id is None]


def _rechecked(
    before: Filing,
    answers: Mapping[str, object] | None,
    added: Sequence[models.Attachment],
    *,
    number: int,
) -> dict[str, object]:
    """Return the answers accepted of a filing with its supplement; raises Incomplete."""
    papers = (*(each.paper_id for each in before.papers), *(each.paper_id for each in added))
    sent = Sent(
        answers=before.answers if answers is None else answers,
        channel=before.channel,
        applicant_kind=before.applicant_kind,
        filed_at=before.submitted_at,
        papers=papers,
    )
    checked = rules.check(
        catalogue.compiled(before.version_id),
        sent,
        calendar=identity.office_calendar(before.authority_id),
        papers_held=before.papers_held,
        supplements=number,
    )
    return dict(_complete(checked).answers)
