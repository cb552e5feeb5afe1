"""Notes, checkpoints, cosignatures, proofs as files, witnesses, policies: published examples and refusals."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.merkle import checkpoints, edge, notes, policy, proofs, tiles, tree, witness
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import Declined, Malformed, NotProved, Untrusted
from motcua.engines.merkle.model import EMPTY, Head, leaf_hash

# C2SP signed-note, "Verifier keys" and "Format"; the last pair is from the package documentation of
# golang.org/x/mod/sumdb/note.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# C2SP tlog-checkpoint and tlog-cosignature; the specification publishes no keys with them.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# C2SP tlog-witness, the example request without its second signature.
REQUEST = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n"
) + COSIGNED.rsplit("— witness", 1)[0]

ORIGIN = "log.example/one"
LOG = notes.signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = notes.signer("log.example/two", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
WITNESS = notes.signer(
    "paper.example/w", Ed25519PrivateKey.from_private_bytes(b"\x02" * 32), type=notes.COSIGNATURE
)
TIME = 1_679_315_147
LEAVES = [f"leaf {number}".encode() for number in range(600)]


def signed(head: Head, *, by: notes.Signer = LOG, origin: str = ORIGIN) -> notes.Note:
    text = Checkpoint(origin, head).text
    return notes.Note(text, (notes.sign(text, by),))


def grown(size: int, *, leaves: list[bytes] = LEAVES) -> tuple[Head, tiles.Reader]:
    now, written = edge.grow(edge.Edge(), [leaf_hash(each) for each in leaves[:size]])
    return now.head, tiles.Reader(dict(written).__getitem__, size=size)


def asked(old: int, size: int, *, leaves: list[bytes] = LEAVES) -> proofs.Extension:
    head, reader = grown(size, leaves=leaves)
    return proofs.Extension(old, tree.consistency(reader.node, old=old, size=size), signed(head))


@pytest.mark.parametrize("key, text", [(SPEC_KEY, SPEC_NOTE), (GO_KEY, GO_NOTE)])
def test_the_published_notes_verify_and_not_when_a_letter_changed(key: str, text: str) -> None:
    known = notes.parse_key(key)
    assert str(known) == key
    note = notes.parse(text.encode())
    assert note.encode() == text.encode()
    assert [each.key for each in notes.verify(note, [LOG.key, known])] == [known]
    changed = notes.parse(text.replace("is ", "is not ", 1).encode())
    with pytest.raises(Untrusted, match="is wrong"):
        notes.verify(changed, [known])
    with pytest.raises(Untrusted, match="none of the keys"):
        notes.verify(note, [LOG.key])


def test_a_text_with_an_empty_line_ends_at_the_last_one() -> None:
    note = notes.parse(POEM.encode())
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert [each.name for each in note.signatures] == ["quasimodo.example/salvatore"]


def test_the_published_checkpoint_with_its_cosignature() -> None:
    note = notes.parse(COSIGNED.encode())
    told = checkpoints.parse(note.text)
    assert (told.origin, told.head.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert told.text == note.text
    cosignature = note.signatures[1]
    assert cosignature.id.hex() == "8d66cf3f"
    assert int.from_bytes(cosignature.content[:8], "big") == TIME
    assert len(cosignature.content) == 8 + 64


def test_the_published_request_to_a_witness() -> None:
    proof = proofs.parse_extension(REQUEST.encode())
    assert (proof.old, len(proof.hashes)) == (20_852_014, 4)
    assert proof.encode() == REQUEST.encode()
    assert proofs.is_extension(REQUEST.encode())


@given(st.text(min_size=1).filter(lambda text: all(c >= " " or c == "\n" for c in text)))
def test_any_text_comes_back_from_a_note(text: str) -> None:
    line = text + "\n"
    note = notes.Note(line, (notes.sign(line, LOG), notes.sign(line, WITNESS, time=TIME)))
    again = notes.parse(note.encode())
    assert again == note
    verified = notes.verify(again, [WITNESS.key, LOG.key])
    assert [(each.key, each.time) for each in verified] == [(LOG.key, None), (WITNESS.key, TIME)]


def test_a_cosignature_is_bound_to_its_time() -> None:
    note = signed(EMPTY)
    line = notes.sign(note.text, WITNESS, time=TIME)
    later = notes.Signature(line.name, line.id, (TIME + 1).to_bytes(8, "big") + line.content[8:])
    with pytest.raises(Untrusted):
        notes.verify(notes.merge(note, [later]), [WITNESS.key])
    with pytest.raises(Malformed, match="has a time"):
        notes.sign(note.text, WITNESS)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "a note is a text"),
        (b"text\n", "a note is a text"),
        (b"text\n\n", "a note is a text"),
        (b"text\n\n\xe2\x80\x94 n QUJDREVG", "a note is a text"),
        (b"text\n\nn QUJDREVG\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 n\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a+b QUJDREVG\n", "no name of a key"),
        (b"text\n\n\xe2\x80\x94 n !!!!\n", "not base64"),
        (b"text\n\n\xe2\x80\x94 n QUJDREVGZR==\n", "right form"),
        (b"text\n\n\xe2\x80\x94 n QUJD\n", "too short"),
        (b"te\txt\n\n\xe2\x80\x94 n QUJDREVG\n", "no control character"),
        (b"te\rxt\n\n\xe2\x80\x94 n QUJDREVG\n", "no control character"),
        (b"\xff\n\n\xe2\x80\x94 n QUJDREVG\n", "UTF-8"),
        (b"text\n\n" + "— n QUJDREVG\n".encode() * 101, "over 100"),
        (b"x" * 70_000, "over 65536"),
    ],
)
def test_what_is_no_note_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        notes.parse(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+530d903a",
        SPEC_KEY + "=",
        SPEC_KEY.replace("530d903a", "53 0d 90"),
        SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("example.com/foo", "example.com/fo"),
        SPEC_KEY.replace("+Ae", "+Be"),
        f"a b+00000000+{base64.b64encode(bytes([1]) + bytes(32)).decode()}",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        notes.parse_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nAAAA\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        checkpoints.parse(text)


def test_a_checkpoint_of_another_log_is_not_believed_with_our_key() -> None:
    with pytest.raises(Untrusted, match=r"of log\.example/two"):
        checkpoints.opened(signed(EMPTY, origin="log.example/two"), [LOG.key])


@given(st.integers(1, 600), st.data())
def test_a_proof_as_a_file_verifies_and_not_when_tampered(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    head, reader = grown(size)
    hashes = tree.inclusion(reader.node, index=index, size=size)
    proof = proofs.Proof(index, hashes, signed(head), LEAVES[index])
    again = proofs.parse(proof.encode())
    assert again == proof
    assert proofs.verify(again, again.extra, [LOG.key]).head == head
    with pytest.raises(NotProved):
        proofs.verify(again, b"another leaf", [LOG.key])
    with pytest.raises(Untrusted):
        proofs.verify(again, again.extra, [OTHER.key])


@pytest.mark.parametrize(
    "content, words",
    [
        (b"wrong\nindex 0\n\n", "first line of a proof"),
        (b"c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\n", "not base64"),
        (b"c2sp.org/tlog-proof@v1\n\n", "lacks the line with the index"),
        (b"c2sp.org/tlog-proof@v1\nindex x\n\n", "no whole number"),
        (b"c2sp.org/tlog-proof@v1\nindex -5\n\n", "no whole number"),
        (b"c2sp.org/tlog-proof@v1\nindex 05\n\n", "no whole number"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n!!\n\n", "not base64"),
        (
            b"c2sp.org/tlog-proof@v1\nindex 0\n" + base64.b64encode(bytes(64)) + b"\n\n",
            "32 bytes, not 64",
        ),
    ],
)
def test_what_is_no_proof_is_refused_in_words(content: bytes, words: str) -> None:
    whole = content + signed(EMPTY).encode()
    with pytest.raises(Malformed, match=words):
        proofs.parse(whole)
    with pytest.raises(Malformed, match=r"lacks the checkpoint|a note is"):
        proofs.parse(content.rstrip(b"\n"))
    with pytest.raises(Malformed, match="first line of a proof of growth"):
        proofs.parse_extension(whole)


def test_two_checkpoints_are_proved_to_be_one_history_offline() -> None:
    old, _ = grown(300)
    proof = proofs.parse_extension(asked(300, 600).encode())
    assert proofs.verify_extension(proof, old, [LOG.key]).head == grown(600)[0]
    with pytest.raises(NotProved, match="begins at 300"):
        proofs.verify_extension(proof, grown(299)[0], [LOG.key])
    other, _ = grown(300, leaves=[b"another", *LEAVES[1:]])
    with pytest.raises(NotProved, match="not the beginning"):
        proofs.verify_extension(proof, other, [LOG.key])


def considered(request: bytes, seen: Head | None) -> witness.Accepted:
    return witness.consider(request, logs={ORIGIN: [LOG.key]}, seen=lambda origin: seen)


def test_a_witness_cosigns_what_extends_what_it_saw() -> None:
    for old, size in ((0, 0), (0, 1), (1, 1), (1, 300), (300, 600)):
        accepted = considered(asked(old, size).encode(), grown(old)[0] if old else None)
        line = witness.cosign(accepted, WITNESS, time=TIME)
        parsed = notes.parse_signatures(str(line).encode())
        (verified,) = notes.verify(notes.merge(accepted.note, parsed), [WITNESS.key])
        assert (verified.time, accepted.told.head.size) == (TIME, size)


FORKED = [b"another", *LEAVES[1:]]


@pytest.mark.parametrize(
    "request_body, seen, status, size",
    [
        (b"", None, 400, None),
        (b"old 0\n\nx", None, 400, None),
        (asked(0, 5).encode().replace(b"old 0", b"old 9"), None, 400, None),
        (asked(0, 5).encode(), grown(3)[0], 409, 3),  # does not say from where we left off
        (asked(5, 5).encode(), grown(300)[0], 409, 300),  # a rollback
        (asked(5, 5, leaves=FORKED).encode(), grown(5)[0], 409, 5),  # two histories, same size
        (asked(5, 300, leaves=FORKED).encode(), grown(5)[0], 422, None),  # two histories
        (asked(0, 5).encode().replace(b"\n5\n", b"\n6\n", 1), None, 403, None),
        (
            proofs.Extension(0, (bytes(32),), signed(grown(5)[0])).encode(),
            None,
            422,
            None,
        ),
        (
            proofs.Extension(0, (), signed(EMPTY, by=OTHER, origin=OTHER.key.name)).encode(),
            None,
            404,
            None,
        ),
        (proofs.Extension(0, (), signed(Head(0, bytes(32)))).encode(), None, 409, 0),
    ],
)
def test_a_witness_declines_with_the_status_of_the_specification(
    request_body: bytes, seen: Head | None, status: int, size: int | None
) -> None:
    with pytest.raises(Declined) as caught:
        considered(request_body, seen)
    assert (caught.value.status, caught.value.size) == (status, size)


def keys(count: int) -> list[notes.Signer]:
    return [
        notes.signer(
            f"w{number}.example",
            Ed25519PrivateKey.from_private_bytes(bytes([9, number]) * 16),
            type=notes.COSIGNATURE,
        )
        for number in range(count)
    ]


POLICY = """
# two houses, as in the example of tlog-policy
log {log} http://log.example/
witness X1 {0}
witness X2 {1}
witness X3 {2} http://x3.example/
group X-witnesses 2 X1 X2 X3
\twitness Y1 {3}
group Y-witnesses any Y1
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_a_policy_says_who_must_have_seen_a_checkpoint() -> None:
    signers = keys(4)
    told = policy.parse(POLICY.format(*(str(each.key) for each in signers), log=LOG.key))
    assert [each.url for each in told.witnesses] == ["", "", "http://x3.example/", ""]
    note = signed(grown(3)[0])

    def cosigned(*numbers: int) -> notes.Note:
        return notes.merge(
            note, [notes.sign(note.text, signers[number], time=TIME) for number in numbers]
        )

    believed = policy.believe(cosigned(0, 2, 3), told)
    assert believed.told.head.size == 3
    assert [each.key.name for each in believed.cosigned] == [
        "w0.example",
        "w2.example",
        "w3.example",
    ]
    for few in ((), (0, 3), (0, 1, 2)):
        with pytest.raises(Untrusted, match="too few witnesses"):
            policy.believe(cosigned(*few), told)


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "needs a line"),
        ("quorum none\nquorum none", "line 2: there is one"),
        ("quorum X", "line 1: no line of a policy"),
        ("log {log}\nlog {log}\nquorum none", "line 2: the key of log.example/one stands there"),
        ("log {0}\nquorum none", "line 1: the key of w0.example is of type 4"),
        ("witness none {0}\nquorum none", "the name none is taken"),
        ("witness A {0}\ngroup G 2 A\nquorum G", "cannot need 2"),
        ("witness A {0}\ngroup G any B\nquorum G", "B is not known yet"),
        ("witness A {0}\ngroup G any A\ngroup H any A\nquorum H", "is a member already"),
        ("witness A\x0b{0}\nquorum none", "control character"),
        ("nonsense", "no line of a policy"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        policy.parse(text.format(keys(1)[0].key, log=LOG.key))
