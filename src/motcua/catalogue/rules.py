"""Pure: what a procedure is found by, the months of its use, a folder's digest, what its template is tried with."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from motcua.engines.procedure.model import Facts
from motcua.engines.procedure.situation import Filing, Situation
from motcua.kit import clock, text

MAX_WORDS = 12  # of one search
REJECT = "reject"  # the outcome that makes a result a refusal


def search_text(parts: Iterable[str]) -> str:
    """Return what a procedure is found by."""
    return text.folded(" ".join(parts))


def search_words(search: str) -> tuple[str, ...]:
    """Return the folded words of a search, each once, the first twelve."""
    return text.words(search, most=MAX_WORDS)


def specimen(facts: Facts, filing: Filing, situation: Situation) -> Mapping[str, object]:
    """Return what the template of a result is tried with: an example's answers, everybody else made up.

    The same keys as for a case (docs/reference/typst-template.md).
    """
    is_refusal = REJECT in situation.outcomes.values()
    moments = {"filed_at": filing.filed_at, "accepted_at": filing.filed_at}
    return {
        "kind": "refusal" if is_refusal else "result",
        "refused": facts.result.refused.vi if facts.result.refused else "giải quyết hồ sơ",
        "reason": "Hồ sơ chưa đủ điều kiện" if is_refusal else "",
        "answers": filing.answers,
        "person": {
            "name": "Nguyễn Thị An",
            "id_number": "001196004521",
            "address": "Số 12 phố Láng Hạ, phường Láng",
            "phone": "",
            "email": "",
        },
        "case": {
            "code": "H00.01-260101-0001",
            "procedure_code": facts.code,
            "procedure_name": facts.name.vi,
            "channel": filing.channel,
            "applicant_kind": filing.applicant_kind,
            **{name: each.isoformat() for name, each in moments.items()},
            "due_at": situation.due_at.isoformat() if situation.due_at else "",
        },
        "authority": {
            "code": "H00.01",
            "name": "Ủy ban nhân dân phường Mẫu",
            "parent_name": "Ủy ban nhân dân tỉnh Mẫu",
            "place": "Phường Mẫu",
        },
        "signer": {"mode": "TM. Ủy ban nhân dân", "position": "Chủ tịch", "name": "Trần Văn Bình"},
        "decision": situation.decisions,
        "outcome": situation.outcomes,
    }


def month_of(at: datetime) -> date:
    """Return the first day of the month that a moment falls into in Viet Nam."""
    return clock.local(at).date().replace(day=1)


def year_before(at: datetime) -> date:
    """Return the first day of the twelve months that end with the present one."""
    last = month_of(at)
    if last.month == 12:
        return last.replace(month=1)
    return last.replace(year=last.year - 1, month=last.month + 1)


def digest(files: Mapping[str, str]) -> str:
    """Return SHA-256 in hex over the files in the order of their names.

    Each is written as its name and its size in bytes on a line, then its bytes, so that no two
    folders read alike.
    """
    total = hashlib.sha256()
    for name, written in sorted(files.items()):
        content = written.encode()
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
