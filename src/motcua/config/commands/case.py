"""`motcua case show CODE`: where a case stands and what happened to it."""

import click
from rich.console import Console
from rich.table import Table

from motcua.cases import values
from motcua.cases.queries.cases import as_operator
from motcua.config.database import needs_database
from motcua.kit import clock
from motcua.transparency import queries as transparency

SAID = ("outcome", "item", "due_at", "opened", "sent")  # facts worth a column


@click.group()
def case() -> None:
    """Look at cases."""


@case.command()
@click.argument("code")
@needs_database
def show(code: str) -> None:
    """Show where a case stands, its open tasks and its history."""
    found = as_operator(code)
    console = Console()
    console.print(_facts(found))
    console.print(_tasks(found))
    console.print(_history(code))


def _facts(found: values.Case) -> Table:
    table = Table(title=found.summary.code, show_header=False)
    rows = {
        "procedure": found.summary.procedure_code,
        "authority": found.summary.authority_code,
        "status": str(found.summary.status),
        "filed": clock.shown(found.summary.filed_at),
        "due": clock.shown(found.summary.due_at),
        "finished": clock.shown(found.summary.finished_at),
        "waits for": ", ".join(found.waits) or "-",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _tasks(found: values.Case) -> Table:
    table = Table("task", "unit", "role", "state", "outcome", "due", title="Tasks")
    for task in found.tasks:
        due = clock.shown(task.due_at)
        table.add_row(task.name, task.unit_name, task.role, task.state, task.outcome or "-", due)
    return table


def _history(code: str) -> Table:
    table = Table("entry", "at", "what", "facts", title="History, from the log")
    for entry in transparency.history(code):
        said = [f"{name} {entry.facts[name]}" for name in SAID if entry.facts.get(name)]
        table.add_row(str(entry.id), clock.shown(entry.at), entry.kind, "; ".join(said))
    return table
