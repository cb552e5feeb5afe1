"""Reads: one's own files, with what they belong to."""

import uuid
from typing import IO

from motcua.documents import queries as documents
from motcua.identity.values import Actor
from motcua.intake import queries as intake
from motcua.intake.errors import NoSuchAttachment
from motcua.intake.values import Paper


def of_draft(draft_id: uuid.UUID, file_id: uuid.UUID, *, of: Actor) -> tuple[Paper, IO[bytes]]:
    """Return a file of one's own draft; raises NoSuchDraft, NoSuchAttachment."""
    draft = intake.own_draft(draft_id, of=of)
    for each in draft.papers:
        if each.attachment_id == file_id:
            return each, documents.open_file(each.digest)
    raise NoSuchAttachment()
