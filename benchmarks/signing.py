"""Documents drawn and signed a second on one core; our signature beside pyHanko's plain one."""

import io
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
os.environ.setdefault("MOTCUA_DEMO", "1")
django.setup()

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    pkcs12,
)
from django.test import override_settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from benchmarks.rows import Baseline, Row
from motcua.documents import actions as documents
from motcua.documents.adapters import typesetter
from motcua.documents.values import Document
from motcua.signing import actions as signing
from motcua.signing.adapters import keys
from motcua.signing.values import Credential, Issuance, Kind

ROUNDS = 40
WARM = 3
AT = datetime(2026, 11, 22, 2, 12, 5, tzinfo=UTC)
CODE, NAME, LEADER = "H26.77", "Ủy ban nhân dân phường Láng", uuid.UUID(int=7)
PERSON = Credential(Kind.PERSON, str(LEADER))
PASSPHRASE = "benchmark"

TEMPLATE = """#import "/decree30.typ": *
#show: official.with(kind: "Giấy phép xây dựng", summary: [Nhà ở riêng lẻ])
#grounds("Luật Xây dựng số 50/2014/QH13", "Nghị định số 175/2024/NĐ-CP")
#fields(
  ("Cấp cho", strong(answer("owner.name"))),
  ("Địa chỉ", answer("owner.address")),
  ("Diện tích xây dựng", [#answer("house.area") m²]),
)
#table(
  columns: (1fr, auto),
  table.header([*Chỉ tiêu*], [*Được duyệt*]),
  ..range(8).map(number => ([Chỉ tiêu #number], [#(number * 12) m])).flatten(),
)
Giấy phép có hiệu lực khởi công trong 12 tháng kể từ ngày cấp.
"""


def rows() -> Iterable[Row]:
    """Return the rows of this suite."""
    with tempfile.TemporaryDirectory() as folder, _one_core():
        place = Path(folder)
        with override_settings(MOTCUA_KEYS=place, MOTCUA_KEYS_PASSPHRASE=PASSPHRASE):
            signing.create_demo_authority(
                seals=[Issuance(CODE, NAME, NAME, CODE)],
                people=[Issuance(str(LEADER), "Trần Thị Bích", NAME, CODE, "Chủ tịch")],
                at=AT,
            )
            yield _documents()
            yield _beside_plain(place)


def _documents() -> Row:
    """Draw, sign and seal documents that all differ, one after the other."""
    numbers = iter(range(1_000_000))
    seconds = _medians(lambda: _produce(next(numbers)))[0]
    return Row("sign.documents_per_second", 1 / seconds, "documents/s")


def _beside_plain(place: Path) -> Row:
    """Make one signature on the same page in two ways, in turns."""
    drawn = typesetter.draw(TEMPLATE, _data(0), at=AT)
    archive = place / "person.p12"
    archive.write_bytes(_pkcs12(place))

    def ours() -> object:
        return signing.sign(drawn, credential=PERSON, at=AT, reason="Ban hành", location="Láng")

    def plain() -> object:
        load = signers.SimpleSigner.load_pkcs12
        signer = load(str(archive), passphrase=PASSPHRASE.encode())  # type: ignore[no-untyped-call]
        told = signers.PdfSignatureMetadata(
            field_name="NguoiKy",
            md_algorithm="sha256",
            reason="Ban hành",
            location="Láng",
            certify=True,
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(drawn)), told, signer=signer)

    mine, theirs = _medians(ours, plain)
    baseline = Baseline("pyHanko sign_pdf, PKCS#12 parsed each time", 1 / theirs)
    return Row("sign.vs_plain_pyhanko", 1 / mine, "signatures/s", baseline, ratio=theirs / mine)


def _medians(*ways: Callable[[], object]) -> tuple[float, ...]:
    """Return the median seconds of each way, run in turns so that a busy machine slows all alike."""
    taken: tuple[list[float], ...] = tuple([] for _ in ways)
    for number in range(WARM + ROUNDS):
        for way, times in zip(ways, taken, strict=True):
            begun = time.perf_counter()
            way()
            if number >= WARM:
                times.append(time.perf_counter() - begun)
    return tuple(statistics.median(times) for times in taken)


def _produce(number: int) -> bytes:
    document = Document(
        id=uuid.UUID(int=number),
        subject=f"{CODE}-261122-{number:04d}",
        authority_code=CODE,
        authority_name=NAME,
        type="GPXD",
        symbol="UBND",
        number=number + 1,
        year=2026,
        title="Giấy phép xây dựng",
        signer_id=LEADER,
        signer_name="Trần Thị Bích",
        is_issued=False,
        token=f"{number:043d}",
        verification_url=f"http://127.0.0.1:8000/verify/{number:043d}",
        digest="",
        size=0,
        reserved_at=AT,
        issued_at=None,
        entry_id=None,
    )
    return documents.produce(document, template=TEMPLATE, data=_data(number), at=AT)


def _data(number: int) -> Mapping[str, object]:
    return {
        "kind": "result",
        "answers": {
            "owner": {"name": f"Nguyễn Văn Ước {number}", "address": f"{number} phố Chùa Láng"},
            "house": {"area": 60 + number % 40},
        },
        "case": {"code": f"{CODE}-261122-{number:04d}"},
        "authority": {
            "code": CODE,
            "name": NAME,
            "parent_name": "Ủy ban nhân dân thành phố Hà Nội",
            "place": "Láng",
        },
        "signer": {"mode": "TM. Ủy ban nhân dân", "position": "Chủ tịch", "name": "Trần Thị Bích"},
    }


def _pkcs12(place: Path) -> bytes:
    """Return the leader's key and certificate as the archive that pyHanko's plain way reads."""
    return pkcs12.serialize_key_and_certificates(
        b"leader",
        keys.read_key(keys.path(place, PERSON, ".key"), passphrase=PASSPHRASE),
        keys.read_certificate(keys.path(place, PERSON, ".crt")),
        [keys.read_certificate(place / "issuing.crt")],
        BestAvailableEncryption(PASSPHRASE.encode()),
    )


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process on one core while it measures."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
