"""Reading an upload: one file and the paper it stands for, bounded while it streams to disk.

Django drops the file of a body that ends too early without a word, and writes a file of any length
before anyone is asked: so the bytes are counted here, and the writing stops at the limit.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.http.request import UnreadablePostError

from motcua.intake.errors import (
    MalformedUpload,
    NotAnUpload,
    UploadCutOff,
    UploadTooLarge,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came whole, in a temporary file until the request ends."""

    paper_id: str
    name: str
    size: int  # bytes, as declared or else as they came
    file: "UploadedFile[bytes]"


@contextmanager
def upload(request: HttpRequest, *, limit: int) -> Iterator[Upload]:
    """Read the one file of a multipart request, at most `limit` bytes of it.

    Raises NotAnUpload, MalformedUpload, UploadTooLarge, UploadCutOff; nothing is left behind then.
    """
    if request.content_type != "multipart/form-data":
        raise NotAnUpload()
    body = _Counted(request)
    handler = _Bounded(request, limit=limit)
    try:
        fields, files = _parse(request, body, handler)
        if handler.is_over:
            raise UploadTooLarge(most=limit)
        if body.count < int(request.META.get("CONTENT_LENGTH") or 0):
            raise UploadCutOff()
        yield _upload(fields, files, has_more=handler.has_more)
    finally:
        handler.close()


def _parse(
    request: HttpRequest, body: "_Counted", handler: "_Bounded"
) -> tuple[Mapping[str, object], Mapping[str, object]]:
    try:
        return MultiPartParser(request.META, body, [handler], "utf-8").parse()
    except UnreadablePostError as error:
        raise UploadCutOff() from error
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise MalformedUpload() from error


def _upload(fields: Mapping[str, object], files: Mapping[str, object], *, has_more: bool) -> Upload:
    file, paper_id = files.get("file"), str(fields.get("paper_id", ""))
    if has_more or not isinstance(file, UploadedFile) or not paper_id:
        raise MalformedUpload()
    declared = str(fields.get("size", file.size))
    if not declared.isascii() or not declared.isdecimal() or len(declared) > 15:
        raise MalformedUpload()
    return Upload(paper_id, file.name or "", int(declared), file)


class _Counted(io.RawIOBase):
    """A request's body that counts what was read of it."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self._request = request
        self.count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        read = self._request.read() if size is None else self._request.read(size)
        self.count += len(read)
        return read


class _Bounded(TemporaryFileUploadHandler):
    """Writes one file to disk, and stops reading for good past a limit or at a second file."""

    def __init__(self, request: HttpRequest, *, limit: int) -> None:
        super().__init__(request)
        self._limit = limit
        self._files = 0
        self.is_over = False
        self.has_more = False

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        self._files += 1
        if self._files > 1:
            self.has_more = True
            raise StopUpload()
        super().new_file(
            field_name, file_name, content_type, content_length, charset, content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > self._limit:
            self.is_over = True
            raise StopUpload()
        return super().receive_data_chunk(raw_data, start)

    def close(self) -> None:
        """Remove the temporary file, if one was begun."""
        if hasattr(self, "file"):
            self.file.close()
