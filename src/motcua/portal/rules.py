"""Pure: the picture of a flow in words, what a table says of fees and times, the payload of a VietQR."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from motcua.engines.decisions import model as decisions
from motcua.engines.flow import model as flows
from motcua.engines.flow import outline
from motcua.engines.procedure.status import Status
from motcua.notifications import values as notices
from motcua.portal.values import Step

# What of the log the applicant is told, and as what kind of notice.
NOTICES: Mapping[str, str] = {
    "cases.CaseAccepted": notices.ACCEPTED,
    "cases.SupplementRequested": notices.SUPPLEMENT,
    "cases.DeadlineExtended": notices.EXTENDED,
    "cases.CaseRefused": notices.REFUSED,
    "cases.CaseStopped": notices.STOPPED,
    "cases.TimerRanOut": notices.STOPPED,  # where that is what came of it
    "cases.DecisionSigned": notices.READY,
    "cases.ResultReturned": notices.RETURNED,
    "payments.PaymentRequested": notices.FEE,
}
DONE, HERE, AHEAD = "done", "here", "ahead"
_WORKED = frozenset({flows.Kind.USER.word, flows.Kind.MANUAL.word})
_NAPAS = "A000000727"  # who runs VietQR (EMVCo merchant account information, field 38)
_TO_ACCOUNT = "QRIBFTTA"  # a transfer to an account
_DONG, _VIETNAM = "704", "VN"  # ISO 4217, ISO 3166
_MOST = 25  # characters of the additional data's fields (EMVCo QRCPS 1.1, table 3.7)
_ENDS_WITH = "6304"  # the checksum's own tag and length count towards it


def steps(
    flow: flows.Flow, *, done: Collection[str], here: Collection[str], waits: Collection[str]
) -> tuple[Step, ...]:
    """Return the steps that people do, in order, with those that wait for the applicant now.

    `done` and `here` are elements of tasks, `waits` the messages that are waited for.
    """
    waiting = frozenset(_waiting(flow, waits))
    found = []
    for line in outline.outline(flow):
        if line.id in waiting or line.id in here:
            found.append(Step(line.id, line.name, line.role, HERE))
        elif line.kind in _WORKED:
            state = DONE if line.id in done else AHEAD
            found.append(Step(line.id, line.name, line.role, state))
    return tuple(found)


def literals(table: decisions.Table, output: str) -> tuple[str, ...]:
    """Return what stands for an output in a table's rows and default: literals and formulas as written."""
    rows: list[Mapping[str, object]] = [rule.outputs for rule in table.rules]
    if table.default is not None:
        rows.append(table.default)
    found = [getattr(row[output], "source", "") for row in rows if output in row]
    return tuple(dict.fromkeys(text.strip("\"'") for text in found))


def vietqr(*, bank: str, account: str, amount: int, purpose: str) -> str:
    """Return the text of a VietQR picture for one payment.

    bank: the six digits (BIN) of the receiving bank. amount: đồng. Source: EMVCo QR code specification
    for payment systems, merchant-presented mode 1.1; NAPAS' profile of it.
    """
    receiver = _field("00", bank) + _field("01", account)
    to = _field("00", _NAPAS) + _field("01", receiver) + _field("02", _TO_ACCOUNT)
    payload = (
        _field("00", "01")
        + _field("01", "12")  # made for one payment
        + _field("38", to)
        + _field("53", _DONG)
        + _field("54", str(amount))
        + _field("58", _VIETNAM)
        + _field("62", _field("08", purpose[-_MOST:]))
        + _ENDS_WITH
    )
    return payload + f"{crc16(payload.encode()):04X}"


def crc16(content: bytes) -> int:
    """Return the CRC-16 of the EMVCo QR code: polynomial 0x1021, begun with 0xFFFF, not reflected."""
    register = 0xFFFF
    for byte in content:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
    return register


def notice_of(kind: str, facts: Mapping[str, object]) -> str | None:
    """Return as what kind of notice the applicant is told of an entry, or None."""
    if kind == "cases.TimerRanOut" and facts.get("status") != Status.STOPPED:
        return None
    return NOTICES.get(kind)


def due_at(facts: Mapping[str, object]) -> datetime | None:
    """Return the appointment that an entry tells of, if it tells of one."""
    said = facts.get("due_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _waiting(flow: flows.Flow, messages: Collection[str]) -> Iterator[str]:
    """Yield the places where a flow waits for messages: the gateway before an event, or the event."""
    for node in flow.nodes:
        if node.message not in messages or node.kind in flows.BOUNDARIES | flows.STARTS:
            continue
        before = [arrow.source for arrow in flow.arrows if arrow.target == node.id]
        gates = [each for each in before if flow.by_id[each].kind is flows.Kind.EVENT_BASED]
        yield from gates or [node.id]


def day(fields: Mapping[str, Sequence[str]], name: str) -> date | None:
    """Return the day of three boxes, or None for what is no day."""
    parts = [typed(fields, f"{name}.{part}").strip() for part in ("year", "month", "day")]
    if not all(each.isascii() and each.isdecimal() and len(each) <= 4 for each in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def boxes(fields: Mapping[str, Sequence[str]], name: str) -> tuple[str, str, str]:
    """Return day, month and year as they were typed."""
    texts = [typed(fields, f"{name}.{part}")[:10] for part in ("day", "month", "year")]
    return texts[0], texts[1], texts[2]


def typed(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the last text that came under a name, or nothing."""
    values = fields.get(name, ())
    return values[-1] if values else ""
