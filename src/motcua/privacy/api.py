"""Who used my data, in the shape of GovStack's Digital Registries (MyPersonalDataUsage, version 1.0)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from motcua.identity.values import Actor
from motcua.kit.api import PROBLEMS, Problem
from motcua.privacy import values
from motcua.privacy.queries import looks

router = Router(tags=["privacy"])


class ReferenceOut(Schema):
    """A case in which the data was read."""

    ReferenceID: str


class UsageOut(Schema):
    """One reading of one's data. Names are those of GovStack's description, `Refrences` included."""

    ID: str
    ReaderID: str
    ReaderInitials: str
    ReaderInstitutionID: str
    ReaderInstitutionName: str
    ReaderApplicationName: str
    SearchDateTime: datetime
    Refrences: list[ReferenceOut]


@router.get(
    "/data/MyPersonalDataUsage/{version}", response={200: list[UsageOut], PROBLEMS: Problem}
)
def my_personal_data_usage(
    request: HttpRequest,
    version: Literal["1.0"],
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=looks.MOST)] = 50,
) -> list[dict[str, Any]]:
    """List who looked at one's own data, newest first; the last ID is the next page's `before`."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    found = looks.at_data_of(actor.id, number=actor.personal_id, before=before, limit=limit)
    return [_usage(each) for each in found.rows]


def _usage(look: values.Look) -> dict[str, Any]:
    return {
        "ID": str(look.id),
        "ReaderID": str(look.reader_id),
        "ReaderInitials": "".join(word[0] for word in look.reader_name.split()),
        "ReaderInstitutionID": look.authority_code,
        "ReaderInstitutionName": look.authority_name,
        "ReaderApplicationName": f"Một Cửa: {look.place}",
        "SearchDateTime": look.at,
        "Refrences": [{"ReferenceID": each} for each in look.references],
    }
