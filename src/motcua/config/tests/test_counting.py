"""Filings are counted by a reader of the log of its own: each once, also when it fails and starts again."""

import pytest
from django.db import transaction

from motcua.cases.events import CaseFiled
from motcua.catalogue import models
from motcua.config import wiring
from motcua.kit import clock
from motcua.transparency import actions as transparency
from motcua.transparency.values import Entry


def file(code: str) -> None:
    with transaction.atomic():
        event = CaseFiled("H32.01-261122-0001", code, 1)
        transparency.append(event, by="test", at=clock.now(), subject="H32.01-261122-0001")


@pytest.mark.django_db(transaction=True)
def test_each_filing_is_counted_once() -> None:
    for code in ("1.001193", "1.001193", "1.004194"):
        file(code)

    def fail(entry: Entry) -> None:
        raise RuntimeError("the machine stopped")

    failing = {kind: [*react, fail] for kind, react in wiring.COUNTS.items()}
    with pytest.raises(RuntimeError):
        transparency.relay(failing, reader=wiring.COUNTER)
    assert not models.Use.objects.exists()
    while transparency.relay(wiring.COUNTS, reader=wiring.COUNTER):
        pass
    transparency.relay(wiring.COUNTS, reader=wiring.COUNTER)
    counted = dict(models.Use.objects.values_list("procedure_code", "filings"))
    assert counted == {"1.001193": 2, "1.004194": 1}
