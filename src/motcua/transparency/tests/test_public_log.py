"""The public log: every entry gets its one place, and a stop at any point makes no second history."""

import contextlib
import json
import random
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import Settings

from motcua.engines.merkle import check, checkpoints, edge, notes, proofs, tiles
from motcua.engines.merkle.model import Head, leaf_hash
from motcua.engines.merkle.tiles import ENTRIES, Tile
from motcua.transparency import actions, errors, models, queries, rules
from motcua.transparency.adapters import folder, keys
from motcua.transparency.queries import log
from motcua.transparency.values import Leaf

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of these tests."""

    number: int
    words: str = ""


def append(count: int, *, words: str = "", personal: bool = False) -> list[int]:
    with transaction.atomic():
        return [
            actions.append(
                Happened(number, words),
                by="tester",
                at=AT,
                subject="X",
                personal={"name": f"Người {number}"} if personal else None,
            )
            for number in range(count)
        ]


def sequenced(count: int, *, limit: int = actions.BATCH) -> Head:
    """Sequence until so many leaves are published; other tests hold transactions open beside this."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        actions.sequence(at=AT, limit=limit)
        found = log.published()
        if found and found.size >= count:
            assert found.size == count
            return Head(found.size, found.root)
        time.sleep(0.05)
    raise AssertionError(f"{count} leaves were not published")


def leaves_on_disk(where: Path, size: int) -> list[bytes]:
    found: list[bytes] = []
    for index in range((size + 255) // 256):
        tile = Tile(ENTRIES, index, tiles.width(ENTRIES, index, size=size))
        found += tiles.unbundle(folder.read(where, tile), tile=tile)
    return found


def assert_whole(where: Path, head: Head) -> None:
    """Check that bundles, tiles and checkpoint are one tree, and every entry has its one place."""
    data = leaves_on_disk(where, head.size)
    now, written = edge.grow(edge.Edge(), [leaf_hash(each) for each in data])
    assert now.head == head
    for tile, content in written:
        assert folder.read(where, tile) == content
    ids = [rules.leaf_fields(each)["id"] for each in data]
    order = models.Entry.objects.order_by("transaction", "id").values_list("id", flat=True)
    assert ids == list(order[: head.size])


def test_entries_take_their_places_in_the_order_of_the_log(
    public_log: notes.Key, settings: Settings
) -> None:
    append(3)
    first = sequenced(3)
    append(600)
    head = sequenced(603, limit=250)
    assert_whole(settings.MOTCUA_LOG, head)
    note = notes.parse((settings.MOTCUA_LOG / "checkpoint").read_bytes())
    assert checkpoints.opened(note, [public_log]).head == head
    growth = log.growth(old=3, note=note)
    check.consistency(old=first, new=head, proof=growth.hashes)
    assert actions.sequence(at=AT) == 0


def test_nothing_to_publish_makes_no_checkpoint(public_log: notes.Key) -> None:
    assert actions.sequence(at=AT) == 0
    assert log.published() is None


def test_a_proof_file_verifies_with_the_public_key_alone(public_log: notes.Key) -> None:
    ids = append(300, personal=True)
    head = sequenced(300)
    for number in (0, 255, 256, 299):
        proof = proofs.parse(log.proof(ids[number]))
        assert proofs.verify(proof, proof.extra, [public_log]).head == head
        told = rules.leaf_fields(proof.extra)
        assert (told["id"], told["kind"]) == (ids[number], "transparency.Happened")
        assert told["commitment"] and "Người" not in proof.extra.decode()


def test_erasing_the_personal_part_breaks_no_proof(
    public_log: notes.Key, settings: Settings
) -> None:
    (entry,) = append(1, personal=True)
    head = sequenced(1)
    before = log.proof(entry)
    actions.erase_personal_part(entry)
    assert log.proof(entry) == before
    shutil.rmtree(settings.MOTCUA_LOG)  # and the tree is the same when it is built anew
    assert sequenced(1) == head


def test_an_entry_that_was_just_written_has_no_proof_yet(public_log: notes.Key) -> None:
    (entry,) = append(1)
    with pytest.raises(errors.NotYetInLog, match="vài giây"):
        log.proof(entry)


def test_a_leaf_says_all_that_must_not_change_in_one_canonical_form(public_log: notes.Key) -> None:
    (entry_id,) = append(1)
    entry = queries.get(entry_id)
    leaf = Leaf(0, entry, bytes(16), AT)
    data = rules.leaf(leaf)
    assert data == rules.leaf(Leaf(0, queries.get(entry_id), bytes(16), AT))
    assert json.loads(data) == {
        "version": 1,
        "id": entry.id,
        "transaction": entry.transaction,
        "kind": "transparency.Happened",
        "at": "2026-11-23T02:00:00.000000+00:00",
        "by": "tester",
        "authority": "",
        "subject": "X",
        "facts": {"number": 0, "words": ""},
        "commitment": "",
        "salt": "00" * 16,
        "sequenced_at": "2026-11-23T02:00:00.000000+00:00",
    }
    assert rules.leaf(Leaf(0, entry, b"\x01" * 16, AT)) != data


def test_facts_too_long_for_a_leaf_stand_there_as_their_digest(
    public_log: notes.Key, settings: Settings
) -> None:
    (entry_id,) = append(1, words="dài " * 30_000)
    head = sequenced(1)
    assert_whole(settings.MOTCUA_LOG, head)
    told = rules.leaf_fields(proofs.parse(log.proof(entry_id)).extra)
    assert "facts" not in told and len(str(told["facts_sha256"])) == 64


@pytest.mark.parametrize(
    "statement", ["UPDATE transparency_leaf SET index = 7", "DELETE FROM transparency_leaf"]
)
def test_the_database_refuses_to_move_a_leaf(public_log: notes.Key, statement: str) -> None:
    append(1)
    sequenced(1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_write_it_goes_on_with_the_same_history(
    public_log: notes.Key, settings: Settings, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    seen: list[Head] = []
    total = 0
    real = folder._write
    left = [0]

    def write(target: Path, content: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            target.with_name(target.name + ".new").write_bytes(content[: len(content) // 2])
            raise Killed
        real(target, content)

    monkeypatch.setattr(folder, "_write", write)
    for _ in range(6):
        count = chance.choice([1, 7, 130, 300])
        append(count)
        total += count
        left[0] = chance.randrange(0, 6)
        with contextlib.suppress(Killed):
            actions.sequence(at=AT + timedelta(seconds=chance.randrange(9)))
        found = log.published()
        if found:
            head = Head(found.size, found.root)
            assert log.edge_of(log.place(), head.size).head == head  # all it speaks of is there
            seen.append(head)
    left[0] = 10_000
    last = sequenced(total)
    assert_whole(settings.MOTCUA_LOG, last)
    note = notes.parse((settings.MOTCUA_LOG / "checkpoint").read_bytes())
    for head in seen:
        check.consistency(old=head, new=last, proof=log.growth(old=head.size, note=note).hashes)


def test_two_sequencers_at_once_make_one_history(public_log: notes.Key, settings: Settings) -> None:
    append(200)
    failed: list[Exception] = []

    def run() -> None:
        try:
            for _ in range(10):
                actions.sequence(at=AT, limit=23)
        except (errors.LogDiverged, errors.LogDamaged, IntegrityError) as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert_whole(settings.MOTCUA_LOG, sequenced(200))


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Work as a superuser who puts the triggers aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_older_backup_of_the_database_is_not_published_over(
    public_log: notes.Key, settings: Settings, unguarded: None
) -> None:
    append(10)
    head = sequenced(10)
    models.Leaf.objects.filter(index__gte=7).delete()
    with pytest.raises(errors.LogDiverged, match="the database has fewer"):
        actions.sequence(at=AT)
    found = log.published()
    assert found and Head(found.size, found.root) == head


def test_another_history_in_the_database_is_not_published(
    public_log: notes.Key, settings: Settings, unguarded: None
) -> None:
    ids = append(10)
    sequenced(10)
    models.Leaf.objects.filter(index__gte=7).delete()
    models.Entry.objects.filter(pk__in=ids[7:]).delete()
    models.Reader.objects.filter(pk="sequencer").update(
        transaction=queries.get(ids[6]).transaction, entry=ids[6]
    )
    append(4)
    with pytest.raises(errors.LogDiverged):
        for _ in range(100):
            actions.sequence(at=AT)
            time.sleep(0.05)
    found = log.published()
    assert found and found.size == 10


def test_an_entry_changed_before_it_is_published_stops_the_log_and_is_named(
    public_log: notes.Key, monkeypatch: pytest.MonkeyPatch, unguarded: None
) -> None:
    ids = append(3)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_publish", lambda *_, **__: 0)
        for _ in range(100):
            actions.sequence(at=AT)
            if models.Leaf.objects.count() == 3:
                break
            time.sleep(0.05)
    models.Entry.objects.filter(pk=ids[1]).update(subject="Y")
    with pytest.raises(errors.EntryChanged, match=str(ids[1])):
        actions.sequence(at=AT)
    assert log.published() is None


def test_a_damaged_folder_is_told_and_nothing_is_built_on_it(
    public_log: notes.Key, settings: Settings
) -> None:
    append(5)
    sequenced(5)
    tile = settings.MOTCUA_LOG / "tile/0/000.p/5"
    tile.write_bytes(bytes(5 * 32))
    append(1)
    with pytest.raises(errors.LogDamaged, match="do not lead to the signed root"):
        actions.sequence(at=AT)
    tile.write_bytes(b"short")
    with pytest.raises(errors.LogDamaged, match="bytes instead of"):
        actions.sequence(at=AT)
    (settings.MOTCUA_LOG / "checkpoint").write_text("nonsense")
    with pytest.raises(errors.LogDamaged, match="checkpoint"):
        actions.sequence(at=AT)


def test_a_checkpoint_of_another_log_is_not_built_on(
    public_log: notes.Key, settings: Settings
) -> None:
    append(2)
    sequenced(2)
    settings.MOTCUA_LOG_ORIGIN = "other.example/log"
    append(1)
    with pytest.raises(errors.LogDiverged):
        actions.sequence(at=AT)
    settings.MOTCUA_LOG_ORIGIN = ""
    with pytest.raises(errors.LogNotSetUp):
        actions.sequence(at=AT)


def test_without_its_key_or_with_a_wrong_passphrase_nothing_is_published(
    public_log: notes.Key, settings: Settings
) -> None:
    append(1)
    settings.MOTCUA_KEYS_PASSPHRASE = "wrong"
    with pytest.raises(errors.LogKeyUnreadable):
        actions.sequence(at=AT)
    settings.MOTCUA_KEYS = settings.MOTCUA_KEYS / "none"
    with pytest.raises(errors.LogKeyUnreadable, match="motcua log key"):
        actions.sequence(at=AT)
    assert models.Leaf.objects.count() == 0


def test_the_key_is_made_once_private_and_encrypted(
    public_log: notes.Key, settings: Settings
) -> None:
    path = settings.MOTCUA_KEYS / "log.key"
    assert path.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in path.read_bytes()
    assert actions.make_key() == public_log == log.key()
    settings.MOTCUA_KEYS_PASSPHRASE = ""
    with pytest.raises(errors.LogKeyUnreadable):
        keys.ensure(path.with_name("new.key"), name="x", passphrase="")


def test_the_log_is_served_as_tlog_tiles_says(
    public_log: notes.Key, settings: Settings, client: Client
) -> None:
    assert client.get("/log/checkpoint").status_code == 404
    append(300)
    sequenced(300)
    answer = client.get("/log/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=2" in answer["Cache-Control"]
    assert checkpoints.opened(notes.parse(answer.content), [public_log]).head.size == 300
    assert client.get("/log/key").content.decode() == f"{public_log}\n"
    for path, size in (("0/000", 8192), ("0/001.p/44", 44 * 32), ("1/000.p/1", 32)):
        answer = client.get(f"/log/tile/{path}")
        assert (answer.status_code, len(answer.content)) == (200, size)
        assert answer["Content-Type"] == "application/octet-stream"
        assert "immutable" in answer["Cache-Control"]
    assert len(client.get("/log/tile/0/000.p/9").content) == 9 * 32  # gave way to the full one
    for path in ("0/002", "0/001.p/45", "0/../../checkpoint", "9/000", "0/0", "entries/000"):
        assert client.get(f"/log/tile/{path}").status_code == 404
    settings.MOTCUA_LOG_ENTRIES = True
    bundle = client.get("/log/tile/entries/001.p/44").content
    assert len(tiles.unbundle(bundle, tile=Tile(ENTRIES, 1, 44))) == 44
