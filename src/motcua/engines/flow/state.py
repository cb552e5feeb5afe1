"""The state of one running flow: a tree of tokens, and its compact text.

Every thing that waits or runs is a token: a task, a sub-process, each instance of a multi-instance activity, an armed
timer, a message waited for, one branch that waits at a join. A token's parent is the token it lives in: the
sub-process, the flow itself, or the activity a boundary event is attached to. To cancel a token is to cancel what is
under it. Nothing else is kept: no history, no data of the case.

The text is `1 <digest of the net> <crc32> [next,[[id,place,parent],...]]`, where a token of a multi-instance activity
has its number and its item (or items) behind. Numbers of places come from the sorted ids of the model, so they depend on the
model alone.
"""

import json
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from motcua.engines.flow.effects import Item
from motcua.engines.flow.errors import BrokenState

VERSION = "1"
ROOT_PARENT = 0  # no token has this id

_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def _no_fraction(text: str) -> float:
    raise ValueError(f"{text} in a state, which has whole numbers only")


# Quicker than `loads`; that nothing stands behind the value is checked here.
_read = json.JSONDecoder(parse_float=_no_fraction).raw_decode


class Token(NamedTuple):
    """One thing that waits or runs; a tuple, since every step makes several and they cost a third so."""

    id: int
    place: int  # index of a node of the net; a negative one is ~index of an arrow whose join waits
    parent: int
    # Which instance it is; at the activity of them all, how many there are. It hides a method of tuples.
    index: int = 0  # type: ignore[assignment]
    item: Item | tuple[Item, ...] = None


@dataclass(frozen=True, slots=True)
class State:
    """A running flow: no tokens means it is over."""

    digest: str  # of the net it belongs to
    next: int  # the id that the next token gets; ids are never used again
    tokens: tuple[Token, ...]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing runs any more."""
        return not self.tokens


def encode(state: State) -> str:
    """Return the state as a short text, the same text for the same state."""
    # Three numbers need no JSON encoder, and most tokens are three numbers.
    rows = [
        f"[{token.id},{token.place},{token.parent}]"
        if not token.index and token.item is None
        else _write([token.id, token.place, token.parent, token.index, token.item])
        for token in state.tokens
    ]
    body = f"[{state.next},[{','.join(rows)}]]"
    return f"{VERSION} {state.digest} {zlib.crc32(body.encode()):08x} {body}"


def decode(text: str) -> State:
    """Return the state that `encode` wrote.

    Raises BrokenState when the text is of another format version, cut off or altered.
    """
    parts = text.split(" ", 3)
    if len(parts) != 4:
        raise BrokenState("This is not the text of a flow's state; restore it from the event log.")
    version, digest, check, body = parts
    if version != VERSION:
        raise BrokenState(
            f"The state has format {version[:8]!r}, this engine reads {VERSION!r}; "
            "use a release that reads both, or restore it from the event log."
        )
    if f"{zlib.crc32(body.encode(errors='replace')):08x}" != check:
        raise BrokenState("The state's text was cut off or altered; restore it from the event log.")
    try:
        (following, rows), end = _read(body)
        tokens = _tokens(rows)
    except (ValueError, TypeError, RecursionError) as error:
        raise BrokenState(
            "The state's text does not read; restore it from the event log."
        ) from error
    if end != len(body) or type(following) is not int or (tokens and tokens[-1].id >= following):
        raise BrokenState("The state's text is not whole; restore it from the event log.")
    return State(digest, following, tokens)


def _tokens(rows: list[list[object]]) -> tuple[Token, ...]:
    """Return the tokens of a tree: each with a higher id than the one before, under one before, one root."""
    tokens = []
    above = {ROOT_PARENT}
    last = 0
    for row in rows:
        if len(row) == 5 and isinstance(row[4], list):
            row[4] = tuple(row[4])
        token = Token(*row)  # type: ignore[arg-type]  # the types are looked at below
        identity, place, parent, index, _ = token
        if (
            not (type(identity) is type(place) is type(index) is int)
            or identity <= last
            or parent not in above
        ):
            raise BrokenState(
                "The state's tokens do not form a tree; restore it from the event log."
            )
        if last == 0:
            above.clear()  # nothing but the root is under nothing
        above.add(identity)
        last = identity
        tokens.append(token)
    return tuple(tokens)
