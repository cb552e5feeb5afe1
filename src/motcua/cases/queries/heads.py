"""What every paper about a case begins with: the authority, the person, the case."""

from collections.abc import Mapping

from motcua.cases import models, rules
from motcua.catalogue import queries as catalogue
from motcua.identity import queries as identity
from motcua.intake.values import Filing


def of(row: models.Case, filing: Filing) -> Mapping[str, Mapping[str, object]]:
    """Return it as templates read it (docs/reference/typst-template.md); moments are in local time."""
    authority = identity.authority(row.authority.code)
    person = identity.person(row.applicant_id)
    return {
        "authority": {
            "code": authority.code,
            "name": authority.name,
            "parent_name": authority.stands_under,
            "place": authority.place,
        },
        "person": {
            "name": person.name,
            "id_number": person.personal_id,
            "address": person.address,
            "phone": person.phone,
            "email": person.email,
        },
        "case": {
            "code": row.code,
            "procedure_code": row.procedure_code,
            "procedure_name": catalogue.compiled(row.version_id).facts.name.vi,
            "channel": filing.channel,
            "applicant_kind": filing.applicant_kind,
            "filed_at": rules.moment(row.filed_at),
            "accepted_at": rules.moment(row.accepted_at),
            "due_at": rules.moment(row.due_at),
        },
    }
