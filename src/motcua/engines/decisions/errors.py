"""What can go wrong on purpose when a table decides."""

from collections.abc import Mapping

from motcua.engines.expressions import model as expressions


class Undecided(Exception):
    """The table gives no answer for these inputs; `table` and `inputs` say which."""

    def __init__(self, table: str, inputs: Mapping[str, expressions.Value], reason: str) -> None:
        """Keep the inputs apart from the text: they may be personal, the text is not."""
        self.table = table
        self.inputs = dict(inputs)
        super().__init__(f"the table '{table}' {reason}")


class NoRule(Undecided):
    """No rule of the table holds for the inputs, and it has no default."""

    def __init__(self, table: str, inputs: Mapping[str, expressions.Value]) -> None:
        """Say so; the check of the table names such inputs before any case."""
        super().__init__(table, inputs, "has no rule for these inputs and no default")


class SeveralRules(Undecided):
    """More than one rule holds under `unique`; `rules` are their numbers, from 1."""

    def __init__(
        self, table: str, inputs: Mapping[str, expressions.Value], rules: tuple[int, ...]
    ) -> None:
        """Say which; the check of the table names such inputs before any case."""
        self.rules = rules
        numbers = ", ".join(str(number) for number in rules)
        super().__init__(table, inputs, f"is unique, yet its rules {numbers} hold together")


class TooLarge(Undecided):
    """A sum leaves the range of whole numbers of 64 bits."""

    def __init__(self, table: str, inputs: Mapping[str, expressions.Value]) -> None:
        """Say so."""
        super().__init__(table, inputs, "adds up to more than 64 bits hold")
