"""Who may do which step of a case, and with what. Pure."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from motcua.cases import errors
from motcua.cases.values import Filters
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure.model import Result
from motcua.identity.values import Actor, Post
from motcua.kit import clock, text

MAX_REASON = 4_000  # characters
MAX_ITEMS = 50
MAX_WORDS = 12  # of a name, and of one search
SIGN = "sign"
APPRAISE, REVIEW = "appraise", "review"
REVIEWER = "reviewer"  # the role whose tasks are reviews
REJECT = "reject"
NOTICE = "TB"  # thông báo, the type of a refusal (Decree 30/2020/NĐ-CP, Appendix III)
INTAKE = "intake"  # the role of those at a counter
LEADER = "leader"  # the role of those who sign decisions
FOR_HEAD, BY_AUTHORISATION = "KT.", "TUQ."  # how a signature begins


@dataclass(frozen=True, slots=True)
class Duty:
    """What the rules need to know of a task: whose it is, and what went before in its case."""

    role: str
    unit_id: int
    unit_name: str
    signs: bool
    taken_by: uuid.UUID | None
    applicant_id: uuid.UUID
    procedure: str = ""  # code
    field_code: str = ""
    about: frozenset[str] = frozenset()  # personal numbers of those whose data the case holds
    done_by: Mapping[uuid.UUID, str] = field(default_factory=dict)  # who did another duty of it


def tokens(*, code: str, name: str, personal_id: str, authorities: Collection[int]) -> list[str]:
    """Return what a case is found by: each word once for each authority that may see the case."""
    plain = text.folded(code)
    tail = "-".join(plain.split("-")[-2:])  # the day and the number, as people say a code aloud
    said = dict.fromkeys((*text.words(name, most=MAX_WORDS), personal_id, plain, tail))
    return [f"{each}:{word}" for each in sorted(set(authorities)) for word in said if word]


def vector(found_by: Collection[str]) -> str:
    """Return words as PostgreSQL writes a tsvector."""
    return " ".join(_quoted(each) for each in found_by)


def search(said: str, *, authorities: Collection[int], days: Collection[str] = ()) -> str:
    """Return a tsquery that finds every word of a search, the last one also unfinished; "" for nothing.

    A last word of one letter has to be whole: half of all names begin with it. days: only what was
    filed on one of these, as a code begins to say it: "261122" for a day, "2611" for a month.
    """
    words = text.words(said, most=MAX_WORDS)
    if not words or not authorities:
        return ""
    last = ":*" if len(words[-1]) > 1 else ""
    marks = [*("" for _ in words[1:]), last]
    return " | ".join(
        "("
        + " & ".join(
            [
                *(_quoted(f"{each}:{w}") + mark for w, mark in zip(words, marks, strict=True)),
                *_on_one_of(days, each),
            ]
        )
        + ")"
        for each in sorted(set(authorities))
    )


def _on_one_of(days: Collection[str], authority: int) -> list[str]:
    found = " | ".join(_quoted(f"{authority}:{each}") + ":*" for each in days)
    return [f"({found})"] if found else []


def _quoted(word: str) -> str:
    """Return a word as text search reads it literally (PostgreSQL manual, 8.11)."""
    escaped = word[:200].replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def stored(filters: Filters) -> dict[str, object]:
    """Return the filters of a saved view as plain values for JSON, the empty ones left out."""
    plain = {name: getattr(filters, name) for name in Filters.__dataclass_fields__}
    return {
        name: each if isinstance(each, bool | int | str) else str(each)
        for name, each in plain.items()
        if each
    }


def filters(plain: Mapping[str, object]) -> Filters:
    """Return the filters that `stored` wrote; what does not read any more narrows nothing."""
    due_from, due_to = _day(plain.get("due_from")), _day(plain.get("due_to"))
    status = plain.get("status")
    return Filters(
        procedure=str(plain.get("procedure", "")),
        field=str(plain.get("field", "")),
        due_from=due_from,
        due_to=due_to,
        person=_uuid(plain.get("person")),
        nobody=plain.get("nobody") is True,
        status=status if isinstance(status, int) else None,
    )


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _uuid(said: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(said))
    except ValueError:
        return None


def masked(personal_id: str) -> str:
    """Return a personal identification number with all but its end hidden."""
    return "•" * max(0, len(personal_id) - 4) + personal_id[-4:]


def code(authority_code: str, day: date, number: int) -> str:
    """Return a case code: agency, date as yymmdd, sequence of four digits or more."""
    return f"{authority_code}-{day:%y%m%d}-{number:04d}"


def duty_of(*, signs: bool, appraises: bool, role: str) -> str:
    """Return which of the three duties a task is that different people have to do; "" for none."""
    if signs:
        return SIGN
    if appraises:
        return APPRAISE
    return REVIEW if role == REVIEWER else ""


def demand(
    offers: Sequence[situations.Offer],
    outcome: str,
    *,
    post: Post,
    reason: str,
    items: Collection[str],
) -> None:
    """Check that an outcome comes with all that the law demands.

    Raises ReasonMissing, ItemsMissing, HeadMissing; an outcome that is not offered is the engine's to refuse.
    """
    for offer in offers:
        if offer.outcome != outcome:
            continue
        if offer.needs_reason and not reason.strip():
            raise errors.ReasonMissing()
        if offer.needs_items and not any(item.strip() for item in items):
            raise errors.ItemsMissing()
        if offer.needs_head and not post.is_head:
            raise errors.HeadMissing()


def signature(signer: Actor, post: Post) -> Mapping[str, str]:
    """Return how a signature on a post reads (Decree 30/2020/NĐ-CP, article 13).

    Its holder signs as the post says. One who stands in for them signs with a position of their own:
    as the deputy (KT.) where they hold that post in the same unit, by authorisation (TUQ.) otherwise.
    """
    if post.delegated_from is None:
        return {"mode": post.signing_mode, "position": post.title, "name": signer.name}
    own = [each for each in signer.posts if each.delegated_from is None]
    for each in own:
        if each.unit_id == post.unit_id and signs_for_head(each):
            return {"mode": each.signing_mode, "position": each.title, "name": signer.name}
    here = [each for each in own if each.authority_id == post.authority_id] or own
    title = max(here, key=lambda each: each.is_head).title if here else ""
    return {"mode": f"{BY_AUTHORISATION} {post.title}", "position": title, "name": signer.name}


def signs_for_head(post: Post) -> bool:
    """Return whether who holds a post signs for the head: a deputy."""
    return post.signing_mode.upper().startswith(FOR_HEAD)


def check_lent(post: Post, roles: Collection[str], *, to: str, can_sign: bool) -> None:
    """Check that who is to stand in on a post can do all of its work; `to` is their name.

    Raises DeputyCannotPassOn and DelegateCannotSign where the post is given to sign with.
    """
    if LEADER not in (set(roles) or post.roles):
        return
    if signs_for_head(post):
        raise errors.DeputyCannotPassOn()
    if not can_sign:
        raise errors.DelegateCannotSign(name=to)


def is_refusal(outcomes: Mapping[str, str | tuple[str, ...]]) -> bool:
    """Return whether what stands before the signer is a refusal."""
    return REJECT in outcomes.values()


def refused(result: Result) -> str:
    """Return what a refusal refuses, as it follows "không": "cấp giấy phép xây dựng"."""
    return result.refused.vi if result.refused else "giải quyết hồ sơ"


def moment(value: datetime | None) -> str:
    """Return a moment as templates read it: ISO text of the local time to the second, or empty."""
    return clock.local(value).isoformat(timespec="seconds") if value else ""


def years_after(moment: datetime, years: int) -> datetime:
    """Return the same day some years later; 29 February becomes 1 March."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


def years_before(moment: datetime, years: int) -> datetime:
    """Return the latest moment from which some years have passed by a moment."""
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)
