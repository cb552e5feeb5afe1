"""What can go wrong on purpose in forms.

Exception
  +-- Malformed     a text that describes no form at all; carries every fault
  +-- FaultyForm    a form that the check refuses was used to validate answers
  +-- NoSuchPage    a page the form does not have
"""

from motcua.engines.expressions import model as expressions


class Malformed(Exception):
    """The text describes no form; `faults` holds every reason, with its place."""

    def __init__(self, faults: tuple[expressions.Fault, ...]) -> None:
        super().__init__("\n".join(f"{f.line}:{f.column}: {f.message} [{f.code}]" for f in faults))
        self.faults = faults


class FaultyForm(Malformed):
    """The form has faults: correct what its check reports before asking anyone to fill it in."""


class NoSuchPage(LookupError):
    """The form has no page of that name."""
