"""Whoever rewrites a row with raw SQL is named by the audit: for every table that the log tells of.

The world stands once; each rewriting is made within a savepoint that is undone.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.test import override_settings

from motcua.config import audits, walls
from motcua.documents import actions as documents
from motcua.documents import events as of_documents
from motcua.documents import models as stored
from motcua.identity import actions as identity
from motcua.identity import events, models
from motcua.identity.actions import access, mergers
from motcua.identity.values.mergers import Order
from motcua.intake import actions as intake
from motcua.intake import models as sent
from motcua.kit import clock
from motcua.notifications import actions as notices
from motcua.notifications.values import Choice
from motcua.privacy.actions import breaches, consents, looks, requests
from motcua.privacy.queries import law
from motcua.transparency import actions as log
from motcua.transparency.values import Finding
from tests import world as worlds

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
CHECK = {  # of which module's tables
    "cases": "cases", "intake": "filings", "documents": "documents", "payments": "payments",
    "notifications": "notices", "privacy": "privacy", "identity": "people", "mfa": "people",
    "catalogue": "procedures",
}  # fmt: skip
KEY = f"'{uuid.UUID(int=9)}'"
# What a row that nobody told the log of is made of: a copy of one that is there, with another key.
# None: copies are no rows of their own there, for the reason beside it.
COPIES: Mapping[str, str] = {
    "cases_case": f"'id', {KEY}, 'code', 'H32.01-260101-9999', 'filing_id', {KEY}",
    "cases_task": f"'id', {KEY}, 'token', 999",
    "cases_note": f"'id', {KEY}",
    "cases_operation": f"'id', {KEY}",
    "intake_filing": f"'id', {KEY}, 'draft_id', {KEY}, 'idempotency_key', 'other'",
    "intake_revision": "'id', 999, 'number', 9",
    "documents_document": f"'id', {KEY}, 'number', 9999, 'token', 'other', 'purpose', 'x'",
    "documents_share": f"'id', {KEY}, 'digest', repeat('ab', 32)",
    "documents_storedfile": "'digest', repeat('ab', 32), 'scan', 'infected', 'scanned_at', now()",
    "payments_due": f"'id', {KEY}, 'reference', 'other', 'purpose', 'other'",
    "notifications_notice": f"'id', {KEY}, 'key', 'other'",
    "notifications_preference": f"'person_id', {KEY}",
    "privacy_complaint": f"'id', {KEY}, 'person_id', {KEY}",
    "privacy_request": f"'id', {KEY}",
    "privacy_consent": f"'id', {KEY}, 'person_id', {KEY}",
    "privacy_breach": f"'id', {KEY}",
    "identity_person": f"'id', {KEY}, 'personal_id', '099999999999'",
    "identity_holding": f"'id', 999, 'person_id', {KEY}",
    "identity_delegation": f"'id', {KEY}",
    "identity_mandate": f"'id', {KEY}",
    "identity_merger": f"'id', {KEY}, 'into_code', 'H99'",
    "identity_relation": f"'id', {KEY}, 'personal_id', '099999999999'",
    "identity_statedpurpose": f"'id', {KEY}",
    "identity_officecalendar": "'authority_id', 999",
    "identity_token": "'digest', repeat('ab', 32)",
    "mfa_authenticator": f"'id', 999, 'user_id', {KEY}",
    "catalogue_version": "'id', 999, 'number', 9, 'digest', repeat('ab', 32)",
}
# Rows of which the log tells, where it does not tell of all.
DONE = {
    "cases_task": "WHERE state = 'done'",
    "documents_storedfile": "WHERE scan = 'infected'",
}
MAY_GO = frozenset({"documents_storedfile"})  # a locked file is forgotten once nothing names it
# What is changed of a row that was told of.
CHANGES: Sequence[tuple[str, str]] = (
    ("cases_case", "status = 10, due_at = NULL"),
    ("cases_case", "filing_id = id"),
    ("cases_case", f"applicant_id = {KEY}"),
    ("cases_case", "filed_at = filed_at - interval '1 day'"),
    ("cases_task", "outcome = 'refuse' WHERE state = 'done'"),
    ("cases_task", f"person_id = {KEY} WHERE state = 'done'"),
    ("cases_task", "ended_at = ended_at - interval '1 day' WHERE state = 'done'"),
    ("cases_note", "text = 'other'"),
    ("cases_note", f"by_id = {KEY}"),
    ("cases_operation", "total = 99"),
    ("intake_filing", "answers = '{\"child\": {}}'"),
    ("intake_filing", "sealed = 'x'"),
    ("intake_filing", f"person_id = {KEY}"),
    ("intake_filing", "submitted_at = submitted_at - interval '9 days'"),
    ("intake_attachment", "paper_id = 'other' WHERE filing_id IS NOT NULL"),
    ("intake_revision", "replaced_at = replaced_at - interval '1 day'"),
    ("documents_document", "number = number + 77"),
    ("documents_share", "expires_at = expires_at + interval '1 year'"),
    ("documents_storedfile", "scan = 'clean' WHERE scan = 'infected'"),
    ("payments_due", "amount = 1"),
    ("payments_due", f"payer_id = {KEY}"),
    ("notifications_notice", f"person_id = {KEY}"),
    ("notifications_notice", "kind = 'accepted'"),
    ("notifications_delivery", "state = 'sent', ended_at = now()"),
    ("notifications_preference", "email = 'rogue@example.org'"),
    ("notifications_preference", "by_sms = NOT by_sms"),
    ("privacy_complaint", "due_at = due_at + interval '1 year'"),
    ("privacy_request", "state = 'granted', ended_at = now()"),
    ("privacy_request", "due_at = due_at + interval '1 year'"),
    ("privacy_consent", "version = 9"),
    ("privacy_breach", "found_at = found_at - interval '1 day'"),
    ("privacy_breach", "people = 0"),
    ("privacy_look", "purpose_text = 'other' WHERE entry_id IS NOT NULL"),
    ("identity_person", "personal_id = '099999999999' WHERE name = 'Công dân applicant'"),
    ("identity_post", "roles = '{leader}' WHERE title = 'clerk'"),
    ("identity_holding", "starts_at = starts_at - interval '9 years'"),
    ("identity_delegation", "ends_at = ends_at + interval '1 year'"),
    ("identity_delegation", "roles = '{leader}'"),
    ("identity_merger", "into_code = 'H99'"),
    ("identity_merger", f"ordered_by_id = {KEY}"),
    ("identity_authority", "followed = '{999}'"),
    ("identity_authority", "successor_id = id + 1, ends_date = '2026-01-01' WHERE code = 'H32.01'"),
    ("identity_unit", "followed = '{999}'"),
    ("identity_mandate", "acts = '{follow,file}'"),
    ("identity_mandate", "effective_at = now()"),
    ("identity_relation", "personal_id = '099999999999'"),
    ("identity_relation", "ended_at = now()"),
    ("identity_statedpurpose", "text = 'something else altogether'"),
    ("identity_officecalendar", "definition = '{}'"),
    ("identity_token", "level = 1"),
    ("identity_token", f"person_id = {KEY}"),
    ("identity_token", "expires_at = expires_at + interval '1 year'"),
    ("identity_token", "revoked_at = NULL WHERE revoked_at IS NOT NULL"),
    ("catalogue_version", "files = '{}'"),
    ("catalogue_procedure", "current_id = NULL"),
)
# Each table that no audit holds against the log stands there with its reason: "| `table` | why |".
LEFT_OUT = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \|", re.MULTILINE)
TOLD_IN = worlds.ROOT / "docs" / "how-to" / "audit-the-log.md"


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[worlds.World]:
    """The world, and a row in every table that the log tells of."""
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "files")}}
    with override_settings(
        STORAGES={**settings.STORAGES, "default": default},
        MOTCUA_KEYS=tmp_path / "keys",
        MOTCUA_KEYS_PASSPHRASE="of tests",
    ):
        made = worlds.build()
        _of_people(made)
        _of_privacy(made)
        _of_letters(made)
        yield made


def _of_people(world: worlds.World) -> None:
    at, clerk = world.at, world.actor("clerk")
    for token in ("kept", "revoked"):
        access.issue_token(clerk.id, token=token, by="test", at=at)
    access.revoke_tokens(clerk.id, token="revoked", by="test", at=at)
    said = "Trả lời đơn của người dân"
    identity.state_purpose(world.ids["code"], text=said, authority="H32.01", by=clerk, at=at)
    authority = models.Authority.objects.get(code=worlds.WARD).pk
    hours = {"hours": {"monday": ["08:00-12:00"]}}
    identity.set_office_calendar(authority, definition=hours, by="test", at=at)
    Authenticator.objects.create(user_id=clerk.id, type="totp", data={"secret": "sealed"})
    identity.record(events.FactorAdded(clerk.key, "totp"), by=clerk.key, at=at)

    _order_merger(world)


def _order_merger(world: worlds.World) -> None:
    """Order that one ward becomes part of the other, tomorrow."""
    above = models.Authority.objects.get(code=worlds.PROVINCE).pk
    unit = identity.ensure_unit(authority_id=above, kind="office", name="office")
    post = identity.ensure_post(unit_id=unit, title="above", roles=("admin",))
    identity.take_post(world.people["admin"], post, by="test", at=world.at)
    day = clock.local(world.at).date() + timedelta(days=1)
    order = Order(codes=(worlds.OTHER,), into=worlds.WARD, from_date=day, makes_units=True)
    mergers.order(order, by=world.actor("admin"), at=world.at)


def _of_privacy(world: worlds.World) -> None:
    at, person = world.at, world.actor("applicant")
    code, purpose = next(each for each in law.purposes(at).items() if each[1].needs_consent)
    consents.give(code, version=purpose.version, channel="portal", proof="x", by=person, at=at)
    requests.file("correct", authority_code=worlds.WARD, text="Sai tên", by=person, at=at)
    breaches.record(
        authority_code=worlds.WARD,
        found_at=at - timedelta(hours=1),
        what="Gửi nhầm thư",
        kinds="địa chỉ",
        people=3,
        measures="Đã thu hồi",
        by="console",
        at=at,
    )
    looks.seal(at=at)


def _of_letters(world: worlds.World) -> None:
    at, person = world.at, world.actor("applicant")
    chosen = Choice(email="hanh@example.org", by_email=True, by_sms=False, language="vi")
    notices.choose(chosen, by=person, at=at)
    said = {"person": person.key, "email": "hanh@example.org"}
    notices.confirm(signing.dumps(said, salt=notices.CONFIRM), at=at)
    notices.give(
        person_id=person.id, kind="supplement", subject=world.ids["code"],
        address="/cases/x", key="told", at=at,
    )  # fmt: skip
    _supplement(world)
    file = documents.store([PAPER.replace(b"1.4", b"1.5")], allowed=("pdf",), limit=10_000, at=at)
    stored.StoredFile.objects.filter(pk=file.digest).update(scan="infected", scanned_at=at)
    found = of_documents.FileQuarantined(file.digest, "Eicar")
    log.append(found, by="scanner", at=at, subject=file.digest)


def _supplement(world: worlds.World) -> None:
    """Bring one more paper for a filing that is under way."""
    at, person = world.at, world.actor("applicant")
    key = uuid.UUID(world.ids["filing_id"])
    paper = sent.Attachment.objects.filter(filing_id=key).first()
    assert paper
    brought = intake.attach_to_filing(
        key, paper_id=paper.paper_id, name="them.pdf", chunks=[PAPER], declared_size=len(PAPER),
        by=person, at=at,
    )  # fmt: skip
    added = [brought.attachment_id]
    intake.supplement(key, answers=None, attachment_ids=added, by=person, at=at)


def found(*names: str) -> list[Finding]:
    """Return everything that these checks find, or all of them."""
    return [
        finding
        for name in names or audits.CHECKS
        for finding in audits.checked(name, audits.CHECKS[name])
    ]


def after(statement: str, *, table: str) -> list[str]:
    """Return what the check of the table's module finds once a statement was run, and undo it."""
    point = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount > 0, f"nothing to change by {statement}"
        return [each.code for each in found(CHECK[table.partition("_")[0]])]
    finally:
        transaction.savepoint_rollback(point)


def test_what_was_rewritten_is_named(world: worlds.World) -> None:
    assert [each.said for each in found()] == []
    unseen = []
    for table, other in COPIES.items():
        copy = (
            f"INSERT INTO {table} SELECT (jsonb_populate_record(row, jsonb_build_object({other}))).*"
            f" FROM {table} AS row {DONE.get(table, '')} LIMIT 1"
        )
        if "row-without-entry" not in after(copy, table=table):
            unseen.append(copy)
        gone = f"DELETE FROM {table} {DONE.get(table, '')}"
        if table not in MAY_GO and "row-removed" not in after(gone, table=table):
            unseen.append(gone)
    for table, change in CHANGES:
        if not after(f"UPDATE {table} SET {change}", table=table):
            unseen.append(f"{table}: {change}")
    # Entries that say nothing any more end no audit: each module's check still finds something.
    for table in ("cases_case", "intake_filing", "payments_due", "notifications_notice"):
        if not after("UPDATE transparency_entry SET facts = '{}'", table=table):
            unseen.append(f"{table} of entries that say nothing")
    assert unseen == []


def test_every_table_is_held_against_the_log_or_left_out_for_a_reason() -> None:
    held = {*COPIES, *(table for table, _ in CHANGES)}
    rows = LEFT_OUT.findall(TOLD_IN.read_text(encoding="utf-8"))
    left_out = {name for row in rows for name in re.findall(r"\w+", row)}
    assert not held & left_out
    assert held | left_out == walls.classed()
