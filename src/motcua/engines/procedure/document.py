"""The YAML files of a folder as trees of values that know their place, and a reader that notes findings."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from motcua.engines.forms import document as yaml_document
from motcua.engines.forms import errors as form_errors
from motcua.engines.forms import model as forms
from motcua.engines.procedure.errors import Finding, Malformed

Parsed = TypeVar("Parsed")
NO_WORDS = forms.Text("", "")


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands: a scalar, a list of nodes, or a mapping of keys to nodes."""

    value: object
    line: int
    column: int

    @property
    def items(self) -> Mapping[str, "Node"]:
        """Return the entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}


def plain(node: Node) -> object:
    """Return the value without places: dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(each) for each in node.value]
    return node.value


def load(content: bytes, *, file: str) -> Node:
    """Return the document's root; raises Malformed at what stops the reading."""
    try:
        document = yaml_document.read(content)
    except form_errors.Malformed as error:
        raise Malformed(
            tuple(
                Finding(file, each.line, each.column, each.code, each.message)
                for each in error.faults
            )
        ) from error
    return _node(document, document.data, ())


def _node(document: yaml_document.Document, data: object, path: yaml_document.Path) -> Node:
    # Recursion is safe: the document refuses what nests deep.
    value: object = data
    if isinstance(data, dict):
        value = {key: _node(document, each, (*path, key)) for key, each in data.items()}
    elif isinstance(data, list):
        value = tuple(_node(document, each, (*path, index)) for index, each in enumerate(data))
    place = document.place(path)
    return Node(value, place.line, place.column)


@dataclass(slots=True)
class Reader:
    """A walk over one document that notes findings instead of stopping at the first."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def fault(self, node: Node, code: str, message: str, *, warning: bool = False) -> None:
        """Note a finding at a node."""
        found = Finding(self.file, node.line, node.column, code, message, is_warning=warning)
        self.findings.append(found)

    def mapping(
        self, node: Node, *, required: frozenset[str] = frozenset(), optional: frozenset[str]
    ) -> Mapping[str, Node]:
        """Return a mapping's entries; notes what is no mapping, missing or unknown."""
        if not isinstance(node.value, dict):
            self.fault(node, "not-a-mapping", f"give {', '.join(sorted(required | optional))} here")
            return {}
        for name in sorted(required - node.value.keys()):
            self.fault(node, "missing", f"'{name}' is missing: add it")
        for name, each in node.value.items():
            if name not in required and name not in optional:
                known = ", ".join(sorted(required | optional))
                self.fault(each, "unknown-key", f"'{name[:80]}' is not known here: use {known}")
        return node.value

    def text(self, node: Node | None, *, longest: int = 2_000) -> str:
        """Return text; notes what is none, empty or too long; "" for a node that is missing."""
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            hint = "put it in quotes" if isinstance(node.value, int | float) else "write some words"
            self.fault(node, "not-text", f"text is needed here: {hint}")
            return ""
        if len(node.value) > longest:
            self.fault(node, "too-long", f"this is longer than {longest} characters: shorten it")
        return node.value.strip()

    def choice(self, node: Node | None, words: tuple[str, ...]) -> str:
        """Return one of the words; the first where the node is missing or is none of them."""
        if node is None:
            return words[0]
        if node.value not in words:
            self.fault(node, "unknown-word", f"use one of {', '.join(words)}")
            return words[0]
        return str(node.value)

    def whole(self, node: Node | None, *, least: int, most: int, default: int) -> int:
        """Return a whole number in a range; the default where the node is missing or wrong."""
        if node is None:
            return default
        if type(node.value) is not int or not least <= node.value <= most:
            self.fault(node, "not-a-number", f"a whole number from {least} to {most} is needed")
            return default
        return node.value

    def each(self, node: Node | None, *, most: int = 200) -> Iterator[Node]:
        """Yield the entries of a list; notes what is none, or has too many."""
        if node is None:
            return
        if not isinstance(node.value, tuple) or len(node.value) > most:
            self.fault(node, "not-a-list", f"a list of at most {most} entries is needed here")
            return
        yield from node.value

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self.text(each, longest=200) for each in self.each(node))

    def parsed(
        self, node: Node, parse: Callable[[str], Parsed], *, otherwise: Parsed, hint: str
    ) -> Parsed:
        """Return what `parse` makes of the text; notes its ValueError with the hint."""
        try:
            return parse(node.value if isinstance(node.value, str) else "")
        except ValueError:
            self.fault(node, "unreadable", hint)
            return otherwise

    def words(self, node: Node | None) -> forms.Text:
        """Return a text in both languages; notes a language that is missing or empty."""
        if node is None:
            return NO_WORDS
        entries = self.mapping(node, required=frozenset({"vi", "en"}), optional=frozenset())
        return forms.Text(self.text(entries.get("vi")), self.text(entries.get("en")))
