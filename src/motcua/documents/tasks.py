"""Background work of documents: every night files that nothing names are removed."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.documents import actions
from motcua.kit import clock

AGAIN = RetryStrategy(max_attempts=500, linear_wait=10)  # seconds more each time: for weeks in all


@app.task(name=actions.SCAN, retry=AGAIN)
def scan(*, digest: str) -> None:
    """Ask the scanner again about a file that came while it was away."""
    actions.scan_again(digest, at=clock.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="motcua.documents.sweep", queueing_lock="motcua.documents.sweep")
def sweep(timestamp: int) -> None:
    """Forget the files that nothing names, some at a time, then remove bytes that no row names."""
    while actions.forget_unnamed(at=clock.now()) == actions.MOST_AT_ONCE:
        pass
    actions.sweep(at=clock.now())
