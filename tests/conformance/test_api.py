"""The API keeps what its own description says, whatever is sent to it."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from motcua.config.api import api
from tests.conftest import People

pytestmark = pytest.mark.xdist_group("site")

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
SCHEMA: Any = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = [each.ok() for each in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_as_described(operation: Any, people: People) -> None:
    token = people.citizen.headers["Authorization"]
    # A description cannot say which bytes make a PDF: files made by chance are rightly refused.
    is_upload = any(body.media_type == "multipart/form-data" for body in operation.body)
    excluded = [positive_data_acceptance] if is_upload else []

    @given(case=operation.as_strategy())
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        case.call_and_validate(
            base_url=people.site.address,
            headers={"Authorization": token},
            excluded_checks=excluded,
        )

    check()


def test_the_description_is_openapi_3_1_and_tells_of_problems() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    refusals = DESCRIPTION["paths"]["/api/v1/cases/{code}"]["get"]["responses"]["404"]
    assert "application/problem+json" in refusals["content"]
