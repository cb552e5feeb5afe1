"""Pure rules of identity."""

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from motcua.identity import errors
from motcua.identity.values import Actor, Post

LONGEST = timedelta(days=90)  # of a delegation; an authority that wants longer appoints anew


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
