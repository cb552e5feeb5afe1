"""A demo authority in a folder of the test session, and a page to sign."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from motcua.signing import actions
from motcua.signing.values import Issuance

AT = datetime(2026, 11, 22, 2, 12, 5, tzinfo=UTC)
WARD, OTHER_WARD = "H26.77", "H26.78"
LEADER, OTHER_LEADER = "leader-1", "leader-2"
NAMES = {WARD: "Ủy ban nhân dân phường Láng", OTHER_WARD: "Ủy ban nhân dân phường Cửa Nam"}

SEALS = [Issuance(code, name, name, code) for code, name in NAMES.items()]
PEOPLE = [
    Issuance(LEADER, "Trần Thị Bích", NAMES[WARD], WARD, "Chủ tịch"),
    Issuance(OTHER_LEADER, "Lê Văn Cường", NAMES[OTHER_WARD], OTHER_WARD, "Chủ tịch"),
]


def page(text: str = "Giay phep") -> bytes:
    """Return a PDF of one page, written by hand so that these tests need no typesetter."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the demo authority's keys."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True, scope="module")
def _authority(folder: Path) -> Iterator[None]:
    with override_settings(MOTCUA_KEYS=folder, MOTCUA_KEYS_PASSPHRASE="a passphrase of tests"):
        actions.create_demo_authority(seals=SEALS, people=PEOPLE, at=AT)
        yield


@pytest.fixture(scope="module")
def signed(_authority: None) -> bytes:
    """Give a page that is signed and sealed."""
    return actions.sign_and_seal(
        page(), person=LEADER, authority=WARD, at=AT, reason="Ban hành", location="Láng"
    )
