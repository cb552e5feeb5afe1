"""`motcua verify FILE.pdf`: is it intact, who signed it, may they be trusted, is it in our register."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError
from django.utils import translation
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from motcua.config import database
from motcua.documents import queries as documents
from motcua.documents.values import Verification
from motcua.kit import clock
from motcua.kit.database import URL
from motcua.kit.errors import Refused
from motcua.signing import queries as signing
from motcua.signing.values import WORDS, Kind, Signature, Verdict
from motcua.transparency.queries import log

WHO = {Kind.PERSON: "Signed by", Kind.SEAL: "Sealed by", None: "Signed by"}


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(source: Path) -> None:
    """Verify a signed PDF: exit code 0 when it is valid, 1 when it is not."""
    if source.stat().st_size > signing.LIMIT:
        raise click.ClickException(f"{source.name} is over {signing.LIMIT} bytes: not read")
    content = source.read_bytes()
    verdict, found = _verification(content)
    with translation.override("en"):
        Console().print(_panel(source.name, verdict, found))
    raise SystemExit(0 if verdict.is_valid else 1)


def _verification(content: bytes) -> tuple[Verdict, Verification | None]:
    """Return the verdict, and what the register says when its database can be reached."""
    if os.environ.get(URL) or (Path(settings.MOTCUA_VAR) / "postgres").exists():
        try:
            database.start()
            found = documents.verify_file(content, at=clock.now())
        except (DatabaseError, OSError, RuntimeError):  # the file speaks for itself without it
            pass
        else:
            return found.verdict, found
    return signing.verify(content, at=clock.now()), None


def _panel(name: str, verdict: Verdict, found: Verification | None) -> Panel:
    said = ("VALID", "green") if verdict.is_valid else ("NOT VALID", "red")
    parts: list[Text | Table] = [_facts(verdict, found)]
    if verdict.reasons:
        why = "\n".join(f"- {WORDS[reason]} [{reason.value}]" for reason in verdict.reasons)
        parts.append(Text(f"\nWhy not:\n{why}", style="red"))
    title = Text(f" {name}: {said[0]} ", style=f"bold {said[1]}")
    return Panel(Group(*parts), title=title, border_style=said[1], expand=False)


def _facts(verdict: Verdict, found: Verification | None) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    table.add_row("Intact", _yes(verdict.is_intact and verdict.covers_whole))
    table.add_row("Trusted", _yes(verdict.is_trusted))
    for one in verdict.signatures:
        table.add_row(WHO[one.kind], Text(_signer(one)))
        table.add_row("  at", Text(_moment(one)))
    table.add_row("Register", Text(_register(found)))
    if found and found.entry:
        entry = found.entry
        table.add_row("Log entry", Text(f"{entry.id}: {entry.kind}, {clock.shown(entry.at)}"))
        table.add_row("Public log", _included(entry.id, found.digest))
    return table


def _included(entry_id: int, digest: str) -> Text:
    """Return whether the entry is in the public log, and says there what the file is."""
    try:
        found = log.included(entry_id)
    except Refused as refusal:
        return Text(f"not proved: {refusal}", style="red")
    if found is None:
        return Text("not yet: it is published within seconds")
    facts = found.told.get("facts")
    if not isinstance(facts, Mapping) or facts.get("digest") != digest:
        return Text(f"leaf {found.index} tells of another file", style="red")
    seen = f", seen by {', '.join(found.witnesses)}" if found.witnesses else ""
    return Text(f"leaf {found.index} of {found.size}, proved{seen}", style="green")


def _signer(one: Signature) -> str:
    person = ", ".join(part for part in (one.name, one.title) if part) or "?"
    authority = f"{one.authority_name} ({one.authority_code})"
    return authority if one.kind is Kind.SEAL else f"{person}, for {authority}"


def _moment(one: Signature) -> str:
    if one.signed_at is None:
        return "no time given"
    return clock.local(one.signed_at).isoformat(timespec="seconds")


def _register(found: Verification | None) -> str:
    if found is None:
        return "not asked (no database)"
    if found.document is None:
        return "no document was issued with exactly these bytes"
    document = found.document
    return f"{document.number_and_symbol} of {document.year}, {document.title}, {document.subject}"


def _yes(is_so: bool) -> Text:
    return Text("yes", style="green") if is_so else Text("no", style="red")
