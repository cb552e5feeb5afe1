"""`motcua log`: the public log: its key, proofs, their verification offline, a witness, the audit."""

import hashlib
import sys
from datetime import timedelta
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from motcua.config import audits
from motcua.config import witness as witnesses
from motcua.config.database import needs_database
from motcua.engines.merkle import checkpoints, notes, policy, proofs
from motcua.engines.merkle.errors import Malformed, MerkleError
from motcua.kit import clock
from motcua.transparency import actions
from motcua.transparency.adapters import folder, keys
from motcua.transparency.queries import log as queries
from motcua.transparency.queries.audit import Scope
from motcua.transparency.values import Inclusion

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PATH = click.Path(dir_okay=False, path_type=Path)


@click.group()
def log() -> None:
    """Publish, prove, witness and audit the public log."""


@log.command()
def key() -> None:
    """Print the log's public key; make the key first if there is none."""
    click.echo(str(actions.make_key()))


@log.command()
@needs_database
def sequence() -> None:
    """Publish now what waits, and ask the witnesses once. The worker does this by itself."""
    count = 0
    while more := actions.sequence(at=clock.now()):
        count += more
    _, away = actions.collect(seen={})
    published = queries.published()
    click.echo(f"{count} entries published; the log has {published.size if published else 0}")
    for name, why in away.items():
        click.echo(f"the witness {name} did not cosign: {why}", err=True)


@log.command()
@click.argument("entry", type=int)
@click.option("--output", type=PATH, help="Where to write it; else it is printed.")
@needs_database
def proof(entry: int, output: Path | None) -> None:
    """Give the proof of an entry, by its number, as a C2SP tlog-proof file."""
    _give(queries.proof(entry), output)


@log.command()
@click.argument("checkpoint", type=FILE)
@click.option("--output", type=PATH, help="Where to write it; else it is printed.")
@click.option("--key", "former", help="The key of the CHECKPOINT, if it is of the log before this.")
def growth(checkpoint: Path, output: Path | None, former: str | None) -> None:
    """Give the proof that the log only grew since a CHECKPOINT that was kept."""
    known = _key(former) if former else queries.key()
    try:
        began = checkpoints.opened(_note(checkpoint), [known]).head.size
    except MerkleError as error:
        raise click.ClickException(f"{checkpoint}: {error}") from error
    where = queries.place()
    for name in (folder.COSIGNED, folder.CHECKPOINT):
        newest = folder.note(where.folder, name)
        size = queries.opened(newest).head.size if newest else -1
        if newest and size >= began:
            _give(queries.growth(old=began, note=newest).encode(), output)
            return
    raise click.ClickException(f"The published log is shorter than {checkpoint}: it was cut.")


@log.command("verify-proof")
@click.argument("proof_file", metavar="PROOF", type=FILE)
@click.option("--key", "key_texts", multiple=True, help="The log's public key, or a file with it.")
@click.option("--policy", "policy_file", type=FILE, help="Whom to believe, as C2SP tlog-policy.")
@click.option("--file", "document", type=FILE, help="A document whose hash the entry must tell.")
@click.option("--since", type=FILE, help="A kept checkpoint; PROOF is then one of growth.")
def verify_proof(
    proof_file: Path,
    key_texts: tuple[str, ...],
    policy_file: Path | None,
    document: Path | None,
    since: Path | None,
) -> None:
    """Verify a proof file offline: exit code 0 when it proves what it says, 1 when it does not."""
    trusted = _trusted(key_texts, policy_file)
    try:
        if proof_file.stat().st_size > proofs.LARGEST:
            raise Malformed(f"a proof of over {proofs.LARGEST} bytes")
        content = proof_file.read_bytes()
        facts = (
            _growth(content, since, trusted)
            if since or proofs.is_extension(content)
            else _inclusion(queries.inclusion(content, trusted), document)
        )
    except MerkleError as error:
        _panel(proof_file.name, Text(str(error), style="red"), is_good=False)
        raise SystemExit(1) from error
    _panel(proof_file.name, facts, is_good=True)


@log.command()
@click.option("--name", required=True, help="The witness's name, such as a web address of yours.")
@click.option(
    "--key", "key_file", type=PATH, required=True, help="Its private key; made if absent."
)
@click.option("--state", type=PATH, required=True, help="The file that remembers what it saw.")
@click.option(
    "--log", "logs", multiple=True, required=True, help="A log's public key, or its file."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8466, show_default=True)
def witness(
    name: str, key_file: Path, state: Path, logs: tuple[str, ...], host: str, port: int
) -> None:
    """Cosign the checkpoints of logs, each only when it extends what was seen before."""
    signer = keys.ensure(
        key_file,
        name=name,
        passphrase=settings.MOTCUA_KEYS_PASSPHRASE,
        type=notes.COSIGNATURE,
    )
    known: dict[str, list[notes.Key]] = {}
    for text in logs:
        each = _key(text)
        known.setdefault(each.name, []).append(each)
    memory = witnesses.Memory(state)
    try:
        server = witnesses.Server((host, port), signer=signer, logs=known, memory=memory)
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error}") from error
    click.echo(f"{signer.key}\nhttp://{host}:{server.server_address[1]}")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        memory.close()


@log.command("audit")
@click.option("--checkpoint", "kept", type=FILE, multiple=True, help="A checkpoint kept elsewhere.")
@click.option("--key", "key_texts", multiple=True, help="The log's public key, or a file with it.")
@click.option("--policy", "policy_file", type=FILE, help="Whom to believe, as C2SP tlog-policy.")
@click.option("--folder", "copy", type=FOLDER, help="A copy of the published log, kept elsewhere.")
@click.option("--tolerance", default=24.0, show_default=True, help="Hours an entry may come late.")
@needs_database
def audit(
    kept: tuple[Path, ...],
    key_texts: tuple[str, ...],
    policy_file: Path | None,
    copy: Path | None,
    tolerance: float,
) -> None:
    """Hold the whole log against its tree and the tables against the log: exit code 1 for findings."""
    is_own = not key_texts and policy_file is None
    trusted = queries.own() if is_own else _trusted(key_texts, policy_file)
    scope = Scope(
        folder=copy or queries.place().folder,
        trusted=trusted,
        kept=tuple(_note(path) for path in kept),
        tolerance=timedelta(hours=tolerance),
    )
    console = Console()
    if not kept or is_own:
        console.print(
            "This trusts what lies on this machine. Give --checkpoint, and --key or --policy, that"
            " were kept elsewhere.",
            style="yellow",
        )
    count = audits.report(scope, console)
    raise SystemExit(1 if count else 0)


def _inclusion(found: Inclusion, document: Path | None) -> Table:
    """Return what a proof of inclusion says; raises Malformed for a document of another hash."""
    told = found.told
    facts = told.get("facts")
    table = _table()
    table.add_row("Entry", f"{told['id']}: {told['kind']}")
    table.add_row("Subject", str(told["subject"] or "-"))
    table.add_row("At", str(told["at"]))
    table.add_row("Place", f"leaf {found.index} of {found.size} in {found.origin}")
    table.add_row("Seen by", ", ".join(found.witnesses) or "no witness that is trusted here")
    if document is not None:
        digest = hashlib.sha256(document.read_bytes()).hexdigest()
        if not isinstance(facts, dict) or facts.get("digest") != digest:
            raise Malformed(f"the entry does not tell of {document.name}: its hash is another")
        table.add_row("Document", f"{document.name}: the entry tells its SHA-256")
    return table


def _growth(content: bytes, since: Path | None, trusted: policy.Policy) -> Table:
    """Return what a proof of growth says."""
    if since is None:
        raise Malformed("this is a proof of growth: give the kept checkpoint with --since")
    old = policy.believe(_note(since), policy.Policy(logs=trusted.logs))
    proof = proofs.parse_extension(content)
    new = policy.believe(proof.checkpoint, trusted)
    proofs.verify_extension(proof, old.told.head, trusted.logs)
    table = _table()
    table.add_row("Log", new.told.origin)
    table.add_row("Grew", f"from {old.told.head.size} to {new.told.head.size} leaves, none changed")
    names = ", ".join(each.key.name for each in new.cosigned)
    table.add_row("Seen by", names or "no witness that is trusted here")
    return table


def _trusted(key_texts: tuple[str, ...], policy_file: Path | None) -> policy.Policy:
    """Return whom to believe: a policy, keys, or both."""
    try:
        base = policy.parse(policy_file.read_text("utf-8")) if policy_file else policy.Policy()
    except (UnicodeDecodeError, Malformed) as error:
        raise click.BadParameter(str(error), param_hint="--policy") from error
    logs = (*base.logs, *(_key(text) for text in key_texts))
    if not logs:
        raise click.UsageError("Give the log's public key with --key, or a policy that names it.")
    return policy.Policy(logs, base.witnesses, base.groups, base.quorum)


def _key(text: str) -> notes.Key:
    """Return a key from its text, or from a file that holds it."""
    try:
        return keys.public(Path(text)) if "+" not in text else notes.parse_key(text)
    except Malformed as error:
        raise click.BadParameter(str(error)) from error


def _note(path: Path) -> notes.Note:
    """Return a checkpoint that was kept in a file."""
    try:
        note = notes.parse(path.read_bytes())
        checkpoints.parse(note.text)
    except Malformed as error:
        raise click.ClickException(f"{path} is no checkpoint: {error}") from error
    return note


def _give(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


def _table() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    return table


def _panel(name: str, said: Table | Text, *, is_good: bool) -> None:
    words, style = ("PROVED", "green") if is_good else ("NOT PROVED", "red")
    title = Text(f" {name}: {words} ", style=f"bold {style}")
    Console().print(Panel(said, title=title, border_style=style, expand=False))
