"""Writes of the pages: each composes one call of the modules below."""

import functools
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from motcua.cases.actions import filing as cases
from motcua.cases.queries import cases as case_queries
from motcua.cases.values import Filed
from motcua.documents import actions as documents
from motcua.documents.values import Share
from motcua.engines.forms import posted
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.intake import queries as intake_queries
from motcua.intake.errors import DraftChanged
from motcua.intake.values import Draft
from motcua.kit import ids
from motcua.notifications import actions as notifications
from motcua.portal import rules
from motcua.portal.adapters import partial
from motcua.portal.errors import (
    NoFile,
    NotDeclared,
    PartMisplaced,
    TooManyAtOnce,
    TooMuchTyped,
    UploadBroken,
    UploadTooLarge,
)
from motcua.portal.queries import acting, filling, procedures, vault
from motcua.portal.queries import cases as case_pages
from motcua.portal.values import Answers, Declared, UploadState
from motcua.transparency import queries as transparency

MOST_WAITING = 64 * 1024  # bytes of changed answers that wait for a supplement
UPLOAD = "portal.upload"  # what the tokens of uploads are signed for
TRIES = 3  # at a draft that is being changed in another window


def begin(
    code: str, *, place: str, applicant_kind: str, by: Actor, at: datetime, whom: str = ""
) -> Draft:
    """Begin a draft with the authority of a place, for oneself or for somebody by a mandate.

    Raises NoSuchPlace, MandateOver, and what intake raises.
    """
    whose, is_organisation = acting.chosen(whom, code=code, of=by)
    authority = procedures.authority_in(place, code=code)
    return intake.open_draft(
        procedure_code=code,
        authority_code=authority.code,
        channel="online",
        applicant_kind=acting.ENTERPRISE if is_organisation else applicant_kind,
        by=by,
        at=at,
        for_person=identity.actor(whose, at=at) if whose else None,
    )


def save_page(
    draft_id: uuid.UUID, page_id: str, fields: posted.Posted, *, by: Actor, at: datetime
) -> filling.Filling:
    """Save what was typed on a page, right or wrong, and return the draft as it is then.

    Answers of other pages stay, also when another window saved them meanwhile. Raises NoSuchPage, and
    what intake.save raises; nothing is changed then.
    """

    def typed(found: filling.Filling) -> Answers:
        page = found.page(page_id)
        return posted.read(found.form, page, fields, before=found.answers, language=found.language)

    return _changed(draft_id, typed, by=by, at=at)


def change_rows(
    draft_id: uuid.UUID, name: str, row: int | None, *, by: Actor, at: datetime
) -> None:
    """Give a table of the draft one more row, or take a row away; a name of no table changes nothing."""
    _changed(draft_id, lambda found: found.with_rows(name, row), by=by, at=at)


def attach_all(
    draft_id: uuid.UUID,
    paper_id: str,
    files: "Sequence[UploadedFile[bytes]]",
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Add files for one paper; those before the one that is refused stay."""
    _keep(files, functools.partial(intake.attach, draft_id, paper_id=paper_id, by=by, at=at))


def send(draft_id: uuid.UUID, *, is_declared: bool, by: Actor, at: datetime) -> Filed:
    """Send a draft once, however often it is asked for; raises NotDeclared and what cases.file raises."""
    if not is_declared:
        raise NotDeclared()
    return sent(draft_id, by=by, at=at)


def sent(draft_id: uuid.UUID, *, by: Actor, at: datetime) -> Filed:
    """Return the case of a draft, which is filed under the one key that this draft has here."""
    return cases.file(draft_id, idempotency_key=f"portal-{draft_id}", by=by, at=at)


def begin_upload(
    draft_id: uuid.UUID, paper_id: str, *, name: str, size: int, by: Actor, at: datetime
) -> str:
    """Begin an upload in parts and return its token, which says all that was declared, signed.

    Raises NoSuchDraft, NoFile, UploadTooLarge, TooManyAtOnce.
    """
    draft = intake_queries.own_draft(draft_id, of=by)
    if size <= 0:
        raise NoFile()
    if size > settings.MOTCUA_UPLOAD_LIMIT:
        raise UploadTooLarge(most=settings.MOTCUA_UPLOAD_LIMIT // (1024 * 1024))
    declared = [str(draft.id), by.key, paper_id, name, size, ids.at(at).hex]
    token = signing.dumps(declared, salt=UPLOAD, compress=True)
    if not partial.begin(_parts(), by.id, token, now=at.timestamp()):
        raise TooManyAtOnce(most=partial.MOST)
    return token


def upload_state(draft_id: uuid.UUID, token: str, *, by: Actor) -> UploadState:
    """Return how much of an upload has come; raises UploadBroken when there is none such."""
    intake_queries.own_draft(draft_id, of=by)
    declared = _declared(draft_id, token, by=by)
    offset = partial.offset(_parts(), by.id, token)
    if offset is None:
        raise UploadBroken()
    return UploadState(offset, is_whole=offset >= declared.size)


def add_part(
    draft_id: uuid.UUID, token: str, *, offset: int, content: bytes, by: Actor, at: datetime
) -> UploadState:
    """Add a part where the last one ended; the last part makes the file one of the draft.

    Raises UploadBroken, PartMisplaced, and what intake.attach raises; the parts are forgotten then.
    """
    declared = _declared(draft_id, token, by=by)
    if offset + len(content) > declared.size:
        raise UploadBroken()
    if not partial.append(_parts(), by.id, token, at=offset, content=content):
        raise PartMisplaced()
    came = offset + len(content)
    if came < declared.size:
        return UploadState(came, is_whole=False)
    try:
        intake.attach(
            draft_id,
            paper_id=declared.paper_id,
            name=declared.name,
            chunks=partial.chunks(_parts(), by.id, token),
            declared_size=declared.size,
            by=by,
            at=at,
        )
    finally:
        partial.remove(_parts(), by.id, token)
    return UploadState(came, is_whole=True)


def _declared(draft_id: uuid.UUID, token: str, *, by: Actor) -> Declared:
    try:
        draft, person, paper_id, name, size, _nonce = signing.loads(
            token, salt=UPLOAD, max_age=partial.KEPT
        )
    except signing.BadSignature:
        raise UploadBroken() from None
    if draft != str(draft_id) or person != by.key:
        raise UploadBroken()
    return Declared(paper_id, name, size)


def _parts() -> Path:
    return Path(settings.MOTCUA_VAR) / "uploads"


def bring(
    code: str,
    paper_id: str,
    files: "Sequence[UploadedFile[bytes]]",
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Bring files for a case; they become part of it by the supplement that is sent with them."""
    filing_id = case_queries.case_of(code, reader=by).filing_id
    _keep(
        files,
        functools.partial(intake.attach_to_filing, filing_id, paper_id=paper_id, by=by, at=at),
    )


def _keep(files: "Sequence[UploadedFile[bytes]]", keep: Callable[..., object]) -> None:
    for file in files:
        keep(name=file.name or "", chunks=file.chunks(), declared_size=file.size)


def take_back(code: str, file_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take back a file that was brought and not sent yet; raises NoSuchAttachment."""
    filed = intake_queries.filing(case_queries.case_of(code, reader=by).filing_id)
    intake.detach(file_id, draft_id=filed.draft_id, by=by)


def check_storable(answers: Answers) -> None:
    """Check that changed answers may wait in the session; raises TooMuchTyped."""
    size = len(json.dumps(answers, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > MOST_WAITING:
        raise TooMuchTyped()


def send_supplement(code: str, *, answers: Answers | None, by: Actor, at: datetime) -> None:
    """Send all that was brought and changed for a case at once; raises what cases.supplement raises."""
    page = case_pages.supplement_page(code, reader=by, at=at)
    cases.supplement(code, answers=answers, attachment_ids=page.attachment_ids, by=by, at=at)


def share(document_id: uuid.UUID, *, days: int, by: Actor, at: datetime) -> Share:
    """Make a link to a document of one's own case; raises NoSuchCase and what documents refuses."""
    vault.own_document(document_id, of=by)
    return documents.share(document_id, days=days, by=by, at=at)


def share_address(made: Share) -> str:
    """Return the whole address of a link that was just made."""
    return f"{settings.MOTCUA_PUBLIC_URL}{reverse('portal:shared', args=[made.secret])}"


def _changed(
    draft_id: uuid.UUID,
    change: Callable[[filling.Filling], Answers],
    *,
    by: Actor,
    at: datetime,
) -> filling.Filling:
    """Save a change of the draft as it is now, again when another window saved in between."""
    for attempt in range(TRIES):
        found = filling.load(draft_id, of=by, at=at)
        try:
            saved = intake.save(
                draft_id,
                answers=change(found),
                by=by,
                at=at,
                expected_updated_at=found.draft.updated_at,
            )
        except DraftChanged:
            if attempt == TRIES - 1:
                raise
        else:
            return filling.loaded(saved.draft, at=at)
    raise DraftChanged()


def tell(entry_id: int, *, at: datetime) -> bool:
    """Give the applicant, and who acts for them, notice of what an entry of the log says, once; return whether it is new.

    An entry that applicants are not told of gives none.
    """
    entry = transparency.get(entry_id)
    kind = rules.notice_of(entry.kind, entry.facts)
    if kind is None:
        return False
    whom = {f"entry-{entry.id}": case_queries.applicant_id(entry.subject)}
    if acts := case_queries.acting_for(entry.subject, at=at):
        whom[f"entry-{entry.id}-acting"] = acts
    given = [
        notifications.give(
            person_id=person,
            kind=kind,
            subject=entry.subject,
            address=reverse("portal:case", args=[entry.subject]),
            key=key,
            due_at=rules.due_at(entry.facts),
            at=at,
        )
        for key, person in whom.items()
    ]
    return any(given)
