"""People and offices as other modules see them."""

import uuid
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Post:
    """A post that a person holds now."""

    id: int
    title: str
    roles: frozenset[str]
    unit_id: int
    unit_kind: str
    unit_name: str
    is_head: bool  # head of the unit
    signing_mode: str  # as it stands before a signature: "TM. Ủy ban nhân dân", "KT. Chủ tịch"
    authority_id: int
    authority_code: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in the act of doing something, with the posts held at that moment."""

    id: uuid.UUID
    name: str
    personal_id: str
    posts: tuple[Post, ...] = field(default=())

    @property
    def key(self) -> str:
        """Return the actor's id as the log writes it."""
        return str(self.id)

    @property
    def is_official(self) -> bool:
        """Return whether the person holds a post."""
        return bool(self.posts)

    def post_in(self, unit_id: int, role: str) -> Post | None:
        """Return the post that gives a role in a unit, if the person holds one."""
        for post in self.posts:
            if post.unit_id == unit_id and role in post.roles:
                return post
        return None


@dataclass(frozen=True, slots=True)
class Person:
    """A person's own particulars, for papers that carry them."""

    id: uuid.UUID
    name: str
    personal_id: str
    birth_date: date | None
    phone: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: a People's Committee, a commune police, a tax office."""

    id: int
    code: str
    name: str
    level: str
    place: str
    parent_name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of an authority."""

    id: int
    kind: str
    name: str
    authority_id: int
    authority_code: str
