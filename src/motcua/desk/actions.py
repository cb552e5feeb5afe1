"""What takes several modules at once: carrying out what a person asked about their data."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.cases.actions import retention
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.privacy.actions import requests

ERASE = "erase"


@transaction.atomic
def grant(request_id: uuid.UUID, *, text: str, by: Actor, at: datetime) -> tuple[str, ...]:
    """Grant a request; to erase, erase what no law asks to keep, and return the codes of those cases.

    What has to be kept stays, and the officer's text says why. Raises what privacy raises.
    """
    granted = requests.grant(request_id, text=text, by=by, at=at)
    if granted.kind != ERASE:
        return ()
    intake.discard_all(granted.person_id)
    return retention.dispose_for(granted.person_id, by=by, at=at)


def proposal(codes: tuple[str, ...], kept: tuple[str, ...]) -> str:
    """Return a first wording of the answer to a request to erase, for the officer to complete."""
    lines = [_("Erased: %(codes)s.") % {"codes": ", ".join(codes) or _("nothing")}]
    if kept:
        lines.append(
            _("Kept, because the law asks for it: %(codes)s.") % {"codes": "; ".join(kept)}
        )
    return "\n".join(lines)
