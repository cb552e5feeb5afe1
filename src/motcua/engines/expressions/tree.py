"""What a compiled expression is made of: the names it reads, how deep its loops go, and its fixed arguments.

CEL hands out a checked expression as the message `cel.expr.CheckedExpr`. The part of it that is read here:

    CheckedExpr  { map<int64, Type> type_map = 3;  Expr expr = 4;  SourceInfo source_info = 5; }
    Type         { Empty dyn = 1; ListType list_type = 6; MapType map_type = 7; ... }
    SourceInfo   { map<int64, int32> positions = 4; }              offsets in code points
    Expr         { id = 2; const = 3; ident = 4; select = 5; call = 6; list = 7; struct = 8; comprehension = 9; }

Source: cel/expr/checked.proto and cel/expr/syntax.proto of the CEL specification.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message

Path = tuple[str, ...]

_SHAPES: Mapping[str, tuple[tuple[str, int, str], ...]] = {
    "Empty": (),
    "Type": (("dyn", 1, "Empty"), ("list", 6, "ListType"), ("map", 7, "MapType")),
    "ListType": (("item", 1, "Type"),),
    "MapType": (("key", 1, "Type"), ("value", 2, "Type")),
    "TypeEntry": (("key", 1, "int"), ("value", 2, "Type")),
    "PositionEntry": (("key", 1, "int"), ("value", 2, "int")),
    "SourceInfo": (("positions", 4, "PositionEntry*"),),
    "Checked": (("types", 3, "TypeEntry*"), ("expr", 4, "Expr"), ("source_info", 5, "SourceInfo")),
    "Constant": (("text", 6, "string"),),
    "Ident": (("name", 1, "string"),),
    "Select": (("operand", 1, "Expr"), ("field", 2, "string")),
    "Call": (("target", 1, "Expr"), ("function", 2, "string"), ("args", 3, "Expr*")),
    "List": (("elements", 1, "Expr*"),),
    "Entry": (("map_key", 3, "Expr"), ("value", 4, "Expr")),
    "Struct": (("message_name", 1, "string"), ("entries", 2, "Entry*")),
    "Comprehension": (
        ("iter_var", 1, "string"),
        ("iter_range", 2, "Expr"),
        ("accu_var", 3, "string"),
        ("accu_init", 4, "Expr"),
        ("loop_condition", 5, "Expr"),
        ("loop_step", 6, "Expr"),
        ("result", 7, "Expr"),
    ),
    "Expr": (
        ("id", 2, "int"),
        ("const", 3, "Constant"),
        ("ident", 4, "Ident"),
        ("select", 5, "Select"),
        ("call", 6, "Call"),
        ("list", 7, "List"),
        ("struct", 8, "Struct"),
        ("comprehension", 9, "Comprehension"),
    ),
}


def _message_class() -> type[Message]:
    described = descriptor_pb2.FieldDescriptorProto
    plain = {"int": described.TYPE_INT64, "string": described.TYPE_STRING}
    file = descriptor_pb2.FileDescriptorProto(name="tree.proto", package="tree", syntax="proto2")
    for name, fields in _SHAPES.items():
        message = file.message_type.add(name=name)
        for field_name, number, shape in fields:
            many, single = shape.endswith("*"), shape.removesuffix("*")
            added = message.field.add(name=field_name, number=number)
            added.label = described.LABEL_REPEATED if many else described.LABEL_OPTIONAL
            if single in plain:
                added.type = plain[single]
            else:
                added.type, added.type_name = described.TYPE_MESSAGE, f".tree.{single}"
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    found: type[Message] = message_factory.GetMessageClass(
        pool.FindMessageTypeByName("tree.Checked")
    )
    return found


_Checked = _message_class()


class TooDeep(Exception):
    """The expression nests further than its tree can be read."""


@dataclass(frozen=True, slots=True)
class Call:
    """This will name a function called, the offset of the call, and its last argument when that is a fixed text."""

    function: str
    offset: int
    text: str | None


@dataclass(slots=True)
class Tree:
    """This will gather what one walk over an expression finds."""

    reads: set[Path] = field(default_factory=set)  # names read wholly
    iterated: set[Path] = field(default_factory=set)  # lists walked item by item
    calls: list[Call] = field(default_factory=list)
    loose: list[int] = field(default_factory=list)  # offsets of parts that have no one type
    built: list[int] = field(default_factory=list)  # offsets of messages built in the expression
    loops: int = 0  # loops inside one another, at the deepest


def read(serialized: bytes, *, variables: frozenset[str]) -> Tree:
    """Return what the expression is made of.

    Raises TooDeep when it nests beyond what protocol buffers decode, 100 messages.
    """
    wrapped = any_pb2.Any()
    # The messages are described while running, so their fields are unknown to the type checker.
    checked: Any = _Checked()
    try:
        wrapped.ParseFromString(serialized)
        checked.ParseFromString(wrapped.value)
    except DecodeError:
        raise TooDeep from None
    walk = _Walk(
        tree=Tree(),
        variables=variables,
        offsets={entry.key: entry.value for entry in checked.source_info.positions},
    )
    walk.expression(checked.expr, {}, 0)
    walk.tree.loose.extend(
        sorted(walk.offsets.get(entry.key, 0) for entry in checked.types if _is_loose(entry.value))
    )
    return walk.tree


def _is_loose(type_: Any) -> bool:
    if type_.HasField("list"):
        return _is_loose(type_.list.item)
    if type_.HasField("map"):
        return _is_loose(type_.map.key) or _is_loose(type_.map.value)
    return bool(type_.HasField("dyn"))


@dataclass(frozen=True, slots=True)
class _Walk:
    tree: Tree
    variables: frozenset[str]
    offsets: Mapping[int, int]

    def path(self, expr: Any, bound: Mapping[str, Path | None]) -> Path | None:
        if expr.HasField("ident"):
            name = expr.ident.name
            return bound.get(name, (name,) if name in self.variables else None)
        if expr.HasField("select"):
            before = self.path(expr.select.operand, bound)
            return None if before is None else (*before, expr.select.field)
        return None

    def expression(self, expr: Any, bound: Mapping[str, Path | None], depth: int) -> None:
        path = self.path(expr, bound)
        if path is not None:
            self.tree.reads.add(path)
        elif expr.HasField("select"):
            self.expression(expr.select.operand, bound, depth)
        elif expr.HasField("call"):
            self.call(expr, bound, depth)
        elif expr.HasField("list"):
            for element in expr.list.elements:
                self.expression(element, bound, depth)
        elif expr.HasField("struct"):
            self.struct(expr, bound, depth)
        elif expr.HasField("comprehension"):
            self.comprehension(expr.comprehension, bound, depth + 1)

    def call(self, expr: Any, bound: Mapping[str, Path | None], depth: int) -> None:
        call = expr.call
        last = call.args[-1] if call.args else None
        text = last.const.text if last is not None and last.const.HasField("text") else None
        self.tree.calls.append(Call(call.function, self.offsets.get(expr.id, 0), text))
        if call.HasField("target"):
            self.expression(call.target, bound, depth)
        for argument in call.args:
            self.expression(argument, bound, depth)

    def struct(self, expr: Any, bound: Mapping[str, Path | None], depth: int) -> None:
        if expr.struct.message_name:
            self.tree.built.append(self.offsets.get(expr.id, 0))
        for entry in expr.struct.entries:
            self.expression(entry.map_key, bound, depth)
            self.expression(entry.value, bound, depth)

    def comprehension(self, loop: Any, bound: Mapping[str, Path | None], depth: int) -> None:
        self.tree.loops = max(self.tree.loops, depth)
        path = self.path(loop.iter_range, bound)
        if path is None:
            self.expression(loop.iter_range, bound, depth)
        else:
            self.tree.iterated.add(path)
        self.expression(loop.accu_init, bound, depth)
        within = {**bound, loop.iter_var: path, loop.accu_var: None}
        self.expression(loop.loop_condition, within, depth)
        self.expression(loop.loop_step, within, depth)
        self.expression(loop.result, {**bound, loop.accu_var: None}, depth)
