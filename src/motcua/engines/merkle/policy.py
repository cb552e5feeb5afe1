"""Whom to believe: logs, witnesses and how many of them (C2SP tlog-policy)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from motcua.engines.merkle import checkpoints, notes
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import Malformed, Untrusted

NONE = "none"
_BLANKS = re.compile(r"[ \t]+")  # the only white space of a policy
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by its name in the policy, its key, and where it is asked, if anywhere."""

    name: str
    key: notes.Key
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these names, which are witnesses or groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose checkpoints are believed, and who must have seen them."""

    logs: tuple[notes.Key, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[tuple[str, Group], ...] = ()
    quorum: str = NONE


@dataclass(frozen=True, slots=True)
class Believed:
    """A checkpoint that satisfies a policy, with the cosignatures of known witnesses."""

    told: Checkpoint
    cosigned: tuple[notes.Signed, ...]


def believe(note: notes.Note, policy: Policy) -> Believed:
    """Return what a checkpoint says once log and quorum have signed; raises Malformed, Untrusted."""
    told = checkpoints.opened(note, policy.logs)
    keys = [each.key for each in policy.witnesses]
    here = {(each.name, each.id) for each in note.signatures}
    cosigned = notes.verify(note, keys) if any((key.name, key.id) in here for key in keys) else ()
    seen = {each.key for each in cosigned}
    names = {each.name for each in policy.witnesses if each.key in seen}
    if policy.quorum != NONE and not _holds(policy.quorum, names, dict(policy.groups)):
        raise Untrusted(f"too few witnesses cosigned this: {policy.quorum} did not")
    return Believed(told, cosigned)


def parse(text: str) -> Policy:
    """Return a policy from its file; raises Malformed with the line."""
    found = Policy()
    has_quorum = False
    for at, line in enumerate(text.split("\n"), 1):
        words = [word for word in _BLANKS.split(line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            if _CONTROL.search(line):
                raise Malformed("a control character")
            if words[0] == "quorum" and has_quorum:
                raise Malformed("there is one quorum line only")
            found = _with(found, words)
        except Malformed as error:
            raise Malformed(f"line {at}: {error}") from error
        has_quorum = has_quorum or words[0] == "quorum"
    if not has_quorum:
        raise Malformed('a policy needs a line "quorum NAME" or "quorum none"')
    return found


def _with(policy: Policy, words: Sequence[str]) -> Policy:
    match words:
        case ["log", key, *rest] if len(rest) < 2:
            log = _new_key(key, notes.ED25519, policy.logs)
            return replace(policy, logs=(*policy.logs, log))
        case ["witness", name, key, *rest] if len(rest) < 2:
            others = [each.key for each in policy.witnesses]
            witness = Witness(
                _new_name(name, policy), _new_key(key, notes.COSIGNATURE, others), *rest
            )
            return replace(policy, witnesses=(*policy.witnesses, witness))
        case ["group", name, least, *members] if members:
            group = _group(least, members, policy)
            return replace(policy, groups=(*policy.groups, (_new_name(name, policy), group)))
        case ["quorum", name] if name == NONE or name in _names(policy):
            return replace(policy, quorum=name)
    raise Malformed(f"no line of a policy: {' '.join(words)[:100]!r}")


def _new_key(text: str, type: int, others: Collection[notes.Key]) -> notes.Key:
    key = notes.parse_key(text)
    if key.type != type:
        raise Malformed(f"the key of {key.name} is of type {key.type}, not {type}")
    if any(other.public == key.public for other in others):
        raise Malformed(f"the key of {key.name} stands there twice")
    return key


def _new_name(name: str, policy: Policy) -> str:
    if name == NONE or name in _names(policy):
        raise Malformed(f"the name {name} is taken")
    return name


def _group(least: str, members: Sequence[str], policy: Policy) -> Group:
    taken = {each for _, group in policy.groups for each in group.members}
    for member in members:
        if member not in _names(policy) or member in taken or members.count(member) > 1:
            raise Malformed(f"{member} is not known yet, or is a member already")
    words = {"any": 1, "all": len(members)}
    count = words[least] if least in words else checkpoints.number(least)
    if not 1 <= count <= len(members):
        raise Malformed(f"a group of {len(members)} cannot need {count}")
    return Group(count, tuple(members))


def _names(policy: Policy) -> set[str]:
    return {each.name for each in policy.witnesses} | {name for name, _ in policy.groups}


def _holds(name: str, witnesses: Collection[str], groups: Mapping[str, Group]) -> bool:
    group = groups.get(name)
    if group is None:
        return name in witnesses
    return sum(_holds(each, witnesses, groups) for each in group.members) >= group.least
