"""Print the policy as a page that a lawyer can read: `python -m scripts.policy` writes docs/reference/policy.md.

With `--check` it only says whether the page is that of the table.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from motcua.identity.adapters import policy as table
from motcua.identity.values import Bar, Policy, Rule

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "policy.md"
HEAD = """# Policy

Who may do what with what. This page is printed from `src/motcua/identity/policy.yaml` by
`python -m scripts.policy`; a test holds the two equal. [How it is asked](../explanation/policy.md).

What no row allows is refused. So is an action, an object or an address that the table does not name. All conditions
of a row must hold. A delegate acts as the holder of the post, within the roles that were given. *Class*: public;
internal to the office; personal, whose reader has a purpose. *A case* is its answers, papers, slips, documents and
history.
"""


def page(policy: Policy) -> str:
    """Return the whole page."""
    return "\n".join([*_page(policy), ""])


def _page(policy: Policy) -> Iterator[str]:
    yield HEAD
    yield "## Who may do what / Ai được làm gì\n"
    yield from _row("No.", "Who", "may", "what", "when", "Basis", "Ai được làm gì, khi nào")
    yield from _row(*["---"] * 7)
    every = [rule for several in policy.rules.values() for rule in several]
    for rule in sorted(every, key=lambda each: int(each.id)):
        yield from _row(*_rule(policy, rule))
    yield "\n## What forbids although a row allows / Trường hợp không được làm\n"
    yield from _row("Code", "Nobody may", "what", "when", "Basis", "Không ai được")
    yield from _row(*["---"] * 6)
    for barring in policy.bars.values():
        for bar in barring:
            yield from _row(*_bar(policy, bar))
    yield "\n## Purpose / Mục đích xem\n"
    yield (
        "The work of one's unit in a case is a purpose while the case is under way and for "
        f"{policy.days_after_end} days after its end. Otherwise an official states why they have to see it; "
        f"that serves for {policy.hours_stated} hours, and is recorded."
    )
    yield "\n## Objects and their class / Đối tượng và mức bảo vệ\n"
    yield from _row("Object", "Class", "Đối tượng")
    yield from _row(*["---"] * 3)
    for words in policy.things.values():
        yield from _row(words["en"], words["class"], words["vi"])
    yield "\n## Addresses / Địa chỉ\n"
    yield from _row("Address", "to")
    yield from _row("---", "---")
    for name, (action, thing) in policy.pages.items():
        yield from _row(f"`{name}`", f"{action} {thing}")


def _rule(policy: Policy, rule: Rule) -> Sequence[str]:
    who, act, thing = policy.subjects[rule.subject], policy.actions[rule.action], rule.thing
    told = policy.things[thing]
    note = rule.note.get("en", "")
    when = "; ".join(policy.conditions[name]["en"] for name in rule.when)
    words = [who.words["vi"], "được", act["vi"], told["vi"]]
    if rule.when:
        words.append("khi " + "; ".join(policy.conditions[name]["vi"] for name in rule.when))
    vietnamese = " ".join(words) + ". " + rule.note.get("vi", "")
    return (
        rule.id,
        who.words["en"],
        act["en"],
        told["en"],
        ". ".join(part for part in (when, note.rstrip(".")) if part),
        rule.basis,
        vietnamese.strip(),
    )


def _bar(policy: Policy, bar: Bar) -> Sequence[str]:
    act, told, when = policy.actions[bar.action], policy.things[bar.thing], bar.when
    vietnamese = f"{act['vi']} {told['vi']} khi {policy.conditions[when]['vi']}"
    english = policy.conditions[when]["en"]
    return f"`{bar.code}`", act["en"], told["en"], english, bar.basis, vietnamese


def _row(*cells: str) -> Iterable[str]:
    yield "| " + " | ".join(cells) + " |"


def main() -> int:
    """Write the page, or check it; return the exit code."""
    wanted = page(table.load())
    if "--check" in sys.argv[1:]:
        is_same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted
        sys.stdout.write("" if is_same else "run: python -m scripts.policy\n")
        return 0 if is_same else 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
