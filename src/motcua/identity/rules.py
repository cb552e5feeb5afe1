"""Pure rules of identity."""

import hashlib
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from motcua.identity import errors
from motcua.identity.values import NEEDS_SECOND_FACTOR, Actor, Assurance, Identified, Post

LONGEST = timedelta(days=90)  # of a delegation; an authority that wants longer appoints anew


PERSONAL_ID = re.compile(r"[0-9]{12}", re.ASCII)
LONGEST_NAME = 200  # characters, as the table keeps them


def identified(claims: Mapping[str, object], *, number: str, levels: Sequence[str]) -> Identified:
    """Return whom the claims of the electronic identity speak of; raises SignInRefused.

    number: the claim that holds the personal identification number; levels: the values of `acr` that
    stand for level 1 and 2.
    """
    personal_id, name, level = claims.get(number), claims.get("name"), claims.get("acr")
    if not isinstance(personal_id, str) or not PERSONAL_ID.fullmatch(personal_id):
        raise errors.SignInRefused(reason="number")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME or "\0" in name:
        raise errors.SignInRefused(reason="number")
    if level not in levels:
        raise errors.SignInRefused(reason="level")
    phone = claims.get("phone_number")
    is_phone = isinstance(phone, str) and re.fullmatch(r"[+0-9 ().-]{1,20}", phone)
    return Identified(
        personal_id=personal_id,
        name=name.strip(),
        birth_date=_day(claims.get("birthdate")),
        phone=str(phone) if is_phone else "",
        level=levels.index(str(level)) + 1,
    )


def _day(text: object) -> date | None:
    """Return the day of a claim; a year alone, which OpenID Connect allows too, gives none."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def needs_second_factor(post: Post) -> bool:
    """Return whether a post is given only to those who showed a second factor."""
    return any(NEEDS_SECOND_FACTOR.get(role, True) for role in post.roles)


def admitted(
    posts: Sequence[Post], assurance: Assurance | None
) -> tuple[tuple[Post, ...], tuple[Post, ...]]:
    """Return the posts that a person may use now, and those withheld until a second factor is shown."""
    if assurance is None or assurance.has_second_factor:
        return tuple(posts), ()
    withheld = tuple(post for post in posts if needs_second_factor(post))
    return tuple(post for post in posts if post not in withheld), withheld


def digest(token: str) -> str:
    """Return what is kept of a bearer token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def own_post(by: Actor, post_id: int) -> Post:
    """Return a post that a person holds as their own; raises NotYourPost.

    What was delegated cannot be delegated again.
    """
    for post in by.posts:
        if post.id == post_id and post.delegated_from is None:
            return post
    raise errors.NotYourPost()


def check_term(*, starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Check the time of a delegation; raises CannotDelegate."""
    if ends_at <= starts_at:
        raise errors.CannotDelegate(reason="term-reversed")
    if ends_at <= at:
        raise errors.CannotDelegate(reason="term-over")
    if ends_at - starts_at > LONGEST:
        raise errors.CannotDelegate(reason="term-too-long")


def check_delegate(post: Post, *, by: Actor, to: Actor, roles: Collection[str]) -> None:
    """Check who is to have a post, and how much of it; raises CannotDelegate."""
    if to.id == by.id:
        raise errors.CannotDelegate(reason="to-oneself")
    own = (each for each in to.posts if each.delegated_from is None)
    if not any(each.authority_id == post.authority_id for each in own):
        raise errors.CannotDelegate(reason="not-a-colleague")
    if not set(roles) <= post.roles:
        raise errors.CannotDelegate(reason="not-a-role")


def may_end(by: uuid.UUID, *, giver: uuid.UUID, delegate: uuid.UUID) -> bool:
    """Return whether a person may end a delegation: who gave it, and who has it."""
    return by in (giver, delegate)
