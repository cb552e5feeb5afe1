"""Events to facts and back; commitments to personal data. Pure."""

import dataclasses
import hashlib
import json
import typing
from collections.abc import Mapping
from datetime import date, datetime

E = typing.TypeVar("E")
PLAIN = (str, int, float, bool, type(None))


def kind(event: type) -> str:
    """Return the stable name of a class of events: its module and its name."""
    return f"{event.__module__.split('.')[1]}.{event.__name__}"


def facts(event: object) -> dict[str, object]:
    """Return an event as plain values for JSON; raises TypeError for a field that is none."""
    if not dataclasses.is_dataclass(event):
        raise TypeError(f"{event!r} is not a dataclass, so it is no event")
    return {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}


def restore(event: type[E], stored: Mapping[str, object]) -> E:
    """Return the event that was stored; a field added since takes its default."""
    types = typing.get_type_hints(event)
    return event(
        **{name: _typed(types[name], value) for name, value in stored.items() if name in types}
    )


def commitment(personal: Mapping[str, object], *, salt: bytes) -> bytes:
    """Return SHA-256(salt + canonical JSON) of a personal part.

    The salt, 32 bytes of chance, keeps small domains from being guessed; erased with the personal
    part, it leaves a number that says nothing.
    """
    text = json.dumps(personal, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + text.encode()).digest()


def _plain(value: object) -> object:
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    raise TypeError(f"an event cannot hold {type(value).__name__}: {value!r}")


def _typed(annotation: object, value: object) -> object:
    if annotation in (datetime, datetime | None) and isinstance(value, str):
        return datetime.fromisoformat(value)
    if annotation in (date, date | None) and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    return value
