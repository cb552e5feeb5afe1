"""`motcua log`: proofs verified offline, a witness that signs one history, cosignatures collected."""

import hashlib
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from pytest_django import Settings

from motcua.config import cli, witness
from motcua.config.commands.log import log as group
from motcua.engines.merkle import edge, notes, policy, proofs
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.model import Head, leaf_hash
from motcua.engines.merkle.witness import Accepted
from motcua.transparency import actions
from motcua.transparency.adapters import witnesses
from motcua.transparency.errors import LogPolicyUnreadable
from motcua.transparency.queries import log
from motcua.transparency.tests.conftest import public_log

__all__ = ["public_log"]

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Issued:
    """An event of these tests: a document came out."""

    digest: str


@dataclass(slots=True)
class Running:
    """A witness that answers at an address."""

    key: notes.Key
    url: str


def publish(count: int, *, digest: str = "00") -> int:
    """Append entries, publish them, and return the number of the last one."""
    before = log.published()
    wanted = (before.size if before else 0) + count
    for _ in range(count):
        with transaction.atomic():
            entry = actions.append(Issued(digest), by="tester", at=AT, subject="H26.77-1")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        actions.sequence(at=AT)
        found = log.published()
        if found and found.size == wanted:
            return entry
        time.sleep(0.05)
    raise AssertionError("not published in time")


def run(*words: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(group, [str(word) for word in words])


@pytest.fixture
def running(public_log: notes.Key, tmp_path: Path, settings: Settings) -> Iterator[Running]:
    """Give a witness of the log, named in its policy."""
    private = Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)
    signer = notes.signer("paper.example/w", private, type=notes.COSIGNATURE)
    memory = witness.Memory(tmp_path / "witness" / "state.json")
    server = witness.Server(
        ("127.0.0.1", 0), signer=signer, logs={public_log.name: [public_log]}, memory=memory
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.MOTCUA_LOG_POLICY.write_text(
        f"log {public_log}\nwitness paper {signer.key} {url}\nquorum paper\n"
    )
    yield Running(signer.key, url)
    server.shutdown()
    server.server_close()
    thread.join()
    memory.close()


def sent(url: str, body: bytes) -> tuple[int, str, bytes]:
    """Return status, kind and body of a witness's answer."""
    request = urllib.request.Request(f"{url}/add-checkpoint", data=body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def forged(size: int, settings: Settings) -> bytes:
    """Return a request that the log's own key signed, over another history."""
    leaves = [leaf_hash(f"another {number}".encode()) for number in range(size)]
    head = edge.grow(edge.Edge(), leaves)[0].head
    signer = log.signer(log.place())
    text = Checkpoint(signer.key.name, head).text
    return proofs.Extension(0, (), notes.Note(text, (notes.sign(text, signer),))).encode()


def test_cosignatures_are_collected_and_a_proof_tells_who_saw_it(
    running: Running, public_log: notes.Key, settings: Settings, tmp_path: Path
) -> None:
    entry = publish(3)
    seen, away = actions.collect(seen={})
    assert (seen, away) == ({"paper": 3}, {})
    entry = publish(2)
    assert actions.collect(seen={})[0] == {"paper": 5}  # it says itself where it left off
    assert actions.collect(seen={"paper": 5}) == ({"paper": 5}, {})
    path = tmp_path / "entry.tlog-proof"
    assert run("proof", entry, "--output", path).exit_code == 0
    told = run("verify-proof", path, "--policy", settings.MOTCUA_LOG_POLICY)
    assert told.exit_code == 0, told.output
    for words in (
        "PROVED",
        f"{entry}: config.Issued",
        "H26.77-1",
        "leaf 4 of 5",
        "paper.example/w",
    ):
        assert words in told.output
    with_key = run("verify-proof", path, "--key", public_log)
    assert with_key.exit_code == 0 and "no witness that is trusted here" in with_key.output
    checkpoint = log.published("cosigned")
    assert checkpoint and checkpoint.note == (settings.MOTCUA_LOG / "checkpoint").read_bytes()


def test_a_witness_that_is_away_delays_nothing_and_is_told_of(
    public_log: notes.Key, settings: Settings
) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    key = notes.signer("w", Ed25519PrivateKey.generate(), type=notes.COSIGNATURE).key
    settings.MOTCUA_LOG_POLICY.write_text(
        f"witness gone {key} http://127.0.0.1:{port}\nquorum gone\n"
    )
    entry = publish(2)
    seen, away = actions.collect(seen={})
    assert seen == {} and "refused" in away["gone"]
    assert publish(1) > entry
    assert log.published("cosigned") is None
    assert proofs.parse(log.proof(entry)).index == 1  # the log's own signature is there


def test_a_lying_witness_is_not_believed(public_log: notes.Key, running: Running) -> None:
    publish(1)
    private = Ed25519PrivateKey.from_private_bytes(b"\x06" * 32)
    liar = notes.signer("paper.example/w", private, type=notes.COSIGNATURE)

    def lie(url: str, body: bytes) -> witnesses.Answer:
        text = proofs.parse_extension(body).checkpoint.text
        return witnesses.Answer(lines=str(notes.sign(text, liar, time=1)).encode())

    seen, away = actions.collect(seen={}, ask=lie)
    assert seen == {} and "none of the keys" in away["paper"]


def test_a_witness_signs_no_second_history_and_no_rollback(
    running: Running, settings: Settings
) -> None:
    publish(3)
    early = log.growth(old=0, note=notes.parse((settings.MOTCUA_LOG / "checkpoint").read_bytes()))
    publish(2)
    assert actions.collect(seen={})[0] == {"paper": 5}
    assert sent(running.url, early.encode()) == (409, "text/x.tlog.size", b"5\n")
    assert sent(running.url, forged(7, settings))[:2] == (409, "text/x.tlog.size")
    body = forged(7, settings).replace(b"old 0", b"old 5")
    assert sent(running.url, body)[0] == 422
    same = forged(5, settings).replace(b"old 0", b"old 5")
    assert sent(running.url, same) == (409, "text/x.tlog.size", b"5\n")
    assert sent(running.url, b"nonsense")[0] == 400
    assert sent(running.url, bytes(200_000))[0] == 413


def test_a_witness_remembers_over_a_restart_and_refuses_a_damaged_memory(
    public_log: notes.Key, tmp_path: Path
) -> None:
    publish(2)
    path = tmp_path / "w" / "state.json"
    memory = witness.Memory(path)
    note = notes.parse(log.place().folder.joinpath("checkpoint").read_bytes())
    told = log.opened(note)
    memory.store(Accepted(told, note))
    with pytest.raises(click.ClickException, match="Another witness"):
        witness.Memory(path)
    memory.close()
    again = witness.Memory(path)
    assert again.seen(public_log.name) == told.head
    assert again.seen("other") is None
    again.close()
    for damaged in ("{", "[]", json.dumps({"other": note.encode().decode()}), '{"x": "y"}'):
        path.write_text(damaged)
        with pytest.raises(click.ClickException, match="second history"):
            witness.Memory(path)


def test_a_witness_that_was_killed_before_it_answered_has_stored_nothing_or_all(
    public_log: notes.Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(1)
    note = notes.parse(log.place().folder.joinpath("checkpoint").read_bytes())
    memory = witness.Memory(tmp_path / "state.json")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("killed")))
    with pytest.raises(OSError, match="killed"):
        memory.store(Accepted(log.opened(note), note))
    memory.close()
    monkeypatch.undo()
    again = witness.Memory(tmp_path / "state.json")
    assert again.seen(public_log.name) is None
    again.close()


def test_growth_since_a_kept_checkpoint_is_verified_offline(
    public_log: notes.Key, tmp_path: Path, settings: Settings
) -> None:
    publish(3)
    kept = tmp_path / "kept"
    kept.write_bytes((settings.MOTCUA_LOG / "checkpoint").read_bytes())
    publish(4)
    path = tmp_path / "growth"
    assert run("growth", kept, "--output", path).exit_code == 0
    told = run("verify-proof", path, "--key", public_log, "--since", kept)
    assert told.exit_code == 0 and "from 3 to 7 leaves" in told.output
    without = run("verify-proof", path, "--key", public_log)
    assert without.exit_code == 1 and "--since" in without.output
    # The log's own key signs another history of the same size: the kept checkpoint gives it away.
    text = Checkpoint(public_log.name, Head(3, leaf_hash(b"other"))).text
    other = notes.Note(text, (notes.sign(text, log.signer(log.place())),))
    kept.write_bytes(other.encode())
    told = run("verify-proof", path, "--key", public_log, "--since", kept)
    assert told.exit_code == 1 and "NOT PROVED" in told.output


def test_a_successor_of_the_log_is_proved_to_begin_with_it(
    public_log: notes.Key, tmp_path: Path, settings: Settings
) -> None:
    publish(3)
    kept, former, path = tmp_path / "kept", tmp_path / "former.vkey", tmp_path / "growth"
    kept.write_bytes((settings.MOTCUA_LOG / "checkpoint").read_bytes())
    former.write_text(f"{public_log}\n")
    settings.MOTCUA_LOG_ORIGIN, settings.MOTCUA_LOG = "test.example/2", tmp_path / "second"
    settings.MOTCUA_KEYS = tmp_path / "keys-2"
    key = run("key").output.strip()
    actions.sequence(at=AT)
    publish(1)
    assert run("growth", kept, "--output", path).exit_code == 1  # of a key that is not its own
    assert run("growth", kept, "--key", former, "--output", path).exit_code == 0
    told = run("verify-proof", path, "--key", key, "--key", former, "--since", kept)
    assert told.exit_code == 0 and "from 3 to 4 leaves" in told.output
    alone = run("verify-proof", path, "--key", key, "--since", kept)
    assert alone.exit_code == 1


def test_a_document_is_tied_to_its_entry_by_its_hash(public_log: notes.Key, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"the decision")
    entry = publish(1, digest=hashlib.sha256(b"another decision").hexdigest())
    path = tmp_path / "proof"
    run("proof", entry, "--output", path)
    told = run("verify-proof", path, "--key", public_log, "--file", paper)
    assert told.exit_code == 1 and "its hash is another" in told.output
    own = hashlib.sha256(b"the decision").hexdigest()
    run("proof", publish(1, digest=own), "--output", path)
    told = run("verify-proof", path, "--key", public_log, "--file", paper)
    assert told.exit_code == 0 and "the entry tells its SHA-256" in told.output


@pytest.mark.parametrize("change", [b"leaf", b"hash", b"root", b"key", b"cut", b"large"])
def test_a_tampered_proof_is_not_proved(
    public_log: notes.Key, tmp_path: Path, change: bytes
) -> None:
    proof = proofs.parse(log.proof(publish(5)))
    path = tmp_path / "proof"
    key: object = public_log
    match change:
        case b"leaf":
            extra = proof.extra.replace(b"H26.77-1", b"H26.77-2")
            path.write_bytes(
                proofs.Proof(proof.index, proof.hashes, proof.checkpoint, extra).encode()
            )
        case b"hash":
            hashes = (bytes(32), *proof.hashes[1:])
            path.write_bytes(
                proofs.Proof(proof.index, hashes, proof.checkpoint, proof.extra).encode()
            )
        case b"root":
            path.write_bytes(proof.encode().replace(b"\n5\n", b"\n6\n"))
        case b"key":
            path.write_bytes(proof.encode())
            key = notes.signer(public_log.name, Ed25519PrivateKey.generate()).key
        case b"cut":
            path.write_bytes(proof.encode()[:-20])
        case _:
            path.write_bytes(bytes(300_000))
    told = run("verify-proof", path, "--key", key)
    assert told.exit_code == 1 and "NOT PROVED" in told.output


def test_what_cannot_be_tried_says_what_to_give(
    public_log: notes.Key, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "proof"
    path.write_bytes(log.proof(publish(1)))
    assert "--key" in run("verify-proof", path).output
    assert "no key of the form" in run("verify-proof", path, "--key", "a+b").output
    bad = tmp_path / "policy"
    bad.write_text("nonsense")
    assert "line 1" in run("verify-proof", path, "--policy", bad).output
    assert "is no checkpoint" in run("growth", bad).output
    assert run("key").output == f"{public_log}\n"
    told = CliRunner().invoke(cli.main, ["log", "proof", "999999999"])
    assert told.exit_code == 1
    settings.MOTCUA_LOG_POLICY.write_text("nonsense")
    with pytest.raises(LogPolicyUnreadable, match="line 1"):
        actions.collect(seen={})


def test_the_demo_makes_a_witness_with_its_policy_once(
    public_log: notes.Key, settings: Settings
) -> None:
    witness.ensure_demo(public_log)
    text = settings.MOTCUA_LOG_POLICY.read_text()
    witness.ensure_demo(public_log)
    assert settings.MOTCUA_LOG_POLICY.read_text() == text
    made = policy.parse(text)
    assert made.logs == (public_log,) and made.quorum == "demo"
    assert made.witnesses[0].url.startswith("http://127.0.0.1:")
