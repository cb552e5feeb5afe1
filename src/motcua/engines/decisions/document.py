"""YAML as plain values that remember their lines: strict, small, and nothing it holds is ever run.

Refused, with the place: what is not UTF-8 or over the size limit, more than one document, anchors and aliases (a few
lines of them unfold to gigabytes), keys given twice, tags of any sort, nesting beyond 12.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import yaml

from motcua.engines.expressions import model as expressions

LARGEST = 200_000  # bytes
DEEPEST = 12
MOST_NODES = 20_000

_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")
)


@dataclass(frozen=True, slots=True)
class Text:
    """This will hold a single value as it is written; `text_line` and `text_column` say where its own text begins."""

    text: str
    line: int
    column: int
    text_line: int
    text_column: int


@dataclass(frozen=True, slots=True)
class Items:
    """This will hold a list."""

    items: tuple["Node", ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """This will hold named values; `keys` are the names as they are written, with their places."""

    values: dict[str, "Node"]
    keys: dict[str, Text]
    line: int
    column: int


Node = Text | Items | Mapping


class _Mark(Protocol):
    """A place as PyYAML tells it, from 0; its two loaders have a class each."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def load(source: bytes) -> Node:
    """Return the one document of a file.

    Raises expressions.Rejected with the faults named above.
    """
    text = _decoded(source)
    try:
        _refuse_bombs(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _rejected("not-yaml", f"this is not YAML: {error.problem}", *_place(mark)) from None
    except yaml.YAMLError as error:
        raise _rejected(
            "not-yaml", f"this is not YAML: {str(error).splitlines()[0]}", 1, 1
        ) from None
    if node is None:
        raise _rejected("empty", "the file is empty", 1, 1)
    faults: list[expressions.Fault] = []
    read = _node(node, faults)
    if faults:
        raise expressions.Rejected(expressions.in_order(faults))
    return read


def _rejected(code: str, message: str, line: int, column: int) -> expressions.Rejected:
    return expressions.Rejected((expressions.Fault(code, message, line=line, column=column),))


def _decoded(source: bytes) -> str:
    if len(source) > LARGEST:
        raise _rejected(
            "too-long", f"the file is larger than {LARGEST:,} bytes: split the table", 1, 1
        )
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise _rejected("not-utf8", "the file is not UTF-8: save it as UTF-8", line, 1) from None


def _refuse_bombs(text: str) -> None:
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "anchors and aliases are not taken: write the value out"
            raise _rejected("alias", message, *_place(mark))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(
            event, yaml.CollectionEndEvent
        )
        nodes += isinstance(event, yaml.NodeEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST or nodes > MOST_NODES:
            raise _rejected(
                "too-deep",
                "the file nests too deep or holds too much",
                *_place(mark),
            )
        if documents > 1:
            raise _rejected("several-documents", "a file holds one table", *_place(mark))


def _place(mark: _Mark | None) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _node(node: yaml.Node, faults: list[expressions.Fault]) -> Node:
    line, column = _place(node.start_mark)
    if node.tag not in _PLAIN_TAGS:
        faults.append(
            expressions.Fault("tag", f"the tag {node.tag} is not taken", line=line, column=column)
        )
    if isinstance(node, yaml.ScalarNode):
        if node.style in {"|", ">"}:
            return Text(node.value, line, column, line + 1, 1)
        return Text(node.value, line, column, line, column + (node.style is not None))
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(item, faults) for item in node.value), line, column)
    values: dict[str, Node] = {}
    keys: dict[str, Text] = {}
    for key, value in _pairs(node, faults):
        if key.text in values:
            message = f"'{key.text}' is given twice: keep one"
            faults.append(
                expressions.Fault("repeated-key", message, line=key.line, column=key.column)
            )
        values[key.text], keys[key.text] = _node(value, faults), key
    return Mapping(values, keys, line, column)


def _pairs(node: yaml.Node, faults: list[expressions.Fault]) -> Iterator[tuple[Text, yaml.Node]]:
    for key_node, value in node.value:
        key = _node(key_node, faults)
        if isinstance(key, Text):
            yield key, value
        else:
            faults.append(
                expressions.Fault(
                    "bad-key", "a key must be a word", line=key.line, column=key.column
                )
            )
