"""The audit: whatever somebody with full rights to the database does to the log is found and named."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from pytest_django import Settings

from motcua.engines.merkle import notes, policy, proofs
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import NotProved, Untrusted
from motcua.engines.merkle.model import Head, leaf_hash
from motcua.transparency import actions, models
from motcua.transparency.adapters import folder
from motcua.transparency.errors import NotYetInLog
from motcua.transparency.queries import audit, log
from motcua.transparency.values import Finding

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WITNESS = notes.signer(
    "paper.example/w", Ed25519PrivateKey.from_private_bytes(b"\x07" * 32), type=notes.COSIGNATURE
)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of these tests."""

    number: int


def append(count: int, *, at: datetime = AT) -> list[int]:
    with transaction.atomic():
        return [
            actions.append(
                Happened(number),
                by="tester",
                at=at,
                subject=f"S{number}",
                personal={"name": "Hạnh"},
            )
            for number in range(count)
        ]


def publish(size: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        actions.sequence(at=AT)
        found = log.published()
        if found and found.size >= size:
            return
        time.sleep(0.05)
    raise AssertionError("not published in time")


@pytest.fixture
def ids(public_log: notes.Key) -> list[int]:
    """Give the entries of a log of 300 leaves."""
    made = append(300)
    publish(300)
    return made


@pytest.fixture
def rogue(ids: list[int]) -> Iterator[Callable[..., None]]:
    """Give a superuser's statement, with the triggers put aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        cursor.execute("SET session_replication_role = DEFAULT")


def scope(key: notes.Key, *kept: notes.Note, where: Path | None = None) -> audit.Scope:
    return audit.Scope(
        folder=where or log.place().folder, trusted=policy.Policy(logs=(key,)), kept=kept
    )


def found(key: notes.Key, *kept: notes.Note, where: Path | None = None) -> list[Finding]:
    return list(audit.walk(scope(key, *kept, where=where), progress=lambda done, total: None))


def codes(findings: list[Finding]) -> list[tuple[str, int | None, str]]:
    return [(each.code, each.entry_id, each.subject) for each in findings]


def newest() -> notes.Note:
    note = folder.note(log.place().folder, "checkpoint")
    assert note
    return note


def test_an_untouched_log_has_no_findings_and_tells_how_far_it_is(
    public_log: notes.Key, ids: list[int]
) -> None:
    seen: list[tuple[int, int]] = []
    walked = audit.walk(scope(public_log), progress=lambda done, total: seen.append((done, total)))
    assert list(walked) == []
    assert seen == [(256, 300), (300, 300)]
    append(2)  # what waits for its place is no finding
    assert found(public_log) == []


def test_there_is_nothing_to_audit_before_the_first_checkpoint(public_log: notes.Key) -> None:
    with pytest.raises(NotYetInLog):
        found(public_log)


def test_a_changed_entry_is_named_with_what_differs(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue(
        "UPDATE transparency_entry SET facts = '{\"number\": 7}', by = 'nobody' WHERE id = %s",
        [ids[270]],
    )
    findings = found(public_log)
    assert codes(findings) == [("entry-changed", ids[270], "S270")] * 2
    assert [each.said for each in findings] == [
        "by: the log says tester, the table says nobody",
        "facts.number: the log says 270, the table says 7",
    ]


def test_a_back_dated_entry_is_named(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue("UPDATE transparency_entry SET at = at - interval '9 days' WHERE id = %s", [ids[5]])
    (finding,) = found(public_log)
    assert (finding.code, finding.entry_id) == ("entry-back-dated", ids[5])
    assert "2026-11-23" in finding.said and "2026-11-14" in finding.said


def test_an_entry_appended_with_a_moment_long_past_is_named(
    public_log: notes.Key, ids: list[int]
) -> None:
    (late,) = append(1, at=AT - timedelta(days=30))
    (soon,) = append(1, at=AT - timedelta(hours=1))
    publish(302)
    assert [(each.code, each.entry_id) for each in found(public_log)] == [
        ("entry-back-dated", late)
    ]
    assert soon


def test_a_removed_entry_is_named(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue("DELETE FROM transparency_personalpart WHERE entry_id = %s", [ids[256]])
    rogue("DELETE FROM transparency_entry WHERE id = %s", [ids[256]])
    assert codes(found(public_log)) == [("entry-removed", ids[256], "S256")]
    rogue("DELETE FROM transparency_leaf WHERE entry_id = %s", [ids[256]])
    assert codes(found(public_log)) == [("entry-removed", ids[256], "S256")]


def test_an_inserted_entry_is_named_also_with_a_forged_row_of_a_leaf(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue(
        "INSERT INTO transparency_entry (id, transaction, kind, at, by, authority, subject, facts,"
        " commitment) SELECT -5, transaction, kind, at, by, authority, 'forged', facts, ''"
        " FROM transparency_entry WHERE id = %s",
        [ids[100]],
    )
    assert codes(found(public_log)) == [("entry-inserted", -5, "forged")]
    rogue("INSERT INTO transparency_leaf VALUES (300, '', now(), '', -5)")
    assert ("entry-inserted", -5, "forged") in codes(found(public_log))
    rogue("DELETE FROM transparency_leaf WHERE index = 300")
    rogue("UPDATE transparency_leaf SET entry_id = -5 WHERE index = 100")
    ((code, entry, _),) = codes(found(public_log))
    assert (code, entry) == ("leaf-changed", ids[100])
    assert "entry -5" in found(public_log)[0].said


def test_entries_turned_around_are_named(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue("UPDATE transparency_entry SET transaction = transaction - 1 WHERE id = %s", [ids[2]])
    assert codes(found(public_log)) == [("entry-reordered", ids[2], "S2")]


def test_leaves_that_changed_places_are_named(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue("UPDATE transparency_leaf SET entry_id = -entry_id WHERE index IN (1, 2)")
    rogue("UPDATE transparency_leaf SET entry_id = %s WHERE index = 1", [ids[2]])
    rogue("UPDATE transparency_leaf SET entry_id = %s WHERE index = 2", [ids[1]])
    assert [(code, entry) for code, entry, _ in codes(found(public_log))] == [
        ("leaf-changed", ids[1]),
        ("leaf-changed", ids[2]),
    ]


def test_a_changed_salt_is_named(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None]
) -> None:
    rogue("UPDATE transparency_leaf SET salt = 'x' WHERE index = 9")
    assert codes(found(public_log)) == [("leaf-changed", ids[9], "S9")]


def test_a_changed_personal_part_is_named_and_an_erased_one_is_none(
    public_log: notes.Key, ids: list[int]
) -> None:
    actions.erase_personal_part(ids[3])
    assert found(public_log) == []
    models.PersonalPart.objects.filter(pk=ids[4]).update(content={"name": "Ai đó khác"})
    assert codes(found(public_log)) == [("personal-part-changed", ids[4], "S4")]


def rewritten(key: notes.Key, ids: list[int], rogue: Callable[..., None]) -> None:
    """Rewrite the past with everything: the database, the folder and the log's own key."""
    rogue("UPDATE transparency_entry SET subject = 'other' WHERE id = %s", [ids[50]])
    row = models.Leaf.objects.select_related("entry").get(index=50)
    hashed = leaf_hash(log.data(row))
    rogue("UPDATE transparency_leaf SET hash = %s WHERE index = 50", [hashed])
    shutil.rmtree(log.place().folder)
    publish(300)


def test_a_rewritten_log_is_found_by_a_checkpoint_kept_elsewhere(
    public_log: notes.Key, ids: list[int], rogue: Callable[..., None], tmp_path: Path
) -> None:
    kept = newest()
    copy = tmp_path / "copy"
    shutil.copytree(log.place().folder, copy)
    append(10)
    publish(310)
    rewritten(public_log, ids, rogue)
    publish(310)
    assert found(public_log) == []  # what only believes this machine sees nothing
    (finding,) = found(public_log, kept)
    assert finding.code == "tree-changed" and "first 300 leaves" in finding.said
    assert ("entry-changed", ids[50], "S50") in codes(found(public_log, where=copy))


def test_a_log_cut_short_is_found(public_log: notes.Key, ids: list[int]) -> None:
    kept = newest()
    text = Checkpoint(public_log.name, Head(301, bytes(32))).text
    longer = notes.Note(text, (notes.sign(text, log.signer(log.place())),))
    assert [each.code for each in found(public_log, longer)] == ["log-cut"]
    other = Checkpoint(public_log.name, Head(300, bytes(32))).text
    forked = notes.Note(other, (notes.sign(other, log.signer(log.place())),))
    assert [each.code for each in found(public_log, forked)] == ["tree-changed"]
    assert found(public_log, kept) == []


def test_a_kept_checkpoint_that_no_witness_signed_is_not_believed(
    public_log: notes.Key, ids: list[int]
) -> None:
    trusted = policy.parse(f"log {public_log}\nwitness w {WITNESS.key}\nquorum w\n")
    kept = newest()
    seen = notes.merge(kept, [notes.sign(kept.text, WITNESS, time=1)])
    for note, expected in ((kept, ["checkpoint-untrusted"]), (seen, [])):
        walked = audit.walk(
            audit.Scope(log.place().folder, trusted, (note,)), progress=lambda done, total: None
        )
        assert [each.code for each in walked] == expected


def test_a_checkpoint_of_another_key_ends_the_audit(ids: list[int]) -> None:
    stranger = notes.signer("test.example/log", Ed25519PrivateKey.generate()).key
    assert [each.code for each in found(stranger)] == ["checkpoint-untrusted"]


@pytest.mark.parametrize(
    "path, code",
    [
        ("tile/0/000", "tile-damaged"),
        ("tile/0/001.p/44", "tile-damaged"),
        ("tile/1/000.p/1", "tile-damaged"),
        ("tile/entries/000", "bundle-damaged"),
        ("tile/entries/001.p/44", "bundle-damaged"),
    ],
)
def test_a_damaged_folder_is_found(
    public_log: notes.Key, ids: list[int], settings: Settings, path: str, code: str
) -> None:
    target = settings.MOTCUA_LOG / path
    target.write_bytes(target.read_bytes()[:-1])
    assert code in [each.code for each in found(public_log)]
    target.unlink()
    assert code in [each.code for each in found(public_log)]


def test_a_successor_with_another_key_holds_the_whole_of_the_log_before_it(
    public_log: notes.Key, ids: list[int], settings: Settings, tmp_path: Path
) -> None:
    kept = newest()
    settings.MOTCUA_LOG_ORIGIN = "test.example/log/2"
    settings.MOTCUA_LOG = tmp_path / "second"
    (settings.MOTCUA_KEYS / "log.key").rename(tmp_path / "former.key")
    (settings.MOTCUA_KEYS / "log.vkey").rename(tmp_path / "former.vkey")
    successor = actions.make_key()
    assert (successor.name, successor.id) != (public_log.name, public_log.id)
    append(3)
    publish(303)
    both = policy.Policy(logs=(successor, public_log))
    scope = audit.Scope(folder=log.place().folder, trusted=both, kept=(kept,))
    assert list(audit.walk(scope, progress=lambda done, total: None)) == []
    old = policy.believe(kept, both).told.head
    proof = log.growth(old=old.size, note=newest())
    assert proofs.verify_extension(proof, old, (successor,)).head.size == 303
    with pytest.raises(NotProved):
        proofs.verify_extension(proof, Head(old.size, bytes(32)), (successor,))
    with pytest.raises(Untrusted):  # the key of before signs for nobody any more
        proofs.verify_extension(proof, old, (public_log,))
