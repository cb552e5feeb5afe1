"""The public log as C2SP tlog-tiles serves it: files that never change, and the checkpoint."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from motcua.engines.merkle import tiles
from motcua.engines.merkle.errors import Malformed
from motcua.transparency.adapters import folder
from motcua.transparency.errors import NoSuchTile
from motcua.transparency.queries import log

FOR_EVER = "public, max-age=31536000, immutable"
NOT_LONG = "public, max-age=2"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Give the newest checkpoint."""
    return _note(folder.CHECKPOINT)


@require_safe
def cosigned(request: HttpRequest) -> HttpResponse:
    """Give the newest checkpoint that witnesses signed."""
    return _note(folder.COSIGNED)


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """Give the log's public key. Compare it with one that you got in another way."""
    return _text(f"{log.key()}\n".encode())


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Give a tile of hashes, or a bundle of entries where the authority publishes them."""
    try:
        wanted = tiles.parse(f"tile/{path}")
    except Malformed as error:
        raise NoSuchTile() from error
    if wanted.level == tiles.ENTRIES and not settings.MOTCUA_LOG_ENTRIES:
        raise NoSuchTile()
    answer = HttpResponse(
        folder.read(log.place().folder, wanted), content_type="application/octet-stream"
    )
    answer["Cache-Control"] = FOR_EVER
    return answer


def _note(name: str) -> HttpResponse:
    found = folder.note(log.place().folder, name)
    if found is None:
        raise NoSuchTile()
    return _text(found.encode())


def _text(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = NOT_LONG
    return answer
