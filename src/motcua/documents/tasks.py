"""Background work of documents: every night files that nothing names are removed."""

from procrastinate.contrib.django import app

from motcua.documents import actions
from motcua.kit import clock


@app.periodic(cron="17 3 * * *")
@app.task(name="motcua.documents.sweep", queueing_lock="motcua.documents.sweep")
def sweep(timestamp: int) -> None:
    """Forget the files that nothing names, some at a time, then remove bytes that no row names."""
    while actions.forget_unnamed(at=clock.now()) == actions.MOST_AT_ONCE:
        pass
    actions.sweep(at=clock.now())
