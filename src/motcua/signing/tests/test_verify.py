"""The verifier: what is called valid, and all that is not."""

import io
import os
import re
import shutil
import subprocess
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from motcua.signing import actions, queries, rules
from motcua.signing.adapters import jail, keys, pdf
from motcua.signing.tests.conftest import (
    AT,
    LEADER,
    NAMES,
    OTHER_WARD,
    PEOPLE,
    SEALS,
    WARD,
    page,
)
from motcua.signing.values import Credential, Kind, Place, Reason, Trust, Verdict

PERSON, SEAL = Credential(Kind.PERSON, LEADER), Credential(Kind.SEAL, WARD)


@pytest.fixture(scope="module")
def trust(folder: Path, signed: bytes) -> Trust:
    return keys.trust(folder)


def appended(content: bytes, *, text: str) -> bytes:
    """Return a signed file with an update that changes what the page shows."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    shown = generic.StreamObject(stream_data=f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode())
    target = writer.root["/Pages"]["/Kids"][0]
    target[generic.pdf_name("/Contents")] = writer.add_object(shown)
    writer.update_container(target)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def ends_of_revisions(content: bytes) -> list[int]:
    return [found.end() for found in re.finditer(rb"%%EOF\n?", content)]


def test_an_intact_original_is_valid_and_tells_who_and_when(signed: bytes) -> None:
    verdict = queries.verify(signed, at=AT + timedelta(days=1))
    assert verdict.is_valid and verdict.reasons == ()
    person, seal = verdict.person, verdict.seal
    assert person is not None and seal is not None
    assert (person.name, person.title) == ("Trần Thị Bích", "Chủ tịch")
    assert (person.authority_name, person.authority_code) == (NAMES[WARD], WARD)
    assert (seal.name, seal.authority_code, seal.title) == (NAMES[WARD], WARD, "")
    assert person.signed_at == seal.signed_at == AT
    assert verdict.covers_whole and not verdict.is_changed_later


@pytest.mark.skipif(
    shutil.which("pdfsig") is None and not os.environ.get("CI"),
    reason="pdfsig of poppler-utils is not installed",
)
def test_a_tool_that_is_not_ours_finds_both_signatures_valid(signed: bytes, tmp_path: Path) -> None:
    target = tmp_path / "signed.pdf"
    target.write_bytes(signed)
    told = subprocess.run(["pdfsig", target], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid") == 2
    assert told.count("ETSI.CAdES.detached") == 2
    assert "Total document signed" in told


@given(st.data())
@settings(max_examples=60)
def test_a_flipped_bit_anywhere_is_never_valid(
    signed: bytes, trust: Trust, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(signed) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(signed)
    changed[at] ^= 1 << bit
    assert not rules.judge(bytes(changed), trust, at=AT).is_valid


@given(st.data())
@settings(max_examples=40)
def test_a_flipped_bit_in_the_parts_that_no_digest_covers_is_never_valid(
    signed: bytes, trust: Trust, data: st.DataObject
) -> None:
    """The signed structure, its padding, and the numbers that say what is covered."""
    gaps = [found.span() for found in re.finditer(rb"<[0-9A-F]{3000,}>", signed)]
    start, end = gaps[-1]
    at = data.draw(st.integers(start - 200, min(end + 200, len(signed) - 1)))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(signed)
    changed[at] ^= 1 << bit
    assert not rules.judge(bytes(changed), trust, at=AT).is_valid


@given(st.integers(0, 10_000_000))
@settings(max_examples=30)
def test_a_truncated_file_is_never_valid(signed: bytes, trust: Trust, size: int) -> None:
    assert not rules.judge(signed[: size % len(signed)], trust, at=AT).is_valid


def test_each_revision_alone_is_not_valid(signed: bytes, trust: Trust) -> None:
    plain, person_only, _ = [signed[:end] for end in ends_of_revisions(signed)]
    assert rules.judge(plain, trust, at=AT).reasons == (Reason.NOT_SIGNED,)
    verdict = rules.judge(person_only, trust, at=AT)
    assert verdict.reasons == (Reason.SEAL_MISSING,) and not verdict.is_valid


@given(st.binary(min_size=1, max_size=40))
@settings(max_examples=20)
def test_bytes_added_at_the_end_are_never_valid(signed: bytes, trust: Trust, more: bytes) -> None:
    verdict = rules.judge(signed + more, trust, at=AT)
    assert not verdict.is_valid


def test_an_update_after_signing_is_told(signed: bytes, trust: Trust) -> None:
    verdict = rules.judge(appended(signed, text="Giay phep gia"), trust, at=AT)
    assert not verdict.is_valid and verdict.is_changed_later
    assert {Reason.NOT_WHOLE, Reason.CHANGED_LATER} <= set(verdict.reasons)


def test_a_change_between_the_person_and_the_seal_is_told(trust: Trust) -> None:
    by_person = actions.sign(page(), credential=PERSON, at=AT)
    sealed = actions.sign(appended(by_person, text="khac"), credential=SEAL, at=AT)
    verdict = rules.judge(sealed, trust, at=AT)
    assert Reason.CHANGED_LATER in verdict.reasons and not verdict.is_valid
    assert verdict.seal is not None and verdict.seal.reasons == ()


def test_the_same_words_signed_under_another_authority_of_trust_are_not_trusted(
    trust: Trust, tmp_path: Path
) -> None:
    with override_settings(MOTCUA_KEYS=tmp_path / "stranger"):
        actions.create_demo_authority(seals=SEALS, people=PEOPLE, at=AT)
        forged = actions.sign_and_seal(
            page(), person=LEADER, authority=WARD, at=AT, reason="", location=""
        )
    verdict = rules.judge(forged, trust, at=AT)
    assert not verdict.is_valid and not verdict.is_trusted and verdict.is_intact
    assert Reason.UNKNOWN_ISSUER in verdict.reasons


def test_a_stranger_who_signs_a_valid_file_again_makes_it_invalid(
    signed: bytes, trust: Trust, tmp_path: Path
) -> None:
    place = Place(tmp_path / "stranger", "x")
    with override_settings(MOTCUA_KEYS=place.folder, MOTCUA_KEYS_PASSPHRASE=place.passphrase):
        actions.create_demo_authority(seals=SEALS, people=PEOPLE, at=AT)
    stripped = signed[: ends_of_revisions(signed)[0]]
    again = pdf.add_signature(
        stripped, keys.signer(place, SEAL), kind=Kind.SEAL, at=AT, reason="", location=""
    )
    verdict = rules.judge(again, trust, at=AT)
    assert {Reason.PERSON_MISSING, Reason.UNKNOWN_ISSUER} <= set(verdict.reasons)


def test_person_and_seal_of_different_authorities_make_no_original(trust: Trust) -> None:
    mixed = actions.sign_and_seal(
        page(), person=LEADER, authority=OTHER_WARD, at=AT, reason="", location=""
    )
    assert rules.judge(mixed, trust, at=AT).reasons == (Reason.SIGNERS_DISAGREE,)


def test_a_seal_alone_makes_no_original(trust: Trust) -> None:
    sealed = actions.sign(page(), credential=SEAL, at=AT)
    assert rules.judge(sealed, trust, at=AT).reasons == (Reason.PERSON_MISSING,)


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (timedelta(days=6 * 365), Reason.EXPIRED),
        (timedelta(days=-1), Reason.NOT_YET_VALID),
        (timedelta(days=400), Reason.REVOCATION_UNKNOWN),
        (timedelta(hours=-1), Reason.SIGNED_IN_FUTURE),
    ],
)
def test_the_moment_of_asking_counts(
    signed: bytes, trust: Trust, later: timedelta, reason: Reason
) -> None:
    verdict = rules.judge(signed, trust, at=AT + later)
    assert reason in verdict.reasons and not verdict.is_valid


def test_a_revoked_signer_is_not_trusted_from_then_on(tmp_path: Path) -> None:
    with override_settings(MOTCUA_KEYS=tmp_path / "keys"):
        actions.create_demo_authority(seals=SEALS, people=PEOPLE, at=AT)
        mine = actions.sign_and_seal(
            page(), person=LEADER, authority=WARD, at=AT, reason="", location=""
        )
        assert queries.verify(mine, at=AT).is_valid
        actions.revoke(PERSON, at=AT + timedelta(hours=1))
        actions.revoke(PERSON, at=AT + timedelta(hours=2))
        verdict = queries.verify(mine, at=AT + timedelta(hours=3))
        assert verdict.reasons == (Reason.REVOKED,) and not verdict.is_trusted
        assert verdict.words != () and all(verdict.words)


def bomb() -> bytes:
    body = b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"
    out = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm 1 0 R"
    out += b" /Fields [1 0 R] /Kids [1 0 R] >>\nendobj\n"
    second = len(out)
    out += b"2 0 obj\n" + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n%010d 00000 n \n" % second
    return out + b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def loop_of_tables() -> bytes:
    content = page()
    start = content.rindex(b"xref\n0 7")
    return content.replace(b"/Size 7", b"/Size 7 /Prev %d" % start)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-",
        b"PK\x03\x04 not a pdf",
        b"%PDF-1.7\n" + b"[" * 100_000,
        b"%PDF-1.7\n1 0 obj\n" + b"<</A" * 50_000 + b"\nendobj\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\nstartxref\n99999999999999\n%%EOF\n",
        bomb(),
        loop_of_tables(),
        page()[:-20],
        page(),
    ],
    ids=["empty", "head", "zip", "deep", "deep-names", "far", "ring", "loop", "cut", "unsigned"],
)
def test_hostile_and_plain_files_get_a_verdict(content: bytes, trust: Trust) -> None:
    verdict = rules.judge(content, trust, at=AT)
    assert not verdict.is_valid and verdict.reasons


def test_a_file_over_the_limit_is_not_read(signed: bytes) -> None:
    huge = b"%PDF-1.7\n" + bytes(queries.LIMIT)
    assert queries.verify(huge, at=AT).reasons == (Reason.TOO_LARGE,)


def test_every_reason_has_words() -> None:
    assert all(rules.refused(reason).words[0] for reason in Reason)


def test_the_answer_of_the_other_process_is_the_answer_of_the_rules(
    signed: bytes, trust: Trust
) -> None:
    direct: Verdict = rules.judge(signed, trust, at=AT)
    assert queries.verify(signed, at=AT) == direct
    cut = signed[:-100]
    assert queries.verify(cut, at=AT) == rules.judge(cut, trust, at=AT)


def test_a_process_that_takes_too_long_is_killed_and_the_next_one_answers(
    signed: bytes, trust: Trust
) -> None:
    prison = jail.Jail()
    late = prison.judge(signed, trust, at=AT, seconds=-jail.START_TIME)
    assert late.reasons == (Reason.TOO_HARD,)
    assert prison.judge(signed, trust, at=AT, seconds=20).is_valid


def test_a_file_that_unpacks_to_gigabytes_gets_a_verdict(trust: Trust) -> None:
    packer = zlib.compressobj(1, wbits=-15)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\x01" + block * 256  # 4 GiB, made of one block again and again
    head = b"%PDF-1.7\n"
    table = (
        b"1 0 obj\n<< /Type /XRef /Size 2 /Root 2 0 R /W [1 4 2] /Filter /FlateDecode"
        b" /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(packed), packed)
    )
    content = head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)
    verdict = jail.Jail().judge(content, trust, at=AT, seconds=20)
    assert not verdict.is_valid and verdict.reasons
