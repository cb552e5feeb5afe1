"""Records as protocol buffer messages: the only typed records that CEL knows.

Why messages: with them CEL itself finds an unknown field, also inside a list, reads an unanswered field as the zero of
its type, and answers `has(...)`. Each distinct record becomes one message, so two fields of one record type compare.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2
from google.protobuf.message import Message

from motcua.engines.expressions import functions
from motcua.engines.expressions.errors import UnusableName
from motcua.engines.expressions.values import Kind, ListOf, Record, Type, describe

PACKAGE = "record"
LONGEST_LIST = 1_000  # items of one list that an evaluation accepts

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_RESERVED = frozenset(
    {"true", "false", "null", "in"}
)  # CEL takes these for itself even after a dot
_RESERVED_FIRST = _RESERVED | {  # words CEL keeps for itself, and its names of types
    *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop"),
    *("package", "namespace", "return", "var", "void", "while"),
    *(
        "bool",
        "bytes",
        "double",
        "dyn",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "type",
        "uint",
    ),
}
_FIELD = descriptor_pb2.FieldDescriptorProto
_FIELD_TYPES = {
    Kind.TEXT: _FIELD.TYPE_STRING,
    Kind.INT: _FIELD.TYPE_INT64,
    Kind.NUMBER: _FIELD.TYPE_DOUBLE,
    Kind.BOOL: _FIELD.TYPE_BOOL,
}
_CEL_TYPES = {
    Kind.TEXT: cel.Type.STRING,
    Kind.INT: cel.Type.INT,
    Kind.NUMBER: cel.Type.DOUBLE,
    Kind.BOOL: cel.Type.BOOL,
    Kind.DATE: cel.Type.TIMESTAMP,
}
_ZEROS: Mapping[Kind, object] = {
    Kind.TEXT: "",
    Kind.INT: 0,
    Kind.NUMBER: 0.0,
    Kind.BOOL: False,
    Kind.DATE: functions.moment_of(date(1970, 1, 1)),
}
_ACCEPTED: Mapping[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.INT: int,
    Kind.NUMBER: (int, float),
    Kind.BOOL: bool,
}
_EPOCH = date(1970, 1, 1).toordinal()

Encoder = Callable[[object], object]


class Unfit(Exception):
    """A value does not have the type that its name has in the scope."""


@dataclass(frozen=True, slots=True)
class Reads:
    """This will say which parts of a record an expression reads: `whole`, or only some of its `fields`."""

    whole: bool
    fields: Mapping[str, "Reads"]


def reads_of(paths: Iterable[tuple[str, ...]], iterated: Iterable[tuple[str, ...]]) -> Reads:
    """Return the tree of what is read: `paths` wholly, `iterated` only as far as `paths` go into their items."""
    whole: set[tuple[str, ...]] = set(paths)
    children: dict[tuple[str, ...], set[str]] = {}
    for path in (*whole, *iterated):
        for depth, name in enumerate(path):
            children.setdefault(path[:depth], set()).add(name)

    def node(path: tuple[str, ...]) -> Reads:
        below = {name: node((*path, name)) for name in sorted(children.get(path, ()))}
        return Reads(whole=path in whole, fields=below)

    return node(())


class Messages:
    """This will hold the message types of one scope, and turn plain values into what CEL takes.

    Raises UnusableName for a field that no expression can name, TypeError for a list directly inside a list.
    """

    def __init__(self, record: Record) -> None:
        """Build the descriptors; a few milliseconds for a form of a hundred fields."""
        self._names: dict[Record, str] = {}
        self._file = descriptor_pb2.FileDescriptorProto(
            name="record.proto",
            package=PACKAGE,
            syntax="proto2",
            dependency=[timestamp_pb2.DESCRIPTOR.name],
        )
        _check_names(record, ())
        for type_ in record.fields.values():
            self._declare(type_)
        self.pool = descriptor_pool.DescriptorPool()
        self.pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
        self.pool.AddSerializedFile(self._file.SerializeToString())
        self._day = self._class_of("google.protobuf.Timestamp")
        self.records = {
            name: known for known, name in self._names.items()
        }  # by the name of the message

    def cel_type(self, type_: Type) -> cel.Type:
        """Return the type as CEL declares a variable of it."""
        match type_:
            case Kind():
                return _CEL_TYPES[type_]
            case ListOf():
                return cel.Type.List(self.cel_type(type_.item))
            case Record():
                return cel.Type(self._names[type_])

    def variable(self, name: str, type_: Type, reads: Reads) -> tuple[Encoder, object]:
        """Return how a variable's value becomes CEL's, and what stands for a missing one."""
        if isinstance(type_, Kind):
            return _variable_encoder(type_, name), _ZEROS[type_]
        if isinstance(type_, ListOf):
            item = type_.item
            if isinstance(item, Kind):
                return _list_encoder(_variable_encoder(item, name), name), []
            return self._encoder(type_, (name,), reads), []
        encode = self._encoder(type_, (name,), reads)
        return encode, encode({})

    def _class_of(self, name: str) -> type[Message]:
        found: type[Message] = message_factory.GetMessageClass(
            self.pool.FindMessageTypeByName(name)
        )
        return found

    def _declare(self, type_: Type) -> str:
        if isinstance(type_, ListOf):
            if isinstance(type_.item, ListOf):
                raise TypeError("a list directly inside a list has no type in expressions")
            return self._declare(type_.item)
        if isinstance(type_, Kind):
            return ".google.protobuf.Timestamp" if type_ is Kind.DATE else ""
        if type_ not in self._names:
            fields = [(name, part, self._declare(part)) for name, part in type_.fields.items()]
            short = f"r{len(self._names)}"
            self._names[type_] = f"{PACKAGE}.{short}"
            message = self._file.message_type.add(name=short)
            # `fooBar` beside `foo_bar` would clash in JSON, which is never written.
            message.options.deprecated_legacy_json_field_conflicts = True
            for number, (name, part, message_name) in enumerate(fields, start=1):
                _add_field(message, number, name, part, message_name)
        return "." + self._names[type_]

    def _encoder(self, type_: Type, path: tuple[str, ...], reads: Reads) -> Encoder:
        match type_:
            case Kind.DATE:
                return self._day_encoder(".".join(path))
            case Kind():
                return _kind_encoder(type_, ".".join(path))
            case ListOf():
                return _list_encoder(self._encoder(type_.item, path, reads), ".".join(path))
            case Record():
                return self._record_encoder(type_, path, reads)

    def _day_encoder(self, path: str) -> Encoder:
        timestamp = self._day

        def encode(value: object) -> object:
            return timestamp(seconds=(_day(value, path).toordinal() - _EPOCH) * 86_400)

        return encode

    def _record_encoder(self, record: Record, path: tuple[str, ...], reads: Reads) -> Encoder:
        message = self._class_of(self._names[record])
        all_of_it = Reads(whole=True, fields={})
        steps = [
            (
                name,
                self._encoder(
                    type_, (*path, name), all_of_it if reads.whole else reads.fields[name]
                ),
            )
            for name, type_ in record.fields.items()
            if reads.whole or name in reads.fields
        ]
        dotted = ".".join(path)

        def encode(value: object) -> object:
            if not isinstance(value, Mapping):
                raise Unfit(f"'{dotted}' must be a record with named fields")
            given = {}
            for name, encode_field in steps:
                field = value.get(name)
                if field is not None:
                    given[name] = encode_field(field)
            return message(**given)

        return encode


def _check_names(type_: Type, path: tuple[str, ...]) -> None:
    if isinstance(type_, ListOf):
        _check_names(type_.item, path)
    elif isinstance(type_, Record):
        reserved = _RESERVED if path else _RESERVED_FIRST
        for name, part in type_.fields.items():
            if not _NAME.match(name) or name in reserved:
                raise UnusableName(".".join((*path, name)))
            _check_names(part, (*path, name))


def _add_field(
    message: descriptor_pb2.DescriptorProto, number: int, name: str, type_: Type, message_name: str
) -> None:
    part = type_.item if isinstance(type_, ListOf) else type_
    label = _FIELD.LABEL_REPEATED if isinstance(type_, ListOf) else _FIELD.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, label=label)
    if message_name:
        field.type, field.type_name = _FIELD.TYPE_MESSAGE, message_name
    elif isinstance(part, Kind):
        field.type = _FIELD_TYPES[part]


def _day(value: object, path: str) -> date:
    if isinstance(value, str):
        try:
            return functions.day_from_text(value)
        except ValueError as error:
            raise Unfit(f"'{path}': {error}") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        if value < functions.FIRST_DAY:
            raise Unfit(f"'{path}' must be a date from 0001-01-02 on")
        return value
    raise Unfit(f"'{path}' must be a date, or its ISO 8601 text")


def _kind_encoder(kind: Kind, path: str) -> Encoder:
    accepts = _ACCEPTED[kind]
    article = "" if kind is Kind.TEXT or kind is Kind.BOOL else "a "

    def encode(value: object) -> object:
        if not isinstance(value, accepts) or (isinstance(value, bool) and kind is not Kind.BOOL):
            raise Unfit(f"'{path}' must be {article}{describe(kind)}")
        return value

    def whole(value: object) -> object:
        if not -(2**63) <= cast(int, encode(value)) < 2**63:
            raise Unfit(f"'{path}' is beyond the largest whole number of 64 bits")
        return value

    def number(value: object) -> object:
        try:
            return float(cast(float, encode(value)))
        except OverflowError:
            raise Unfit(f"'{path}' is beyond the largest decimal number") from None

    return {Kind.INT: whole, Kind.NUMBER: number}.get(kind, encode)


def _variable_encoder(kind: Kind, path: str) -> Encoder:
    if kind is Kind.DATE:
        return lambda value: functions.moment_of(_day(value, path))
    return _kind_encoder(kind, path)


def _list_encoder(item: Encoder, path: str) -> Encoder:
    def encode(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise Unfit(f"'{path}' must be a list")
        if len(value) > LONGEST_LIST:
            raise Unfit(f"'{path}' is longer than {LONGEST_LIST} items")
        return [item(part) for part in value]

    return encode
