"""A small office for the specifications: its scope, and a fee that depends on channel, copies and poverty."""

from motcua.engines.decisions import parse
from motcua.engines.decisions.model import Table
from motcua.engines.expressions import model as expressions
from motcua.engines.expressions.model import Kind, ListOf, Record

SCOPE = expressions.Scope(
    Record(
        {
            "answers": Record(
                {
                    "copies": Kind.INT,
                    "area": Kind.NUMBER,
                    "ward": Kind.TEXT,
                    "poor": Kind.BOOL,
                    "birth": Kind.DATE,
                    "members": ListOf(Record({"age": Kind.INT})),
                }
            ),
            "case": Record({"channel": Kind.TEXT, "filed_on": Kind.DATE}),
        }
    )
)

FEE = """\
name: fee
hit: unique
inputs:
  channel: {of: case.channel, values: [counter, online]}
  copies: {of: answers.copies, from: 1, to: 20}
  poor: answers.poor
outputs:
  amount: {type: int, unit: đồng}
rules:
  - when: {poor: "true"}
    then: {amount: "0"}
    note: exempt
  - when: {poor: "false", channel: '"online"'}
    then: {amount: "4000 * copies"}
  - when: {poor: "false", channel: '"counter"', copies: "<= 5"}
    then: {amount: "8000 * copies"}
  - when: {poor: "false", channel: '"counter"', copies: "> 5"}
    then: {amount: "40000 + 5000 * (copies - 5)"}
"""


def table(text: str) -> Table:
    """Return the table of a text."""
    return parse.parse(text.encode(), scope=SCOPE)


def fee(*changes: tuple[str, str]) -> str:
    """Return the fee table with parts of its text replaced; each must be there."""
    text = FEE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text
