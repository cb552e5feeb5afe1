"""Trees: the published vectors, and the laws that hold for every tree."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.merkle import check, edge, tiles, tree
from motcua.engines.merkle.errors import Malformed, NotProved
from motcua.engines.merkle.model import EMPTY, EMPTY_ROOT, Head, leaf_hash, node_hash
from motcua.engines.merkle.tiles import Tile

# The eight leaves and roots that tests of RFC 6962 share: certificate-transparency's reference
# implementation and transparency-dev/merkle, proof/verify_test.go (Apache-2.0).
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(each)
    for each in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = [  # leaf counted from 1, size, proof
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (3, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        2,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 8, INCLUSION[0][2]),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]
SIZES = st.integers(1, 700)


def leaf(number: int) -> bytes:
    return leaf_hash(number.to_bytes(4, "big"))


def direct(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 6962 defines it, recursively."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(direct(leaves[:half]), direct(leaves[half:]))


def grown(leaves: list[bytes], *, by: list[int]) -> tuple[edge.Edge, dict[Tile, bytes]]:
    """Return a tree grown in batches of these sizes, the last one taking the rest, and its tiles."""
    store: dict[Tile, bytes] = {}
    now, at = edge.Edge(), 0
    for size in [*by, len(leaves)]:
        now, written = edge.grow(now, leaves[at : at + size])
        store |= dict(written)
        at += size
    return now, store


def reader(store: dict[Tile, bytes], size: int) -> tiles.Reader:
    return tiles.Reader(store.__getitem__, size=size)


def hashes_of(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in texts]


def test_the_roots_of_the_published_leaves() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    hashes = [leaf_hash(each) for each in LEAVES]
    for size, root in enumerate(ROOTS, 1):
        now, store = grown(hashes[:size], by=[])
        assert now.head == Head(size, root)
        assert tree.root(reader(store, size).node, size) == root


@pytest.mark.parametrize("number, size, texts", INCLUSION)
def test_the_published_proofs_of_inclusion(number: int, size: int, texts: list[str]) -> None:
    _, store = grown([leaf_hash(each) for each in LEAVES], by=[])
    proof = tree.inclusion(reader(store, 8).node, index=number - 1, size=size)
    assert list(proof) == hashes_of(texts)
    head = Head(size, ROOTS[size - 1])
    check.inclusion(leaf_hash(LEAVES[number - 1]), index=number - 1, head=head, proof=proof)


@pytest.mark.parametrize("old, size, texts", CONSISTENCY)
def test_the_published_proofs_of_consistency(old: int, size: int, texts: list[str]) -> None:
    _, store = grown([leaf_hash(each) for each in LEAVES], by=[])
    proof = tree.consistency(reader(store, 8).node, old=old, size=size)
    assert list(proof) == hashes_of(texts)
    check.consistency(old=Head(old, ROOTS[old - 1]), new=Head(size, ROOTS[size - 1]), proof=proof)


@given(SIZES, st.lists(st.integers(0, 300), max_size=4))
def test_tiles_are_those_of_the_direct_tree_however_it_grew(size: int, by: list[int]) -> None:
    leaves = [leaf(number) for number in range(size)]
    now, store = grown(leaves, by=by)
    assert now.head.root == direct(leaves)
    assert edge.load(store.__getitem__, size=size) == now
    for tile in (Tile(0, size // 256, size % 256), Tile(0, 0, min(size, 256))):
        if tile.width:
            at = tile.index * 256
            assert store[tile] == b"".join(leaves[at : at + tile.width])
    if size >= 256:
        assert store[Tile(1, 0, size // 256)][:32] == direct(leaves[:256])


@given(SIZES, st.data())
def test_every_proof_verifies_and_no_tampered_one(size: int, data: st.DataObject) -> None:
    leaves = [leaf(number) for number in range(size)]
    _, store = grown(leaves, by=[])
    index = data.draw(st.integers(0, size - 1))
    head = Head(size, direct(leaves))
    proof = tree.inclusion(reader(store, size).node, index=index, size=size)
    check.inclusion(leaves[index], index=index, head=head, proof=proof)
    wrong = [
        (leaf(size + 1), index, head, proof),
        (leaves[index], index + 1, head, proof),
        (leaves[index], index, Head(size, leaf(0)), proof),
        (leaves[index], index, Head(size * 2 + 1, head.root), proof),
        (leaves[index], index, head, (*proof, head.root)),
        (leaves[index], index, head, (head.root, *proof)),
        (leaves[index], -1, head, proof),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes([proof[at][0] ^ 8]) + proof[at][1:]
        wrong.append((leaves[index], index, head, proof[:-1]))
        wrong.append((leaves[index], index, head, (*proof[:at], flipped, *proof[at + 1 :])))
    for told, place, top, path in wrong:
        if top.root == told and not path and size == 1:
            continue  # a tree of one leaf is its leaf
        with pytest.raises(NotProved):
            check.inclusion(told, index=place, head=top, proof=path)


@given(SIZES, st.data())
def test_every_growth_is_proved_and_no_other_history(size: int, data: st.DataObject) -> None:
    leaves = [leaf(number) for number in range(size)]
    _, store = grown(leaves, by=[])
    size_before = data.draw(st.integers(1, size))
    old, new = Head(size_before, direct(leaves[:size_before])), Head(size, direct(leaves))
    proof = tree.consistency(reader(store, size).node, old=size_before, size=size)
    check.consistency(old=old, new=new, proof=proof)
    check.consistency(old=EMPTY, new=new, proof=())
    changed = [*leaves[: size_before - 1], leaf(9999), *leaves[size_before:]]
    for before, after, path in (
        (Head(size_before, direct(changed[:size_before])), new, proof),
        (old, Head(size, direct(changed)), proof),
        (old, new, (*proof, new.root)),
        (new, old, proof) if size_before < size else (Head(size + 1, new.root), new, proof),
    ):
        with pytest.raises(NotProved):
            check.consistency(old=before, new=after, proof=path)


def test_what_cannot_be_proved_is_refused_in_words() -> None:
    node = reader({}, 0).node
    with pytest.raises(NotProved, match="leaf 3 is not in a tree of 3"):
        tree.inclusion(node, index=3, size=3)
    with pytest.raises(NotProved, match="5 leaves is not the beginning of one of 4"):
        tree.consistency(node, old=5, size=4)
    with pytest.raises(NotProved, match="two histories"):
        check.consistency(old=Head(1, leaf(1)), new=Head(1, leaf(2)), proof=())
    with pytest.raises(NotProved, match="hash of nothing"):
        check.consistency(old=Head(0, leaf(1)), new=Head(1, leaf(2)), proof=())
    with pytest.raises(NotProved, match="32 bytes"):
        check.inclusion(b"short", index=0, head=Head(1, leaf(0)), proof=())


@pytest.mark.parametrize(
    "tile, path",  # the first is tlog-tiles' own example
    [
        (Tile(3, 1234067), "tile/3/x001/x234/067"),
        (Tile(0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
        (Tile(tiles.ENTRIES, 0, 1), "tile/entries/000.p/1"),
        (Tile(tiles.ENTRIES, 1000), "tile/entries/x001/000"),
        (Tile(63, 999), "tile/63/999"),
    ],
)
def test_where_tiles_lie(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/x000/000",
        "tile/0/x001/x234/67",
        "tile/0/001/234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/-1/000",
        "tile/0/../../checkpoint",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/000.p/999",
    ],
)
def test_a_path_of_no_tile_is_refused(path: str) -> None:
    with pytest.raises(Malformed, match="no path of a tile"):
        tiles.parse(path)


def test_the_widths_of_the_tree_of_70_000_that_the_specification_tells() -> None:
    size = 70_000
    assert [tiles.width(0, index, size=size) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [tiles.width(1, index, size=size) for index in (0, 1, 2)] == [256, 17, 0]
    assert [tiles.width(2, index, size=size) for index in (0, 1)] == [1, 0]
    assert [tiles.width(1, 0, size=256), tiles.width(0, 1, size=256)] == [1, 0]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_comes_back_as_it_went_in(leaves: list[bytes]) -> None:
    tile = Tile(tiles.ENTRIES, 0, len(leaves))
    content = tiles.bundle(leaves)
    assert tiles.unbundle(content, tile=tile) == tuple(leaves)
    for damaged in (content[:-1], content + b"\x00", content + b"\x00\x05ab"):
        with pytest.raises(Malformed, match=r"cut off|entries instead"):
            tiles.unbundle(damaged, tile=tile)


def test_damaged_tiles_and_leaves_too_large_are_refused() -> None:
    with pytest.raises(Malformed, match="31 bytes instead of 32"):
        tiles.hashes(bytes(31), tile=Tile(0, 0, 1))
    with pytest.raises(Malformed, match="over 65535"):
        tiles.bundle([bytes(65_536)])
    with pytest.raises(Malformed, match="no node"):
        reader(grown([leaf(1)], by=[])[1], 1).node(1, 0)
