"""My account: what is known of me, language, signing out."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from motcua.identity import queries as identity
from motcua.portal.views import base


@require_GET
@base.person_required
def profile(request: base.SignedIn) -> HttpResponse:
    """Show what is known of the person who is signed in."""
    return base.page(request, "profile", {"person": identity.person(request.actor.id)})
