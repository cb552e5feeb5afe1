"""The texts of timers that are known when they are written: ISO 8601."""

import re
from datetime import datetime

from motcua.engines.flow.model import TimerKind

DURATION = re.compile(
    r"P(?=.)(\d{1,5}Y)?(\d{1,5}M)?(\d{1,5}W)?(\d{1,5}D)?(T(?=.)(\d{1,5}H)?(\d{1,5}M)?(\d{1,5}S)?)?"
)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?")
# What can only be meant as ISO 8601, so that a slip in it is told as such and not as a fault of CEL.
MEANT = re.compile(r"[PR][\dT]|\d{4}-\d")
EXAMPLES = {
    TimerKind.DURATION: "a duration such as P3D or PT4H",
    TimerKind.WORKING: "a duration such as P3D or PT4H",
    TimerKind.DATE: "a date such as 2026-12-31, or a moment with its zone",
}


def is_known(kind: TimerKind, text: str) -> bool:
    """Tell whether a text is the ISO 8601 that a kind of timer needs."""
    if kind is not TimerKind.DATE:
        return DURATION.fullmatch(text) is not None
    if MOMENT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
