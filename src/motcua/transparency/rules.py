"""Events to facts and back; commitments to personal data; leaves of the public log. Pure."""

import dataclasses
import hashlib
import json
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from motcua.engines.merkle.tiles import LARGEST_LEAF
from motcua.transparency.values import Entry, Leaf

E = typing.TypeVar("E")
LEAF_VERSION = 1
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
    return hashlib.sha256(salt + _canonical(personal).encode()).digest()


def digest(value: object) -> str:
    """Return the SHA-256 of a value as canonical JSON, by which an event can vouch for it."""
    return _hash(_exact(value))


def _exact(value: object) -> object:
    """Return a value with its numbers written out: jsonb gives 1e30 back as an integer."""
    if isinstance(value, bool) or not isinstance(value, int | float | list | tuple | Mapping):
        return value
    if isinstance(value, Mapping):
        return {key: _exact(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    number = Decimal(repr(value)).normalize()
    return {"number": format(number or Decimal(0), "f")}


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


def leaf(told: Leaf) -> bytes:
    """Return the data of a leaf: all of an entry that must not change, as canonical JSON.

    Its salt keeps the hash, which is public, from telling anything to those who guess. The personal
    part is not in it, only its commitment. Facts that are too long for a leaf stand there as their
    SHA-256.
    """
    fields = _leaf_fields(told)
    encoded = _canonical(fields).encode()
    if len(encoded) > LARGEST_LEAF:
        hashed = _hash(fields.pop("facts"))
        encoded = _canonical({**fields, "facts_sha256": hashed}).encode()
    return encoded


def leaf_fields(data: bytes) -> Mapping[str, object]:
    """Return what a leaf says; raises ValueError for one that is not ours."""
    told = json.loads(data)
    if not isinstance(told, dict) or told.get("version") != LEAF_VERSION:
        raise ValueError(f"no leaf of version {LEAF_VERSION}")
    return told


def leaf_fields_now(entry: Entry, *, like: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the leaf of an entry would say now, in the words of one that was published."""
    now = _leaf_fields(Leaf(0, entry, b"", entry.at))
    if "facts_sha256" in like:
        now["facts_sha256"] = _hash(now.pop("facts"))
    return {name: value for name, value in now.items() if name not in {"salt", "sequenced_at"}}


def _leaf_fields(told: Leaf) -> dict[str, object]:
    entry = told.entry
    return {
        "version": LEAF_VERSION,
        "id": entry.id,
        "transaction": entry.transaction,
        "kind": entry.kind,
        "at": moment(entry.at),
        "by": entry.by,
        "authority": entry.authority,
        "subject": entry.subject,
        "facts": entry.facts,
        "commitment": entry.commitment,
        "salt": told.salt.hex(),
        "sequenced_at": moment(told.sequenced_at),
    }


def moment(at: datetime) -> str:
    """Return a moment in its one canonical form, in UTC with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _hash(value: object) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()
