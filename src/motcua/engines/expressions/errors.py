"""What can go wrong on purpose in expressions."""

from motcua.engines.expressions.values import Fault


class Rejected(Exception):
    """The expression cannot be compiled; `faults` holds every reason, with its place."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults; the text of the error is theirs, one a line."""
        self.faults = faults
        super().__init__("\n".join(f"{f.line}:{f.column}: {f.message} [{f.code}]" for f in faults))


class EvaluationFailed(Exception):
    """The expression has no value for these answers, as on a division by zero; `source` and `reason` say why."""

    def __init__(self, source: str, reason: str) -> None:
        """Keep both parts; neither holds an answer's value, which may be personal."""
        self.source = source
        self.reason = reason
        super().__init__(f"{reason}; in the expression: {source}")


class UnsupportedSchema(Exception):
    """The JSON Schema has a shape that no expression can be typed against; `pointer` names its place (RFC 6901)."""

    def __init__(self, pointer: str, reason: str) -> None:
        """Keep both parts; the document itself is the empty pointer."""
        self.pointer = pointer
        self.reason = reason
        super().__init__(f"{pointer or '/'}: {reason}")


class UnusableName(Exception):
    """A record has a field whose name expressions cannot write; `path` is where it stands."""

    def __init__(self, path: str) -> None:
        """Keep the dotted path of the field."""
        self.path = path
        super().__init__(
            f"the field '{path}' cannot be named in an expression: use letters a-z, digits and _, "
            "not starting with a digit, and none of true, false, null, in"
        )
