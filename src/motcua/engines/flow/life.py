"""What open tokens wait for and how they are taken back: the life of a token as tables."""

from motcua.engines.flow.effects import CloseTask, DisarmTimer, ForgetMessage
from motcua.engines.flow.model import Kind

WORKED = "worked"  # Completed
WORKED_OR_FAILED = "worked or failed"  # Completed or Failed
TIMED = "timed"  # Fired
TOLD = "told"  # Received
TOLD_OR_WORKED = "told or worked"  # Received or Completed

# What an open token of each kind waits for. Kinds that are not here never wait for the outside.
WAITS_FOR: dict[Kind, str] = {
    Kind.USER: WORKED,
    Kind.MANUAL: WORKED,
    Kind.SERVICE: WORKED_OR_FAILED,
    Kind.DECISION: WORKED_OR_FAILED,
    Kind.RECEIVE: TOLD_OR_WORKED,
    Kind.CATCH_MESSAGE: TOLD,
    Kind.BOUNDARY_MESSAGE: TOLD,
    Kind.START_MESSAGE: TOLD,
    Kind.CATCH_TIMER: TIMED,
    Kind.BOUNDARY_TIMER: TIMED,
    Kind.START_TIMER: TIMED,
}
COMPLETES = frozenset({WORKED, WORKED_OR_FAILED, TOLD_OR_WORKED})
HEARS = frozenset({TOLD, TOLD_OR_WORKED})

# How an open token of each kind is taken back.
TAKES_BACK: dict[Kind, type[CloseTask] | type[DisarmTimer] | type[ForgetMessage]] = {
    Kind.USER: CloseTask,
    Kind.MANUAL: CloseTask,
    Kind.SERVICE: CloseTask,
    Kind.DECISION: CloseTask,
    Kind.RECEIVE: ForgetMessage,
    Kind.CATCH_MESSAGE: ForgetMessage,
    Kind.BOUNDARY_MESSAGE: ForgetMessage,
    Kind.START_MESSAGE: ForgetMessage,
    Kind.CATCH_TIMER: DisarmTimer,
    Kind.BOUNDARY_TIMER: DisarmTimer,
    Kind.START_TIMER: DisarmTimer,
}

# Tokens that only listen: they do not keep what they listen for from being over.
LISTENS = frozenset(
    {Kind.BOUNDARY_MESSAGE, Kind.BOUNDARY_TIMER, Kind.START_MESSAGE, Kind.START_TIMER}
)

END_WORDS = {
    Kind.END: "none",
    Kind.END_MESSAGE: "message",
    Kind.END_TERMINATE: "terminate",
    Kind.END_ERROR: "error",
}

HAPPENINGS = {
    WORKED: "Completed",
    WORKED_OR_FAILED: "Completed, Failed",
    TIMED: "Fired",
    TOLD: "Received",
    TOLD_OR_WORKED: "Received, Completed",
}


def table() -> str:
    """Return the tables above as one table in Markdown; the manual shows it, and a test holds it there."""
    rows = [
        "| A token at a | is open until | and is taken back by | only listens |",
        "|---|---|---|---|",
    ]
    for kind, waits in WAITS_FOR.items():
        listens = "yes" if kind in LISTENS else ""
        rows.append(
            f"| {kind.word} | {HAPPENINGS[waits]} | {TAKES_BACK[kind].__name__} | {listens} |"
        )
    return "\n".join(rows)
