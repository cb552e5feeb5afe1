"""What an audit asks of every module: the one place where their checks are named."""

import contextlib
from collections.abc import Callable, Iterator, Mapping

from django.db import connection, transaction
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from motcua.cases.queries import audit as cases
from motcua.catalogue import queries as catalogue
from motcua.documents.queries import audit as documents
from motcua.identity.queries import audit as identity
from motcua.intake.queries import audit as intake
from motcua.notifications.queries import audit as notifications
from motcua.payments import queries as payments
from motcua.privacy.queries import audit as privacy
from motcua.transparency.queries import audit
from motcua.transparency.values import Finding

# Each yields where its tables say other than the log, or hold what no entry tells of.
CHECKS: Mapping[str, Callable[[], Iterator[Finding]]] = {
    "people": identity.disagreements,
    "privacy": privacy.disagreements,
    "procedures": catalogue.disagreements,
    "documents": documents.disagreements,
    "payments": payments.disagreements,
    "notices": notifications.disagreements,
    "filings": intake.disagreements,
    "cases": cases.disagreements,
}
MOST_SHOWN = 200  # findings that are printed; all are counted


def findings(scope: audit.Scope, *, progress: Callable[[str, int, int], None]) -> Iterator[Finding]:
    """Yield everything that an audit finds, while it walks; raises NotYetInLog."""
    yield from audit.walk(scope, progress=lambda done, total: progress("entries", done, total))
    with _one_moment():
        for number, (name, check) in enumerate(CHECKS.items()):
            progress(name, number, len(CHECKS))
            yield from checked(name, check)
            progress(name, number + 1, len(CHECKS))


def checked(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what a check finds; an entry that lacks what its kind says, as only rewritten ones do, ends it."""
    try:
        yield from check()
    except (KeyError, TypeError, ValueError) as error:
        said = f"the check of {name} broke off: an entry does not say what it must ({error!r})"
        yield Finding("check-broke-off", said)


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """Show rows and entries as they were together at one moment, while people work on.

    Within a transaction that has begun already it is that transaction's own view that counts.
    """
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        if is_ours:
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def report(scope: audit.Scope, console: Console) -> int:
    """Walk, print each finding and a summary, and return how many there were."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    count = 0
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        line = bar.add_task("entries", total=None)

        def told(name: str, done: int, total: int) -> None:
            bar.update(line, description=name, completed=done, total=total)

        for finding in findings(scope, progress=told):
            count += 1
            if count <= MOST_SHOWN:
                console.print(said(finding), soft_wrap=True)
    if count > MOST_SHOWN:
        console.print(f"... and {count - MOST_SHOWN} more")
    if count:
        console.print(f"[bold red]{count} findings[/bold red]: the log or the tables were changed.")
    else:
        console.print("[bold green]Nothing found[/bold green]: log, tree and tables agree.")
    return count


def said(finding: Finding) -> str:
    """Return a finding as a line."""
    entry = f" entry {finding.entry_id}" if finding.entry_id else ""
    subject = f" ({finding.subject})" if finding.subject else ""
    return f"[red]{finding.code}[/red]{entry}{escape(subject)}: {escape(finding.said)}"
