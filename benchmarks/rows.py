"""The row of a benchmark: a figure, what it is compared to, and whether the goal is met."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a figure is compared to, measured in the same run."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `goal` is for the ratio where there is a baseline, else for the value."""

    name: str
    value: float
    unit: str
    baseline: Baseline | None = None
    ratio: float | None = None
    goal: float | None = None
    met: bool | None = None

    def plain(self) -> dict[str, object]:
        """Return the row for JSON."""
        return asdict(self)
