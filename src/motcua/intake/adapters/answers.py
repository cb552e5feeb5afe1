"""Answers in rows: the sensitive ones sealed with the key of the draft or filing that holds them."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from motcua.catalogue import queries as catalogue
from motcua.engines.forms import sensitive
from motcua.intake import models
from motcua.intake.values import Paper
from motcua.privacy.actions import sealing
from motcua.privacy.queries import sealed
from motcua.transparency import queries as log

COLUMNS = ("answers", "sealed", "data_key")  # of a draft or filing
Holder = models.Draft | models.Filing
Row = Holder | models.Revision


def put(row: Row, answers: Mapping[str, object], *, at: datetime) -> None:
    """Put answers in a row that the caller saves; raises KeyAway."""
    holder = row.filing if isinstance(row, models.Revision) else row
    form = catalogue.compiled(holder.version_id).form
    row.answers, taken = sensitive.split(form, answers)
    row.sealed = b""
    if taken:
        if holder.data_key is None:
            key = sealing.new_key(at=at)
            holder.data_key_id = key.id
        else:
            key = sealed.value(holder.data_key)
        content = json.dumps(taken, ensure_ascii=False).encode()
        row.sealed = sealing.seal(content, key=key, binding=_binding(row))


def of(row: Row, *, holder: Holder) -> Mapping[str, object]:
    """Return the answers of a row whole; raises KeyAway while its key is not there, and SealBroken."""
    basic: Mapping[str, object] = row.answers
    if not row.sealed or holder.data_key is None:
        return basic
    key = sealed.value(holder.data_key)
    opened = sealed.unseal(bytes(row.sealed), key=key, binding=_binding(row))
    return sensitive.merge(basic, json.loads(opened))


def erase(row: Holder) -> uuid.UUID | None:
    """Take the answers and the key out of a row, save it, and return the key that is to be destroyed."""
    key = row.data_key_id
    row.answers, row.sealed, row.data_key_id = {}, b"", None
    row.save(update_fields=list(COLUMNS))
    return key


def vouched(row: models.Filing) -> Mapping[str, object]:
    """Return what the log commits to of what was sent: hashes, of the sealed part as it lies sealed."""
    return {
        "answers": log.digest(row.answers),
        "sealed": hashlib.sha256(bytes(row.sealed)).hexdigest(),
    }


def papers(sent: Iterable[Paper]) -> str:
    """Return the hash by which the log commits to the files of a filing."""
    return log.digest(sorted([each.paper_id, each.digest] for each in sent))


def _binding(row: Row) -> str:
    """Return what ties sealed answers to their row: elsewhere they do not open."""
    if isinstance(row, models.Revision):
        return f"intake.revision:{row.filing_id}:{row.number}"
    return f"{row._meta.label_lower}:{row.pk}"
