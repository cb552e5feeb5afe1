"""Background work of privacy: the log commits to looks every minute."""

from procrastinate.contrib.django import app

from motcua.kit import clock
from motcua.privacy.actions import looks


@app.periodic(cron="* * * * *")
@app.task(name="motcua.privacy.seal_looks", queueing_lock="seal-looks")
def seal_looks(timestamp: int) -> None:
    """Have the log commit to the looks of the last minute."""
    while looks.seal(at=clock.now()):
        pass
