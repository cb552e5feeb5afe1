"""Background work of the portal: each job calls one action."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.kit import clock
from motcua.portal import actions

AGAIN = RetryStrategy(max_attempts=200, linear_wait=5)  # 5 s, 10 s, 15 s ...: a day and more in all


@app.task(name="motcua.portal.tell", retry=AGAIN)
def tell(*, entry_id: int) -> None:
    """Tell the applicant what an entry of the log says happened to the case."""
    actions.tell(entry_id, at=clock.now())
