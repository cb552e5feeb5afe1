"""Files in and out: what is sent is bounded while it streams to disk, what is given back cannot run."""

import hashlib
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import FileResponse, HttpRequest, HttpResponse

from motcua.portal.errors import NoFile, TooManyAtOnce, UploadTooLarge

MOST_AT_ONCE = 10
SHOWN = frozenset({"image/jpeg", "image/png"})  # what a browser may show in the page
MEGABYTE = 1024 * 1024  # bytes, as the limit is set
FILE_FIELD = "file"
LARGEST_CHECKED = 50 * MEGABYTE  # a document that is held against its proof


class Bounded(TemporaryFileUploadHandler):
    """Writes files to disk, stops reading for good past the limit of one file or of their number."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self.limit = limit
        self.count = 0
        self.is_too_large = False

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file; one too many ends the reading."""
        self.count += 1
        if self.count > MOST_AT_ONCE:
            raise StopUpload(connection_reset=False)
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a part of a file; one byte over the limit ends the reading."""
        if start + len(raw_data) > self.limit:
            self.is_too_large = True
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)


def sent(request: HttpRequest) -> list["UploadedFile[bytes]"]:
    """Return the files that came, in order; raises UploadTooLarge, TooManyAtOnce, NoFile."""
    files = request.FILES.getlist(FILE_FIELD)
    for handler in request.upload_handlers:
        if isinstance(handler, Bounded):
            if handler.is_too_large:
                raise UploadTooLarge(most=handler.limit // MEGABYTE)
            if handler.count > MOST_AT_ONCE:
                raise TooManyAtOnce(most=MOST_AT_ONCE)
    if not files:
        raise NoFile()
    return files


def answer(stream: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """Return a file: pictures in the page, everything else to be saved; nothing of it may run."""
    response = FileResponse(
        stream,
        filename=name,
        content_type=media_type,
        as_attachment=media_type not in SHOWN,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that was just drawn."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def digest(file: "UploadedFile[bytes]") -> str:
    """Return the SHA-256 of a file that was sent."""
    made = hashlib.sha256()
    for chunk in file.chunks():
        made.update(chunk)
    return made.hexdigest()
