"""The API keeps what its own description says, whatever is sent to it."""

import json
from typing import Any

import pytest
import schemathesis
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig

from motcua.config.api import api
from tests.conftest import People

DESCRIPTION = json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
# 415 and 422 may answer what the description allows: it cannot say which bytes make a PDF, or what the
# law asks of a filing. 400, which says that the request itself is not as described, may not.
ACCEPTED = ["2xx", "401", "403", "404", "409", "415", "422"]
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}}
)
SCHEMA: Any = schemathesis.openapi.from_dict(DESCRIPTION, config=CONFIG)
OPERATIONS = [each.ok() for each in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_answer_is_as_described(operation: Any, people: People) -> None:
    token = people.citizen.headers["Authorization"]

    @given(case=operation.as_strategy())
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        case.call_and_validate(
            base_url=people.site.address,
            headers={"Authorization": token},
        )

    check()


def test_the_description_is_openapi_3_1_and_tells_of_problems() -> None:
    assert DESCRIPTION["openapi"].startswith("3.1")
    refusals = DESCRIPTION["paths"]["/api/v1/cases/{code}"]["get"]["responses"]["404"]
    assert "application/problem+json" in refusals["content"]
