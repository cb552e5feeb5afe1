"""Reading YAML as data with the place of every value, for files that anyone may have written.

A subset of YAML 1.2: mappings with text keys, lists, text, whole and decimal numbers, true, false and
null. Refused: anchors and aliases (they can grow without bound), tags, several documents, repeated
keys, and what nests too deep or is too large. Unlike YAML 1.1, `no` is text, and so is 15:00, a day,
and a number that begins with a nought: it is a code and not an amount.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from motcua.engines.expressions import model as expressions
from motcua.engines.forms.errors import Malformed

MAX_BYTES = 262_144
MAX_DEPTH = 24
MAX_FAULTS = 50  # of syntax; a file with more is not a form with mistakes, it is another file

Data: TypeAlias = bool | int | float | str | list["Data"] | dict[str, "Data"] | None
Path = tuple[str | int, ...]

_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file, and where each value begins, by its path of keys and indexes."""

    data: Data
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        """Return where a value begins, or the nearest value around it that is there."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(1, 1))

    def fault(self, path: Path, code: str, message: str) -> expressions.Fault:
        """Return a fault at the place of a value."""
        place = self.place(path)
        return expressions.Fault(code, message, ".".join(map(str, path)), place.line, place.column)


def read(text: bytes) -> Document:
    """Return the document; raise Malformed with every fault that lets the reading go on."""
    if len(text) > MAX_BYTES:
        raise Malformed(
            (
                expressions.Fault(
                    "too-large", f"the file is larger than {MAX_BYTES} bytes", "", 1, 1
                ),
            )
        )
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise Malformed(
            (expressions.Fault("not-utf-8", "save the file as UTF-8", "", line, 1),)
        ) from None
    builder = _Builder()
    try:
        for event in yaml.parse(decoded, Loader=yaml.CSafeLoader):
            builder.take(event)
            if len(builder.faults) >= MAX_FAULTS:
                break
    except yaml.YAMLError as error:
        builder.faults.append(_syntax(error))
    if builder.faults:
        raise Malformed(tuple(builder.faults))
    return Document(builder.root, builder.places)


def _syntax(error: yaml.YAMLError) -> expressions.Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return expressions.Fault("syntax", f"this cannot be read as YAML: {problem}", "", line, column)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    value: dict[str, Data] | list[Data]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    """Turns events into data without recursion, so that depth costs nothing before it is refused."""

    root: Data = None
    faults: list[expressions.Fault] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    _stack: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the file; raise Malformed where nothing sensible can follow."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Malformed((self._fault(event, "documents", "write one document a file"),))
        elif isinstance(event, yaml.AliasEvent):
            raise Malformed((self._fault(event, "alias", "write the value out: no aliases"),))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)

    def _node(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self.faults.append(self._fault(event, "tag", "remove the anchor or tag (& or !)"))
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event)
            return
        path = self._path(top)
        self.places[path] = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            self._put(top, _scalar(event))
            return
        if len(self._stack) >= MAX_DEPTH:
            message = f"values nest more than {MAX_DEPTH} deep"
            raise Malformed((self._fault(event, "too-deep", message),))
        value: dict[str, Data] | list[Data] = (
            {} if isinstance(event, yaml.MappingStartEvent) else []
        )
        self._put(top, value)
        self._stack.append(_Open(value, path))

    def _key(self, top: _Open, event: yaml.NodeEvent) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            raise Malformed((self._fault(event, "bad-key", "a key must be text"),))
        if isinstance(top.value, dict) and event.value in top.value:
            message = f"'{event.value[:80]}' stands here twice: remove one"
            self.faults.append(self._fault(event, "duplicate-key", message))
        top.key = event.value

    def _path(self, top: _Open | None) -> Path:
        if top is None:
            return ()
        step = len(top.value) if isinstance(top.value, list) else top.key
        return (*top.path, step if step is not None else "")

    def _put(self, top: _Open | None, value: Data) -> None:
        if top is None:
            self.root = value
        elif isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = None

    @staticmethod
    def _fault(event: yaml.Event, code: str, message: str) -> expressions.Fault:
        place = _place(event)
        return expressions.Fault(code, message, "", place.line, place.column)


def _place(event: yaml.Event) -> Place:
    """Return where the value itself begins: after a quote, on the line after a block's bar."""
    mark = event.start_mark
    if mark is None:  # only the stubs allow it; events of a text always have a mark
        return Place(1, 1)
    style = event.style if isinstance(event, yaml.ScalarEvent) else None
    if style in ("|", ">"):
        return Place(mark.line + 2, 1)
    return Place(mark.line + 1, mark.column + (2 if style in ("'", '"') else 1))


def _scalar(event: yaml.ScalarEvent) -> Data:
    text = event.value
    if event.style:  # quoted or a block: text, whatever it looks like
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
