"""`motcua demo tamper`: a rogue administrator rewrites a decision with raw SQL, and the audit names it."""

import time
from collections.abc import Mapping

import click
from django.conf import settings
from django.db import connection, transaction
from rich.console import Console

from motcua.config import audits
from motcua.config.database import needs_database
from motcua.kit import clock
from motcua.transparency import actions
from motcua.transparency.queries import log
from motcua.transparency.queries.audit import Scope

PATIENCE = 60.0  # seconds until the decision is in the public log
DECISION = """
    SELECT e.id, e.subject, d.id, d.number, e.transaction FROM documents_document d
    JOIN transparency_entry e ON e.id = d.entry_id
    WHERE d.status = 'issued' ORDER BY d.issued_at DESC LIMIT 1
"""
# A superuser can do all of this: the triggers are put aside, and nothing in the database is left to see it.
CRIMES = {
    "puts the triggers aside": "SET LOCAL session_replication_role = replica",
    "gives the decision another number, and dates it back by 30 days, in the log and in the register": """
        UPDATE transparency_entry SET at = at - interval '30 days',
            facts = jsonb_set(facts, '{number}', to_jsonb(%(number)s + 4000)) WHERE id = %(entry)s;
        UPDATE documents_document SET number = number + 4000, issued_at = issued_at - interval '30 days'
            WHERE id = %(document)s""",
    "removes the entry of the filing": """
        DELETE FROM transparency_personalpart WHERE entry_id IN (SELECT id FROM transparency_entry
            WHERE subject = %(subject)s AND kind = 'cases.CaseFiled');
        DELETE FROM transparency_entry WHERE subject = %(subject)s AND kind = 'cases.CaseFiled'""",
    "slips an entry in between": """
        INSERT INTO transparency_entry (id, transaction, kind, at, by, authority, subject, facts, commitment)
        SELECT -1, transaction, 'cases.CaseWithdrawn', at, by, authority, subject, facts, ''
            FROM transparency_entry WHERE id = %(entry)s""",
    "turns two entries of the case around": """
        UPDATE transparency_entry SET transaction = transaction - 1 WHERE id = (SELECT max(id)
            FROM transparency_entry WHERE subject = %(subject)s AND id <> %(entry)s)""",
    "calls the case refused": "UPDATE cases_case SET status = 3 WHERE code = %(subject)s",
}


@click.command()
@needs_database
def tamper() -> None:
    """Rewrite a decision as a rogue administrator would, and see the audit name it; then undo it all."""
    if not settings.MOTCUA_DEMO:
        raise click.ClickException("This breaks into its own database: set MOTCUA_DEMO=1 for it.")
    console = Console()
    found = _decision()
    _wait(int(str(found["entry"])))
    scope = Scope(folder=log.place().folder, trusted=log.own())
    console.print(f"Decision of case {found['subject']}, entry {found['entry']}. The audit before:")
    before = audits.report(scope, console)
    console.print("\nA rogue administrator of the database")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for words, statement in CRIMES.items():
            console.print(f"  · {words}", soft_wrap=True)
            cursor.execute(statement, found)
        console.print("\nNo trigger saw it, and every page would show it. The audit now:")
        after = audits.report(scope, console)
        transaction.set_rollback(True)
    console.print("\nAll of it was undone.")
    if before or not after:
        raise SystemExit(1)


def _decision() -> Mapping[str, str | int]:
    """Return the latest decision, with what the crimes need to know of it."""
    with connection.cursor() as cursor:
        cursor.execute(DECISION)
        row = cursor.fetchone()
    if row is None:
        raise click.ClickException("There is no decision yet: run motcua demo --no-serve first.")
    return dict(zip(("entry", "subject", "document", "number", "transaction"), row, strict=True))


def _wait(entry_id: int) -> None:
    """Publish until the decision is in the log, where no worker does it."""
    until = time.monotonic() + PATIENCE
    while log.place_of(entry_id) is None and time.monotonic() < until:
        if not actions.sequence(at=clock.now()):
            time.sleep(0.2)
    log.proof(entry_id)  # raises NotYetInLog when it did not come in time
