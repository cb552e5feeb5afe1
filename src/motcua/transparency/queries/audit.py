"""The audit: the whole log against its published tree, and the tables against the log.

What is true is the tree: it is held against checkpoints that witnesses signed and that were kept
elsewhere. The database is what is being audited, and believed in nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F, OuterRef, Q, Subquery

from motcua.engines.merkle import edge, notes, policy, tiles
from motcua.engines.merkle.errors import MerkleError
from motcua.engines.merkle.model import Head, leaf_hash
from motcua.engines.merkle.tiles import ENTRIES, WIDTH, Tile
from motcua.transparency import models, queries, rules
from motcua.transparency.adapters import folder
from motcua.transparency.errors import NoSuchTile, NotYetInLog
from motcua.transparency.queries import log
from motcua.transparency.values import Finding

Progress = Callable[[int, int], None]  # leaves done, leaves in all
EMPTY_EDGE = edge.Edge()
CODES = {"transaction": "entry-reordered", "at": "entry-back-dated"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is audited and against what."""

    folder: Path  # of the published log, or of a copy that was kept elsewhere
    trusted: policy.Policy
    kept: tuple[notes.Note, ...] = ()  # checkpoints that were kept elsewhere
    tolerance: timedelta = timedelta(days=1)  # between what an entry says and when it came


@dataclass(slots=True)
class _State:
    """What is known while the audit walks."""

    size: int
    heads: Mapping[int, Head]  # by size: what the tree must be there
    grown: edge.Edge = EMPTY_EDGE  # the tree built anew so far
    latest: datetime | None = None  # moment of the entries so far
    last: tuple[int, int] = (0, 0)  # place in the order of the log
    moved: set[int] = field(
        default_factory=set
    )  # entries that are in the tree, but not at their row


def walk(scope: Scope, *, progress: Progress) -> Iterator[Finding]:
    """Yield everything that is wrong with the log; raises NotYetInLog when none was published."""
    note = folder.note(scope.folder, folder.CHECKPOINT)
    if note is None:
        raise NotYetInLog()
    try:
        head = policy.believe(note, policy.Policy(logs=scope.trusted.logs)).told.head
    except MerkleError as error:
        yield Finding("checkpoint-untrusted", f"the published checkpoint: {error}")
        return
    heads = {head.size: head}
    for kept in scope.kept:
        yield from _keep(kept, scope.trusted, heads, head.size)
    state = _State(head.size, heads)
    for index in range((head.size + WIDTH - 1) // WIDTH):
        yield from _tile(scope, state, index)
        progress(min((index + 1) * WIDTH, head.size), head.size)
    yield from _end(scope, state)
    yield from _inserted(state)
    yield from _personal_parts()


def _keep(
    kept: notes.Note, trusted: policy.Policy, heads: dict[int, Head], size: int
) -> Iterator[Finding]:
    """Note what a kept checkpoint demands of the tree, or yield what is wrong with it."""
    try:
        told = policy.believe(kept, trusted).told
    except MerkleError as error:
        yield Finding("checkpoint-untrusted", f"a kept checkpoint: {error}")
        return
    if told.head.size > size:
        said = f"the log had {told.head.size} leaves when this was kept, and has {size} now"
        yield Finding("log-cut", said)
    elif heads.setdefault(told.head.size, told.head) != told.head:
        yield _other_history(told.head.size)


def _tile(scope: Scope, state: _State, index: int) -> Iterator[Finding]:
    """Audit 256 leaves: their hashes in the tree, what they said, what the tables say now."""
    wide = tiles.width(0, index, size=state.size)
    tile = Tile(0, index, wide)
    try:
        hashes = tiles.hashes(folder.read(scope.folder, tile), tile=tile)
    except (MerkleError, NoSuchTile) as error:
        yield Finding("tile-damaged", f"{tile.path}: {error}")
        hashes = (bytes(32),) * wide
    yield from _heads_on_the_way(state, hashes)
    data, findings = _bundle(scope, index, hashes)
    yield from findings
    yield from _rows(scope, state, index * WIDTH, hashes, data)
    state.grown, written = edge.grow(state.grown, hashes)
    for made, content in written:
        if made.level and made.width == WIDTH:
            yield from _same(scope, made, content)


def _heads_on_the_way(state: _State, hashes: Sequence[bytes]) -> Iterator[Finding]:
    begin = state.grown.size
    for size, head in sorted(state.heads.items()):
        if not begin < size <= begin + len(hashes):
            continue
        if edge.grow(state.grown, hashes[: size - begin])[0].head != head:
            yield _other_history(size)


def _other_history(size: int) -> Finding:
    said = (
        f"the tree of the first {size} leaves is not the one that was signed: the published log was"
        " rewritten. A copy of its folder that was kept elsewhere names the entries (--folder)"
    )
    return Finding("tree-changed", said)


def _bundle(
    scope: Scope, index: int, hashes: Sequence[bytes]
) -> tuple[Sequence[bytes | None], Sequence[Finding]]:
    """Return the leaves whose data is what the tree holds, and what is wrong with the others."""
    tile = Tile(ENTRIES, index, len(hashes))
    try:
        data = tiles.unbundle(folder.read(scope.folder, tile), tile=tile)
    except (MerkleError, NoSuchTile) as error:
        finding = Finding("bundle-damaged", f"{tile.path}: {error}")
        return [None] * len(hashes), [finding]
    good = [
        each if leaf_hash(each) == wanted else None
        for each, wanted in zip(data, hashes, strict=True)
    ]
    said = "the stored leaf {} is not what the tree holds"
    return good, [
        Finding("bundle-damaged", said.format(index * WIDTH + at))
        for at, each in enumerate(good)
        if each is None
    ]


def _rows(
    scope: Scope,
    state: _State,
    first: int,
    hashes: Sequence[bytes],
    data: Sequence[bytes | None],
) -> Iterator[Finding]:
    """Hold the tables against leaves: the row of the leaf, and the entry that the leaf tells of."""
    told = [rules.leaf_fields(each) if each is not None else None for each in data]
    leaves = models.Leaf.objects.select_related("entry").filter(
        index__gte=first, index__lt=first + len(hashes)
    )
    by_index = {row.index: row for row in leaves}
    ids = [int(str(each["id"])) for each in told if each is not None]
    entries = {row.pk: row for row in models.Entry.objects.filter(pk__in=ids)}
    for at, said in enumerate(told):
        row = by_index.get(first + at)
        if said is not None:
            yield from _late(scope, state, said)
            state.last = (int(str(said["transaction"])), int(str(said["id"])))
        if row is not None and leaf_hash(log.data(row)) == hashes[at]:
            continue
        if said is None:
            text = f"leaf {first + at} differs; what it said cannot be read from this folder"
            yield Finding("entry-changed", text, row.entry_id if row else None)
        else:
            yield from _differs(state, first + at, said, row, entries.get(int(str(said["id"]))))


def _differs(
    state: _State,
    index: int,
    said: Mapping[str, object],
    row: models.Leaf | None,
    entry: models.Entry | None,
) -> Iterator[Finding]:
    """Name what differs between a leaf and the tables."""
    number, subject = int(str(said["id"])), str(said["subject"])
    if entry is None:
        text = f"{said['kind']} of {said['at']} was removed from the table"
        yield Finding("entry-removed", text, number, subject)
        return
    if row is None or row.entry_id != number:
        state.moved.add(number)
        text = f"the row of leaf {index} " + (
            "is gone" if row is None else f"points to entry {row.entry_id} now"
        )
        yield Finding("leaf-changed", text, number, subject)
    now = rules.leaf_fields_now(queries.entry(entry), like=said)
    names = list(_differing(said, now))
    for name, was, held in names:
        text = f"{name}: the log says {_short(was)}, the table says {_short(held)}"
        yield Finding(CODES.get(name, "entry-changed"), text, number, subject)
    if not names and row is not None and row.entry_id == number:
        text = f"the salt, time or hash in the row of leaf {index} was changed"
        yield Finding("leaf-changed", text, number, subject)


def _differing(
    said: Mapping[str, object], now: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    """Yield the fields that differ, the facts one by one: name, what was said, what is said now."""
    for name, held in now.items():
        was = said.get(name)
        if isinstance(was, dict) and isinstance(held, dict):
            for fact in sorted(was.keys() | held.keys()):
                if was.get(fact) != held.get(fact):
                    yield f"facts.{fact}", was.get(fact), held.get(fact)
        elif was != held:
            yield name, was, held


def _late(scope: Scope, state: _State, said: Mapping[str, object]) -> Iterator[Finding]:
    """Yield an entry that says a moment long before those that were in the log already."""
    at = datetime.fromisoformat(str(said["at"]))
    came = datetime.fromisoformat(str(said["sequenced_at"]))
    if state.latest and at < state.latest - scope.tolerance:
        text = f"says {at.isoformat()}, and came into the log after entries of {state.latest.isoformat()}"
        yield Finding("entry-back-dated", text, int(str(said["id"])), str(said["subject"]))
    if at <= came + scope.tolerance:  # a clock that was ahead once does not make others late
        state.latest = max(at, state.latest or at)


def _end(scope: Scope, state: _State) -> Iterator[Finding]:
    """Hold the last tile of each level against the tree that was built anew."""
    for level, row in enumerate(state.grown.rows):
        index = (state.size >> (tiles.HEIGHT * level)) // WIDTH
        if row and level:
            yield from _same(scope, Tile(level, index, len(row)), b"".join(row))


def _same(scope: Scope, tile: Tile, content: bytes) -> Iterator[Finding]:
    try:
        held = folder.read(scope.folder, tile)
    except (MerkleError, NoSuchTile) as error:
        yield Finding("tile-damaged", f"{tile.path}: {error}")
        return
    if held != content:
        yield Finding("tile-damaged", f"{tile.path} does not follow from the leaves")


def _inserted(state: _State) -> Iterator[Finding]:
    """Yield entries that stand in the table before the end of the published log, but not in it.

    Those past its end wait for the sequencer: they are no finding.
    """
    leaf = models.Leaf.objects.filter(entry_id=OuterRef("pk")).values("index")[:1]
    rows = models.Entry.objects.annotate(leaf=Subquery(leaf)).order_by("transaction", "id")
    before = rows.filter(Q(leaf=None) | Q(leaf__gte=state.size), transaction__lte=state.last[0])
    for row in before.iterator(chunk_size=queries.TOGETHER):
        if (row.transaction, row.pk) > state.last or row.pk in state.moved:
            continue
        text = f"{row.kind} of {rules.moment(row.at)} stands in the table, and not in the log"
        yield Finding("entry-inserted", text, row.pk, row.subject)


def _personal_parts() -> Iterator[Finding]:
    """Yield personal parts that are not what was committed to; an erased one is no finding."""
    parts = models.PersonalPart.objects.annotate(
        committed=F("entry__commitment"), subject=F("entry__subject")
    )
    for part in parts.iterator(chunk_size=queries.TOGETHER):
        if rules.commitment(part.content, salt=bytes(part.salt)) != bytes(part.committed):
            text = "the personal part is not the one that was committed to"
            yield Finding("personal-part-changed", text, part.pk, part.subject)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 300 else f"{text[:300]} ..."
