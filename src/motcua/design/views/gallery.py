"""The gallery of every component in its states; only in the demo."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from motcua.design.views import samples

LANGUAGES = ("vi", "en")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the components of citizens' pages, in the language asked for by ?language=."""
    return _shown(request, "design/gallery.html")


@require_safe
def show_official(request: HttpRequest) -> HttpResponse:
    """Show the components of officials' pages."""
    return _shown(request, "design/gallery_official.html")


@require_safe
def flow(request: HttpRequest) -> HttpResponse:
    """Return a small flow for the picture of the gallery."""
    return HttpResponse(samples.FLOW, content_type="application/xml")


def _shown(request: HttpRequest, name: str) -> HttpResponse:
    language = request.GET.get("language", "")
    if language not in LANGUAGES:
        language = translation.get_language() or LANGUAGES[0]
    with translation.override(language):
        return render(request, name, samples.everything(language))
