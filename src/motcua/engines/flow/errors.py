"""What can go wrong on purpose. Each message says what happened and what to do.

FlowError
|-- Malformed              the bytes are no flow at all
|-- Faulty                 the flow has faults and cannot be compiled
|-- StateError
|   |-- BrokenState          the text is no state, or does not fit its net
|   `-- StateFromOtherVersion
|-- Refusal                the happening does not fit the state: nothing has changed
|   |-- NotOpen
|   |-- WrongHappening
|   |-- OutcomeNotOffered
|   |-- NotAwaited
|   |-- SeveralWait
|   |-- NotCaught
|   |-- NotStarted
|   `-- NoZone
|-- CannotGoOn             the model or the values do not let the flow go on: nothing has changed
|   |-- StuckGateway
|   |-- EndlessLoop
|   |-- BadTimer
|   `-- BadInstances
`-- CannotMove             a running state does not fit the new version
"""

from motcua.engines.expressions.model import Fault


class FlowError(Exception):
    """The root of what this engine raises."""


class WithFaults(FlowError):
    """An error that lists faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults and say them, one a line."""
        self.faults = faults
        super().__init__("\n".join(f"line {fault.line}: {fault.message}" for fault in faults))


class Malformed(WithFaults):
    """The bytes hold no flow to speak of."""


class Faulty(WithFaults):
    """The flow has faults: correct them, then compile it again."""


class StateError(FlowError):
    """A stored state cannot be used."""


class BrokenState(StateError):
    """The text is not a state of this engine, or was damaged: restore it from the event log."""


class StateFromOtherVersion(StateError):
    """The state belongs to another version of the flow: step it with that version, or upgrade it first."""


class Refusal(FlowError):
    """The happening does not fit the state; the state is as it was."""


class NotOpen(Refusal):
    """The token is not open."""


class WrongHappening(Refusal):
    """The token is open but waits for something else."""


class OutcomeNotOffered(Refusal):
    """The task does not offer that outcome."""


class NotAwaited(Refusal):
    """Nothing waits for that message now."""


class SeveralWait(Refusal):
    """Several tokens wait for that message: name one of `tokens`."""

    def __init__(self, message: str, tokens: tuple[int, ...]) -> None:
        """Keep the tokens that wait."""
        self.tokens = tokens
        super().__init__(message)


class NotCaught(Refusal):
    """No error event catches that code: the task stays open; retry it or put the cause right."""


class NotStarted(Refusal):
    """The flow has no such start."""


class NoZone(Refusal):
    """The moment has no time zone: give one that has."""


class CannotGoOn(FlowError):
    """The flow cannot take this step with these values; the state is as it was."""


class StuckGateway(CannotGoOn):
    """No condition is true and there is no default; `check` refuses such flows."""


class EndlessLoop(CannotGoOn):
    """The flow runs in a circle without ever waiting; `check` refuses such flows."""


class BadTimer(CannotGoOn):
    """The expression of a timer gave something that is not ISO 8601."""


class BadInstances(CannotGoOn):
    """The number or list of instances cannot be used."""


class CannotMove(FlowError):
    """The state cannot be moved to the new version; `reasons` says why, token by token."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        """Keep the reasons and say them, one a line."""
        self.reasons = reasons
        super().__init__("\n".join(reasons))
