"""Read the policy, checked: a word that nothing declares, or a hole in it, stops the start."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from motcua.identity import rules
from motcua.identity.values import Bar, Policy, Rule, Subject

FILE = Path(__file__).parents[1] / "policy.yaml"
CLASSES = frozenset({"public", "internal", "personal"})
WHO = frozenset({"anyone", "person", "mandate", "post"})


class BadPolicy(Exception):
    """The policy cannot be followed; every fault is named. A mistake of ours, never of a person's."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))


@lru_cache(maxsize=1)
def load() -> Policy:
    """Return the policy; raises BadPolicy."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Policy:
    """Return the policy that a text says; raises BadPolicy with every fault."""
    said: Mapping[str, Any] = yaml.safe_load(text)
    grouped: dict[tuple[str, str], tuple[Rule, ...]] = {}
    bars: dict[tuple[str, str], tuple[Bar, ...]] = {}
    for number, row in enumerate(said["rules"], start=1):
        rule = _rule(number, row)
        grouped[rule.action, rule.thing] = (*grouped.get((rule.action, rule.thing), ()), rule)
    for row in said["bars"]:
        bar = Bar(row["code"], row["action"], row["object"], row["when"], row.get("basis", ""))
        bars[bar.action, bar.thing] = (*bars.get((bar.action, bar.thing), ()), bar)
    policy = Policy(
        subjects={name: _subject(name, row) for name, row in said["subjects"].items()},
        actions=said["actions"],
        things=said["things"],
        conditions=said["conditions"],
        rules=grouped,
        bars=bars,
        pages={name: _page(said_of) for name, said_of in said["pages"].items()},
        days_after_end=int(said["days_after_end"]),
        hours_stated=int(said["hours_stated"]),
        full_age=int(said["full_age"]),
        days_of_mandate=int(said["days_of_mandate"]),
    )
    faults = list(_faults(policy))
    if faults:
        raise BadPolicy(faults)
    return policy


def _rule(number: int, row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=str(number),
        subject=row["who"],
        action=row["action"],
        thing=row["object"],
        when=tuple(row.get("when", ())),
        basis=row.get("basis", ""),
        note=row.get("note", {}),
    )


def _subject(name: str, row: Mapping[str, Any]) -> Subject:
    role, is_head = row.get("role", ""), bool(row.get("head", False))
    return Subject(name, row["who"], role, is_head, row)


def _page(said: str) -> tuple[str, str]:
    action, _space, thing = said.partition(" ")
    return action, thing


def _faults(policy: Policy) -> Iterator[str]:
    """Yield what does not hold together."""
    every = [rule for several in policy.rules.values() for rule in several]
    barring = [bar for several in policy.bars.values() for bar in several]
    for subject in policy.subjects.values():
        if subject.who not in WHO:
            yield f"subject {subject.id}: {subject.who} is nobody"
    for rule in every:
        if rule.subject not in policy.subjects:
            yield f"rule {rule.id}: no subject {rule.subject}"
        yield from _unknown(policy, f"rule {rule.id}", rule.action, rule.thing, rule.when)
        yield from _unjustified(policy, rule)
    for bar in barring:
        yield from _unknown(policy, f"bar {bar.code}", bar.action, bar.thing, (bar.when,))
        if (bar.action, bar.thing) not in policy.rules:
            yield f"bar {bar.code} forbids what nothing allows: {bar.action} {bar.thing}"
    for name, asked in policy.pages.items():
        if asked not in policy.rules:
            yield f"page {name}: nobody may {' '.join(asked)}"
    yield from _unused(policy, every, barring)


def _unknown(
    policy: Policy, where: str, action: str, thing: str, when: Sequence[str]
) -> Iterator[str]:
    if action not in policy.actions:
        yield f"{where}: no action {action}"
    if thing not in policy.things:
        yield f"{where}: no object {thing}"
    for name in when:
        if name not in policy.conditions or name not in rules.CONDITIONS:
            yield f"{where}: no condition {name}"


def _unjustified(policy: Policy, rule: Rule) -> Iterator[str]:
    """Yield a rule by which an official reads a case's personal data without a purpose."""
    who = policy.subjects.get(rule.subject)
    is_wide = not {"is_own", "of_unit", rules.HAS_PURPOSE} & set(rule.when)
    is_personal = policy.things.get(rule.thing, {}).get("class") == "personal"
    if who and who.who == "post" and rule.action == "read" and is_wide and is_personal:
        yield f"rule {rule.id}: {rule.subject} reads personal data without a purpose"


def _unused(policy: Policy, every: Sequence[Rule], barring: Sequence[Bar]) -> Iterator[str]:
    told = {name for rule in every for name in rule.when} | {bar.when for bar in barring}
    for name in sorted({*policy.conditions, *rules.CONDITIONS} - told):
        yield f"condition {name} is used by no row"
    for kind, row in policy.things.items():
        if row.get("class") not in CLASSES:
            yield f"object {kind}: no class {row.get('class')}"
    for name in sorted(set(policy.actions) - {rule.action for rule in every}):
        yield f"action {name} is in no row"
    for name in sorted(set(policy.things) - {rule.thing for rule in every}):
        yield f"object {name} is in no row"
