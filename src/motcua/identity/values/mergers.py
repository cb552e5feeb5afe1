"""What a merger of authorities is asked for, what it would do, and who was what, when."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Order:
    """Which authorities become one, and from which day.

    A successor that is not there yet has a name and a place, and `heads` says whose leaders lead it.
    """

    codes: tuple[str, ...]
    into: str  # code
    from_date: date
    name: str = ""
    place: str = ""
    division_code: str = ""
    heads: str = ""  # code of a merged authority, for a new successor only
    makes_units: bool = False  # those that the successor lacks


@dataclass(frozen=True, slots=True)
class Holder:
    """A person on a post."""

    holding_id: int
    person_id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class OfficePost:
    """A post as the plan sees it."""

    id: int
    title: str
    roles: frozenset[str]
    is_head: bool
    signing_mode: str
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficeUnit:
    """A unit as the plan sees it."""

    id: int
    kind: str
    name: str
    posts: tuple[OfficePost, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """An authority as the plan sees it: what stands above it, its end, its units and their posts."""

    id: int
    code: str
    name: str
    level: str
    parent_id: int | None
    ends_date: date | None = None
    successor: str = ""  # name
    is_merging: bool = False  # another merger has it
    starts_date: date | None = None
    since: date | None = None  # it is as it is: it began, or a merger changed it
    units: tuple[OfficeUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a merger is not possible: a key of errors.WHY_NOT_MERGED, and what it speaks of."""

    reason: str
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitMove:
    """A unit and the one that takes its work: none where the successor lacks it."""

    unit: OfficeUnit
    authority: str  # code of the ended one
    to: OfficeUnit | None
    is_made: bool  # the successor gets it by the merger


@dataclass(frozen=True, slots=True)
class HolderMove:
    """A holder, and whether they go on in the successor's unit: on its post of that title."""

    holder: Holder
    post: OfficePost
    kind: str  # of the unit
    authority: str  # code of the ended one
    stays: (
        str  # "" they go on; heads: it has its own; roles: its post of that title has other roles
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How much work an authority has: numbers, never what it is."""

    cases: int = 0  # open ones: they move
    tasks: int = 0  # open ones, of these cases and of those of others
    closed: int = 0  # cases: they stay
    drafts: int = 0  # that people prepare: sent, they go to the successor

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.cases + other.cases,
            self.tasks + other.tasks,
            self.closed + other.closed,
            self.drafts + other.drafts,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merger would do, and everything that stands in its way."""

    order: Order
    into: Office | None  # none: it is made by the merger
    ended: tuple[Office, ...]
    units: tuple[UnitMove, ...] = ()
    holders: tuple[HolderMove, ...] = ()
    delegations: int = 0  # in force or to come: they go on with their posts, or end
    children: int = 0  # offices under the ended ones, that come under the successor
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """Which authorities and units were merged, by the ids of the old: what cases follow."""

    merger_id: uuid.UUID
    into_id: int
    into_code: str
    authorities: frozenset[int]
    units: Mapping[int, int]
    is_new: bool  # the successor


@dataclass(frozen=True, slots=True)
class Life:
    """An authority on the time line: from when until when it was, and what followed it."""

    id: int
    code: str
    name: str
    level: str
    place: str
    starts_date: date | None
    ends_date: date | None  # the first day on which it was no more
    successor: str  # code


@dataclass(frozen=True, slots=True)
class Held:
    """Who held which post in a term: until a moment that is not part of it."""

    person_id: uuid.UUID
    name: str
    title: str
    unit_name: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A merger that was ordered, and whether it had begun before and is taken up again."""

    id: uuid.UUID
    is_begun: bool
