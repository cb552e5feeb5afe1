"""The payload of a VietQR, and the steps of a flow in words."""

from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.procedure import parse
from motcua.portal import rules
from motcua.portal.tests.conftest import ROOT


def test_the_checksum_is_that_of_the_specification() -> None:
    assert rules.crc16(b"123456789") == 0x29B1  # check value of CRC-16/IBM-3740


def test_a_payload_is_read_as_the_bank_reads_it() -> None:
    payload = rules.vietqr(
        bank="970499", account="0000000000", amount=16_000, purpose="H32.01-261122-0001"
    )
    assert payload.startswith("000201010212")
    fields = read(payload)
    assert fields["53"] == "704" and fields["58"] == "VN" and fields["54"] == "16000"
    to = read(fields["38"])
    assert to["00"] == "A000000727" and to["02"] == "QRIBFTTA"
    assert read(to["01"]) == {"00": "970499", "01": "0000000000"}
    assert read(fields["62"]) == {"08": "H32.01-261122-0001"}


@given(st.integers(1, 10**12), st.text(alphabet="ABCH0123456789.-", min_size=1, max_size=60))
def test_every_payload_ends_with_its_own_checksum(amount: int, purpose: str) -> None:
    payload = rules.vietqr(bank="970499", account="12", amount=amount, purpose=purpose)
    assert int(payload[-4:], 16) == rules.crc16(payload[:-4].encode())
    assert len(read(read(payload)["62"])["08"]) <= 25


def test_steps_stand_in_order_with_the_place_where_the_case_waits() -> None:
    folder = ROOT / "procedures" / "1.001193"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    flow = parse.read(files).flow
    steps = rules.steps(flow, done={"receive"}, here=(), waits={"supplemented"})
    names = [each.element for each in steps]
    assert names.index("receive") < names.index("appraise") < names.index("sign")
    states = {each.element: each.state for each in steps}
    assert states["receive"] == rules.DONE
    assert states["await_supplement"] == rules.HERE
    assert states["sign"] == rules.AHEAD
    assert "await_payment" not in states


def read(payload: str) -> dict[str, str]:
    """Read the fields of an EMVCo payload: two digits of tag, two of length, the value."""
    fields, rest = {}, payload
    while rest:
        size = int(rest[2:4])
        fields[rest[:2]], rest = rest[4 : 4 + size], rest[4 + size :]
    return fields
