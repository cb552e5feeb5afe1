"""My account: what is known of me, language, signing out."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from motcua.identity import queries as identity
from motcua.notifications import queries as notices
from motcua.portal.views import base


@require_GET
@base.person_required
def profile(request: base.SignedIn) -> HttpResponse:
    """Show what is known of the person who is signed in."""
    context = {
        "person": identity.person(request.actor.id),
        "channels": notices.channels(request.actor.id),
    }
    return base.page(request, "profile", context)
