"""The catalogue over HTTP: open to everyone, and everything that a person needs."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.testing import TestClient

from motcua.catalogue import actions
from motcua.catalogue.api import router
from motcua.engines.procedure.tests import sample
from motcua.kit import web
from motcua.kit.errors import Refused

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = NinjaAPI(urls_namespace="catalogue-tests")
    api.add_router("", router)

    @api.exception_handler(Refused)
    def on_refused(request: HttpRequest, error: Refused) -> object:
        return web.refused(error)

    return TestClient(api)


@pytest.mark.django_db
def test_a_procedure_that_is_not_there_is_a_problem(client: TestClient) -> None:
    answer = client.get("/procedures/1.000000")
    assert answer.status_code == 404
    assert answer.json()["code"] == "no-such-procedure"


@pytest.mark.parametrize(
    "address",
    [
        "/procedures/a b",
        "/procedures/%00",
        "/procedures?limit=0",
        "/procedures?limit=x",
        "/procedures?after=%00",
        f"/procedures?search={'x' * 300}",
    ],
)
def test_a_request_of_another_shape_is_refused(client: TestClient, address: str) -> None:
    assert client.get(address).status_code in {404, 422}


@pytest.mark.django_db
def test_a_list_is_given_page_by_page(client: TestClient) -> None:
    actions.publish(sample.folder(), by="tester", at=AT)
    answer = client.get("/procedures?search=thu%20tuc&limit=1")
    assert answer.status_code == 200
    assert answer.json()["after"] is None
    assert answer.json()["items"] == [
        {
            "code": "1.009999",
            "name": {"vi": "Thủ tục mẫu", "en": "Sample"},
            "field_code": "chung",
            "level": "commune",
            "version": 1,
        }
    ]
    assert client.get("/procedures?search=nothing").json()["items"] == []


@pytest.mark.django_db
def test_a_procedure_shows_papers_fee_time_and_form(client: TestClient) -> None:
    actions.publish(sample.folder(), by="tester", at=AT)
    body = client.get("/procedures/1.009999").json()
    assert body["version"] == 1
    assert body["papers"][0]["required"] == "depends"
    assert body["papers"][0]["condition"] == "answers.copies > 5"
    assert body["papers"][0]["held_by"] == "population"
    assert body["fee"]["cases"][1] == {
        "when": {"copies": "> 0"},
        "then": {"amount": "5000 * copies"},
        "note": "",
    }
    assert body["time"]["cutoff"] == "15:00"
    assert body["time"]["supplement_limit"] == {"amount": 15, "unit": "working_days"}
    assert body["form"]["definition"]["required"] == ["name", "birth", "copies"]
    assert [each["name"] for each in body["form"]["pages"][0]["fields"]] == [
        "name",
        "birth",
        "copies",
        "asked",
    ]
