"""What can go wrong with a procedure on purpose. Codes are stable; messages say what to do.

ProcedureError
  +-- Malformed           the folder cannot be read as a procedure; `findings` holds every fault
  +-- Unfit               a duration, period or date means nothing; step turns it into a Refusal
  +-- BrokenSituation     a stored situation does not read, or is of another format
  +-- Refusal             the step cannot be taken: nothing has changed; `code` says why
        task-not-open, outcome-not-offered, message-not-awaited, timer-not-armed,
        service-not-called, not-lawful, too-early, clock-reversed, already-extended,
        no-deadline, cannot-go-on, cannot-move
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault in a folder: where (lines and columns from 1; 0: not known), a stable code, words.

    A warning does not stop the procedure from being published.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    element: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        """Return the place and the words, as compilers print them."""
        return f"{self.file}:{self.line}:{self.column}: {self.message} [{self.code}]"


class ProcedureError(Exception):
    """The root of what this engine raises."""


class Malformed(ProcedureError):
    """The folder cannot be read as a procedure; `findings` holds every fault found so far."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep the findings and say them, one a line."""
        self.findings = findings
        super().__init__("\n".join(str(each) for each in findings))


class Unfit(ProcedureError):
    """A duration, period or date in the procedure's data means nothing: the message says why."""


class BrokenSituation(ProcedureError):
    """The stored data is no situation of this engine: restore it from the event log."""


class Refusal(ProcedureError):
    """The step cannot be taken; the situation is as it was."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the stable code; the message says what happened and what to do."""
        self.code = code
        super().__init__(message)
