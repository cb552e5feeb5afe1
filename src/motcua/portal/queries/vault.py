"""Reads: one's signed documents, with the links by which they are shared."""

import uuid
from datetime import datetime
from typing import IO

from motcua.cases.errors import NoSuchCase
from motcua.cases.queries import cases
from motcua.documents import queries as documents
from motcua.documents.values import Document
from motcua.identity.values import Actor
from motcua.portal.queries import procedures
from motcua.portal.values import Held

MOST = 200  # cases that are looked through for documents


def held(of: Actor, *, at: datetime) -> tuple[Held, ...]:
    """Return the documents that were issued in one's own cases, newest first."""
    own = {each.code: each.procedure_code for each in cases.own_cases(of, limit=MOST)}
    found = documents.issued_for(own)
    names = procedures.names()
    shares = documents.shares([each.id for each in found], of=of, at=at)
    return tuple(
        Held(each, names.get(own[each.subject], ""), shares.get(each.id, ())) for each in found
    )


def one(document_id: uuid.UUID, *, of: Actor, at: datetime) -> Held:
    """Return a document of one's own case with its links; raises NoSuchCase for any other."""
    found = own_document(document_id, of=of)
    shares = documents.shares([document_id], of=of, at=at)
    return Held(found, "", shares.get(document_id, ()))


def own_document(document_id: uuid.UUID, *, of: Actor) -> Document:
    """Return a document of a case in which this person is the applicant; raises NoSuchCase."""
    found = cases.document_of(document_id, reader=of)
    case = cases.case_of(found.subject, reader=of)
    if case.applicant_id != of.id:
        raise NoSuchCase()
    return found


def content(document_id: uuid.UUID, *, of: Actor) -> tuple[Document, IO[bytes]]:
    """Return a signed document with its bytes; raises NoSuchCase when it is not for the reader."""
    return cases.content_of(document_id, reader=of)


def shared(secret: str, *, at: datetime) -> tuple[Document, IO[bytes]]:
    """Return what a link opens; raises NoSuchShare."""
    found, _share = documents.shared(secret, at=at)
    return found, documents.open_file(found.digest)
