"""The one place that reads the clock; views, tasks and commands call it and hand the moment on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return the same moment as a clock on a wall in Vietnam shows it."""
    return moment.astimezone(VIETNAM)


def shown(moment: datetime | None) -> str:
    """Return a moment as people read it, 22/11/2026 09:12 in Vietnam, or a dash."""
    return f"{local(moment):%d/%m/%Y %H:%M}" if moment else "-"
