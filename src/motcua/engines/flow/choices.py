"""Where a net has a choice: what the values of a case decide, and a proof tries out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from motcua.engines.flow import timers
from motcua.engines.flow.effects import Item, TimerSpec
from motcua.engines.flow.errors import BadInstances, BadTimer, StuckGateway
from motcua.engines.flow.net import NOWHERE, Clock, Net, Place

MOST_INSTANCES = 100
LONGEST_ITEM = 100  # characters; items are codes of units, people or plots, not texts


class Chooser(Protocol):
    """Decides whatever a flow leaves open; the rest of a step follows from the net alone."""

    def one(self, place: Place) -> int:
        """Return the wire that an exclusive gateway takes."""

    def some(self, place: Place) -> Sequence[int]:
        """Return the wires that an inclusive gateway takes: at least one."""

    def instances(self, place: Place) -> tuple[int, tuple[Item, ...] | None]:
        """Return how many instances an activity has, and the items they are for."""

    def is_enough(self, place: Place) -> bool:
        """Tell whether the completion condition of a multi-instance activity is true."""

    def due(self, clock: Clock, place: Place) -> TimerSpec:
        """Return when a timer is due."""


class Values:
    """Decides by the conditions of the model and the values of a case."""

    __slots__ = ("net", "values")

    def __init__(self, net: Net, values: Mapping[str, object]) -> None:
        """Keep the values for one step."""
        self.net = net
        self.values = values

    def one(self, place: Place) -> int:
        """Return the first wire, in the order of the document, whose condition is true; else the default."""
        wires = self.net.wires
        for index in place.out:
            condition = wires[index].condition
            if condition is not None and condition.evaluate(self.values) is True:
                return index
        if place.default == NOWHERE:
            raise self._stuck(place)
        return place.default

    def some(self, place: Place) -> Sequence[int]:
        """Return every wire whose condition is true; else the default."""
        wires = self.net.wires
        chosen = [
            index
            for index in place.out
            if (condition := wires[index].condition) is not None
            and condition.evaluate(self.values) is True
        ]
        if not chosen and place.default == NOWHERE:
            raise self._stuck(place)
        return chosen or [place.default]

    def _stuck(self, place: Place) -> StuckGateway:
        return StuckGateway(
            f"No condition after {place.path!r} is true and it has no default; give it a default."
        )

    def instances(self, place: Place) -> tuple[int, tuple[Item, ...] | None]:
        """Return the number, or the list, that the model or its expression gives."""
        repeat = place.repeat
        items: tuple[Item, ...] | None = None
        count: object = repeat.number
        if repeat.cardinality is not None:
            count = repeat.cardinality.evaluate(self.values)
        elif repeat.collection is not None:
            listed = repeat.collection.evaluate(self.values)
            items = tuple(listed) if isinstance(listed, list) else ()  # type: ignore[arg-type]
            count = len(items)
            if any(len(str(item)) > LONGEST_ITEM for item in items):
                raise BadInstances(
                    f"An item of {place.path!r} has more than {LONGEST_ITEM} characters; list short codes."
                )
        if not isinstance(count, int) or not 0 <= count <= MOST_INSTANCES:
            raise BadInstances(
                f"{place.path!r} asks for {count} instances; between 0 and {MOST_INSTANCES} may run."
            )
        return count, items

    def is_enough(self, place: Place) -> bool:
        """Tell whether the completion condition is true."""
        until = place.repeat.until
        return until is not None and until.evaluate(self.values) is True

    def due(self, clock: Clock, place: Place) -> TimerSpec:
        """Return when a timer is due, as ISO 8601."""
        if clock.expression is None:
            return clock.spec
        value = clock.expression.evaluate(self.values)
        text = (
            value if isinstance(value, str) else str(getattr(value, "isoformat", lambda: value)())
        )
        if not timers.is_known(clock.spec.kind, text):
            raise BadTimer(
                f"The timer {place.path!r} gives {text[:40]!r}, which is not {timers.EXAMPLES[clock.spec.kind]}."
            )
        return TimerSpec(clock.spec.kind, text)
