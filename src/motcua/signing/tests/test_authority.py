"""The demo authority: made once, kept safe, used without being opened again."""

import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.test import override_settings

from motcua.signing import actions, queries
from motcua.signing.adapters import cms, keys
from motcua.signing.errors import KeysUnreadable, NameTooLong, NoSuchCredential, NotForSigning
from motcua.signing.tests.conftest import AT, LEADER, NAMES, PEOPLE, SEALS, WARD, page
from motcua.signing.values import Credential, Issuance, Kind, Place

PERSON, SEAL = Credential(Kind.PERSON, LEADER), Credential(Kind.SEAL, WARD)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_setting_up_again_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    assert actions.create_demo_authority(seals=SEALS, people=PEOPLE, at=AT) == len(SEALS + PEOPLE)
    assert contents(folder) == before


def test_two_set_ups_at_once_make_one_authority(tmp_path: Path) -> None:
    with override_settings(MOTCUA_KEYS=tmp_path / "keys"):
        made = [
            threading.Thread(
                target=actions.create_demo_authority,
                kwargs={"seals": SEALS, "people": PEOPLE, "at": AT},
            )
            for _ in range(4)
        ]
        for thread in made:
            thread.start()
        for thread in made:
            thread.join()
        signed = actions.sign_and_seal(
            page(), person=LEADER, authority=WARD, at=AT, reason="", location=""
        )
        assert queries.verify(signed, at=AT).is_valid


def test_private_keys_are_for_their_owner_only_and_sealed(folder: Path) -> None:
    private = sorted(folder.rglob("*.key"))
    assert len(private) == 2 + len(SEALS) + len(PEOPLE)
    for path in private:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert not list(folder.rglob("*.new"))


def test_certificates_name_the_authority_and_never_the_personal_number(folder: Path) -> None:
    certificate = keys.read_certificate(folder / "person" / f"{LEADER}.crt")
    named = {part.oid: part.value for part in certificate.subject}
    assert named == {
        NameOID.COUNTRY_NAME: "VN",
        NameOID.ORGANIZATION_NAME: NAMES[WARD],
        NameOID.ORGANIZATION_IDENTIFIER: WARD,
        NameOID.TITLE: "Chủ tịch",
        NameOID.SERIAL_NUMBER: LEADER,
        NameOID.COMMON_NAME: "Trần Thị Bích",
    }
    root = keys.read_certificate(folder / "root.crt")
    issuing = keys.read_certificate(folder / "issuing.crt")
    certificate.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)


def test_a_new_post_brings_a_new_certificate(tmp_path: Path) -> None:
    with override_settings(MOTCUA_KEYS=tmp_path / "keys"):
        actions.create_demo_authority(people=PEOPLE[:1], at=AT)
        held = keys.path(tmp_path / "keys", PERSON, ".crt").read_bytes()
        moved = Issuance(LEADER, "Trần Thị Bích", NAMES[WARD], WARD, "Phó Chủ tịch")
        actions.create_demo_authority(people=[moved], at=AT)
        assert keys.path(tmp_path / "keys", PERSON, ".crt").read_bytes() != held


def test_a_list_that_grows_old_is_made_anew_and_keeps_who_was_revoked(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with override_settings(MOTCUA_KEYS=folder):
        actions.create_demo_authority(people=PEOPLE[:1], at=AT)
        actions.revoke(PERSON, at=AT)
        actions.create_demo_authority(at=AT + timedelta(days=200))
    made = x509.load_pem_x509_crl((folder / "issuing.crl").read_bytes())
    assert made.next_update_utc is not None
    assert made.next_update_utc > AT + timedelta(days=500)
    certificate = keys.read_certificate(keys.path(folder, PERSON, ".crt"))
    assert made.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


def test_a_key_is_opened_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    load = serialization.load_pem_private_key

    def counted(data: bytes, password: bytes | None) -> object:
        opened.append(data)
        return load(data, password)

    monkeypatch.setattr(serialization, "load_pem_private_key", counted)
    place = Place(folder, "a passphrase of tests")
    keys._opened.cache_clear()
    first: cms.Signer = keys.signer(place, SEAL)
    for _ in range(3):
        actions.sign(page(), credential=SEAL, at=AT)
    assert len(opened) == 1 and keys.signer(place, SEAL) is first


def test_a_wrong_or_missing_passphrase_is_told(tmp_path: Path, folder: Path) -> None:
    with (
        override_settings(MOTCUA_KEYS_PASSPHRASE="wrong"),
        pytest.raises(KeysUnreadable, match="MOTCUA_KEYS_PASSPHRASE"),
    ):
        actions.sign(page(), credential=PERSON, at=AT)
    with (
        override_settings(MOTCUA_KEYS=tmp_path / "new", MOTCUA_KEYS_PASSPHRASE=""),
        pytest.raises(KeysUnreadable),
    ):
        actions.create_demo_authority(at=AT)
    with (
        override_settings(MOTCUA_KEYS=tmp_path / "nothing"),
        pytest.raises(KeysUnreadable),
    ):
        queries.verify(page(), at=AT)


@pytest.mark.parametrize("name", ["nobody", "../root", "a/b", "", ".lock", "x" * 200, "\x00"])
def test_a_name_without_a_key_is_told(name: str) -> None:
    with pytest.raises(NoSuchCredential):
        actions.sign(page(), credential=Credential(Kind.PERSON, name), at=AT)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n%%EOF", b"\x89PNG", page()[:-30], b"%PDF-1.7\n" + b"<<" * 5000]
)
def test_what_is_no_pdf_is_not_signed(content: bytes) -> None:
    with pytest.raises(NotForSigning):
        actions.sign(content, credential=PERSON, at=AT)


def test_a_sealed_document_takes_no_second_seal(signed: bytes) -> None:
    with pytest.raises(NotForSigning):
        actions.sign(signed, credential=SEAL, at=AT)


def test_long_names_of_authorities_and_posts_find_room(tmp_path: Path) -> None:
    name = "Ủy ban nhân dân " + "phường Nguyễn Đình Chiểu " * 8
    with override_settings(MOTCUA_KEYS=tmp_path / "keys"):
        actions.create_demo_authority(
            seals=[Issuance(WARD, "Ủy ban nhân dân phường", name, WARD)],
            people=[Issuance(LEADER, "Trần Thị Bích", name, WARD, "Phó Chủ tịch " * 9)],
            at=AT,
        )
        signed = actions.sign_and_seal(
            page(), person=LEADER, authority=WARD, at=AT, reason="lý do " * 90, location="Láng"
        )
        verdict = queries.verify(signed, at=AT)
    assert verdict.is_valid and verdict.seal is not None and verdict.seal.authority_name == name

    with override_settings(MOTCUA_KEYS=tmp_path / "keys"), pytest.raises(NameTooLong):
        actions.create_demo_authority(seals=[Issuance(WARD, name, name, WARD)], at=AT)
