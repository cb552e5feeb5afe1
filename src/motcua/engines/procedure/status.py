"""The statuses of a case and everything that may change them, as one table.

Source: statuses 1 to 10 reported to the national portal, and the forms of Circular 03/2025/TT-VPCP,
Appendix I. What a procedure's flow calls `accept`, `supplement` and so on gets its legal meaning here
and nowhere else; every word that the table does not hold is neutral.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType


class Status(enum.IntEnum):
    """The status of a case, with the number that the national portal knows it by."""

    NEW = 1  # Mới đăng ký
    ACCEPTED = 2  # Được tiếp nhận
    REFUSED = 3  # Không được tiếp nhận
    PROCESSING = 4  # Đang xử lý
    SUPPLEMENT = 5  # Yêu cầu bổ sung giấy tờ
    PAYMENT = 6  # Yêu cầu thực hiện nghĩa vụ tài chính
    WITHDRAWN = 7  # Công dân yêu cầu rút hồ sơ
    STOPPED = 8  # Dừng xử lý
    PROCESSED = 9  # Đã xử lý xong
    RETURNED = 10  # Đã trả kết quả

    @property
    def word(self) -> str:
        """Return the word that examples and `motcua:status` use, such as "processing"."""
        return self.name.lower()

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more can happen to the case."""
        return self in FINAL


FINAL = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.RETURNED})
BY_WORD = MappingProxyType({each.word: each for each in Status})


class Slip(enum.IntEnum):
    """The numbered forms (Mẫu) of Circular 03/2025/TT-VPCP that a change calls for."""

    RECEIPT = 1  # Giấy tiếp nhận hồ sơ và hẹn trả kết quả
    SUPPLEMENT = 2  # Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ
    REFUSAL = 3  # Phiếu từ chối tiếp nhận giải quyết hồ sơ
    APOLOGY = 4  # Văn bản xin lỗi và đề nghị gia hạn
    STOP = 5  # Thông báo dừng giải quyết hồ sơ


class Turn(enum.Enum):
    """What a change does to the statutory clock."""

    NOTHING = "nothing"
    START = "start"
    SUPPLEMENT = "supplement"  # stands still by the procedure's rule: pause or restart
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


class Source(enum.Enum):
    """Where a word comes from: what an official chose, who wrote, what the flow asked for."""

    OUTCOME = "outcome"
    MESSAGE = "message"
    OPERATION = "operation"
    END = "end"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: in these statuses, this word leads to a status, a slip and a turn of the clock."""

    source: Source
    word: str
    before: frozenset[Status]
    after: Status
    slip: Slip | None = None
    turn: Turn = Turn.NOTHING


_AT_WORK = frozenset({Status.ACCEPTED, Status.PROCESSING})
_ENTRY = frozenset({Status.NEW})
_WAITING = frozenset({Status.SUPPLEMENT, Status.PAYMENT})
_UNDECIDED = _ENTRY | _AT_WORK | _WAITING


def _rules() -> Iterator[Rule]:
    """Yield the table, in the order in which a case meets its rows."""
    outcome, message = Source.OUTCOME, Source.MESSAGE
    yield Rule(outcome, "accept", _ENTRY, Status.ACCEPTED, Slip.RECEIPT, Turn.START)
    yield Rule(
        outcome,
        "supplement",
        _ENTRY | _AT_WORK,
        Status.SUPPLEMENT,
        Slip.SUPPLEMENT,
        Turn.SUPPLEMENT,
    )
    yield Rule(outcome, "refuse", _ENTRY, Status.REFUSED, Slip.REFUSAL, Turn.STOP)
    yield Rule(outcome, "sign", _AT_WORK, Status.PROCESSED, None, Turn.STOP)
    yield Rule(outcome, "return_result", frozenset({Status.PROCESSED}), Status.RETURNED)
    yield Rule(outcome, "stop", _UNDECIDED, Status.STOPPED, Slip.STOP, Turn.STOP)
    # Before acceptance the case goes back to NEW instead: `interpret` knows whether it was accepted.
    yield Rule(
        message,
        "supplemented",
        frozenset({Status.SUPPLEMENT}),
        Status.PROCESSING,
        None,
        Turn.RESUME,
    )
    yield Rule(
        message,
        "payment_settled",
        frozenset({Status.PAYMENT}),
        Status.PROCESSING,
        None,
        Turn.RESUME,
    )
    yield Rule(message, "withdrawn", _UNDECIDED, Status.WITHDRAWN, Slip.STOP, Turn.STOP)
    yield Rule(Source.OPERATION, "request_payment", _AT_WORK, Status.PAYMENT, None, Turn.PAUSE)
    yield Rule(Source.END, "stopped", _UNDECIDED, Status.STOPPED, Slip.STOP, Turn.STOP)
    yield Rule(Source.END, "refused", _ENTRY, Status.REFUSED, Slip.REFUSAL, Turn.STOP)
    yield Rule(Source.END, "withdrawn", _UNDECIDED, Status.WITHDRAWN, Slip.STOP, Turn.STOP)
    yield Rule(Source.END, "processed", _AT_WORK, Status.PROCESSED, None, Turn.STOP)
    yield Rule(Source.END, "returned", frozenset({Status.PROCESSED}), Status.RETURNED)


RULES = tuple(_rules())
TABLE = MappingProxyType({(each.source, each.word): each for each in RULES})

# What officials must give with an outcome.
NEEDS_REASON = frozenset({"supplement", "refuse", "stop", "reject", "send_back"})
NEEDS_ITEMS = frozenset({"supplement"})


def after_work(status: Status) -> Status:
    """Return the status after a neutral outcome: work on an accepted case is processing."""
    return Status.PROCESSING if status is Status.ACCEPTED else status


def diagram() -> str:
    """Return the picture of the statuses (Mermaid), drawn from the table itself."""
    lines = ["stateDiagram-v2", "    [*] --> new"]
    for rule in RULES:
        for status in sorted(rule.before):
            target = rule.after
            if rule.word == "supplemented":
                lines.append(f"    {status.word} --> new : {rule.word} (not accepted yet)")
            lines.append(f"    {status.word} --> {target.word} : {_label(rule)}")
    lines.append("    accepted --> processing : any other outcome")
    lines.extend(f"    {status.word} --> [*]" for status in sorted(FINAL))
    return "\n".join(lines) + "\n"


def _label(rule: Rule) -> str:
    words = rule.word if rule.source is not Source.END else f"end marked {rule.word}"
    return f"{words} (Mẫu 0{int(rule.slip)})" if rule.slip else words
