"""The HTTP API of documents: is this file genuine, and what stands behind a printed code."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from motcua.documents import queries, values
from motcua.kit.api import PROBLEMS, Problem
from motcua.signing import queries as signing
from motcua.signing import values as signatures
from motcua.signing.errors import FileTooLarge

router = Router(tags=["verification"])

Token = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Request(HttpRequest):
    """A request whose moment was taken."""

    moment: datetime


class ReasonOut(Schema):
    """Why a file is not accepted."""

    code: str
    message: str


class SignatureOut(Schema):
    """What one signature says, and whether it holds."""

    kind: str = Field(description="person, seal, or empty when the certificate tells neither.")
    name: str
    title: str
    authority_name: str
    authority_code: str
    signed_at: datetime | None
    is_intact: bool
    is_trusted: bool


class RegisteredOut(Schema):
    """The document of the register whose issued file has these very bytes."""

    number_and_symbol: str
    year: int
    title: str
    authority_code: str
    authority_name: str
    signer_name: str
    issued_at: datetime | None
    entry_id: int | None = Field(description="Number of the entry in the public log.")


class VerificationOut(Schema):
    """The answer to "is this genuine?"."""

    is_valid: bool = Field(description="An intact original, signed and sealed, and trusted.")
    is_intact: bool
    is_trusted: bool
    is_changed_later: bool
    is_registered: bool = Field(description="Exactly this file was issued from our register.")
    digest: str = Field(description="SHA-256 of the file.")
    reasons: list[ReasonOut]
    signatures: list[SignatureOut]
    document: RegisteredOut | None


@router.post(
    "/verifications",
    auth=None,
    response={200: VerificationOut, PROBLEMS: Problem},
    summary="Verify a signed PDF",
)
def verify_file(request: Request, file: Annotated[UploadedFile, File()]) -> VerificationOut:
    """Say whether a PDF is an intact original, who signed it, and whether we issued it."""
    if (file.size or 0) > signing.LIMIT:
        raise FileTooLarge(size=file.size or 0, limit=signing.LIMIT)
    return _out(queries.verify_file(file.read(), at=request.moment))


@router.get(
    "/verifications/{token}",
    auth=None,
    response={200: VerificationOut, PROBLEMS: Problem},
    summary="Verify a printed code",
)
def verify_token(request: Request, token: Token) -> VerificationOut:
    """Say what document stands behind the code printed on it."""
    return _out(queries.verify_token(token, at=request.moment))


@router.get(
    "/verifications/{token}/proof",
    auth=None,
    response={200: bytes, PROBLEMS: Problem},
    openapi_extra={"responses": {"200": {"content": {"text/plain": {}}}}},
    summary="Prove the issue of a document from the public log",
)
def proof(request: Request, token: Token) -> HttpResponse:
    """Fetch the proof that a document was issued, as a C2SP tlog-proof file."""
    return HttpResponse(queries.proof(token), content_type="text/plain; charset=utf-8")


def _out(found: values.Verification) -> VerificationOut:
    verdict = found.verdict
    return VerificationOut(
        is_valid=found.is_valid,
        is_intact=verdict.is_intact,
        is_trusted=verdict.is_trusted,
        is_changed_later=verdict.is_changed_later,
        is_registered=found.is_registered,
        digest=found.digest,
        reasons=[
            ReasonOut(code=reason.value, message=str(signatures.WORDS[reason]))
            for reason in verdict.reasons
        ],
        signatures=[_signature(one) for one in verdict.signatures],
        document=_registered(found.document),
    )


def _signature(one: signatures.Signature) -> SignatureOut:
    return SignatureOut(
        kind=one.kind.value if one.kind else "",
        name=one.name,
        title=one.title,
        authority_name=one.authority_name,
        authority_code=one.authority_code,
        signed_at=one.signed_at,
        is_intact=one.is_intact,
        is_trusted=one.is_trusted,
    )


def _registered(document: values.Document | None) -> RegisteredOut | None:
    if document is None:
        return None
    return RegisteredOut(
        number_and_symbol=document.number_and_symbol,
        year=document.year,
        title=document.title,
        authority_code=document.authority_code,
        authority_name=document.authority_name,
        signer_name=document.signer_name,
        issued_at=document.issued_at,
        entry_id=document.entry_id,
    )
