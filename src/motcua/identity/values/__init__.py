"""People and offices as other modules see them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

GATED = "asks_the_policy"  # on a view that lets people in, or sends them to sign in, by itself
ADMINISTRATOR = "admin"  # the role of those who look after units, posts and procedures

# Which roles are given only to a person who has shown a second factor: whoever decides, signs or
# administers. A role that is not in the table demands one.
NEEDS_SECOND_FACTOR: Mapping[str, bool] = {
    "intake": False,  # takes papers in and hands results out; decides nothing
    "officer": True,
    "consulted": True,
    "reviewer": True,
    "leader": True,
    ADMINISTRATOR: True,
}


@dataclass(frozen=True, slots=True)
class Assurance:
    """How sure we are that a session or a token speaks for its person, since when, and how it was shown.

    level: of the electronic identity, 1 or 2 (Decree 69/2024/NĐ-CP); 0 when it was not used.
    """

    level: int
    has_second_factor: bool
    how: str  # vneid, password, passkey, demo, token
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """What the electronic identity says of a person."""

    personal_id: str
    name: str
    birth_date: date | None
    phone: str
    level: int


FOLLOW, FILE, WITHDRAW = "follow", "file", "withdraw"  # what one may do for another
ACTS = (FOLLOW, FILE, WITHDRAW)


@dataclass(frozen=True, slots=True)
class Mandate:
    """The right to act for somebody, in force."""

    id: uuid.UUID
    kind: str  # parent | guardian | authorised | representative
    represented_id: uuid.UUID
    represented_name: str
    is_organisation: bool  # who is represented
    acts: frozenset[str]  # of ACTS
    procedures: frozenset[str]  # codes; empty: all

    def covers(self, act: str, *, owner_id: uuid.UUID | None, procedure: str) -> bool:
        """Return whether one may do an act for an owner under a procedure."""
        is_theirs = owner_id is not None and owner_id == self.represented_id
        is_asked = not self.procedures or procedure in self.procedures
        return is_theirs and is_asked and act in self.acts


@dataclass(frozen=True, slots=True)
class Terms:
    """What an authorised person is to do, for how long, and why."""

    acts: frozenset[str]  # of ACTS
    procedures: frozenset[str]  # codes; empty: all
    starts_at: datetime
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as its parties and those who confirm it see it, whatever became of it."""

    id: uuid.UUID
    kind: str
    state: str  # waiting | active | later | over | revoked
    represented_id: uuid.UUID
    represented_name: str
    represented_number: str
    represented_birth_date: date | None
    is_organisation: bool
    holder_id: uuid.UUID
    holder_name: str
    holder_number: str
    acts: tuple[str, ...]
    procedures: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    proof: str
    given_by: uuid.UUID
    given_at: datetime
    effective_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acted for somebody, and by which right, as papers name it."""

    mandate_id: uuid.UUID
    kind: str
    holder_id: uuid.UUID
    name: str
    personal_id: str
    address: str
    phone: str
    email: str
    proof: str
    given_at: datetime


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
    delegated_from: uuid.UUID | None = None  # whose post it is, when it is held for a time only
    delegated_from_name: str = ""
    procedures: frozenset[str] = frozenset()  # that it is lent for; with `fields` empty: all
    fields: frozenset[str] = frozenset()
    former_units: frozenset[int] = frozenset()  # that were merged into the unit
    former: tuple[tuple[int, str], ...] = ()  # id and code of those merged into the authority

    @property
    def units(self) -> frozenset[int]:
        """Return the unit and those that were merged into it."""
        return self.former_units | {self.unit_id}

    @property
    def authorities(self) -> Mapping[int, str]:
        """Return the codes of the authority and of those that were merged into it, by id."""
        return {self.authority_id: self.authority_code, **dict(self.former)}

    def is_for(self, procedure: str, field_code: str) -> bool:
        """Return whether the post is held for work on a procedure of a field."""
        is_whole = not self.procedures and not self.fields
        return is_whole or procedure in self.procedures or field_code in self.fields


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in the act of doing something, with the posts held at that moment."""

    id: uuid.UUID
    name: str
    personal_id: str
    posts: tuple[Post, ...] = field(default=())  # one's own first, then those held for others
    # How they showed who they are. None: nobody came through a door; our own code acts in their name.
    assurance: Assurance | None = None
    withheld: tuple[Post, ...] = field(default=())  # theirs, once they show a second factor
    relations: frozenset[str] = frozenset()  # personal ids of the close relations one declared
    mandates: tuple[Mandate, ...] = ()  # in force: for whom else one acts
    stated: tuple[tuple[str, str], ...] = ()  # what one said why one has to see, by subject
    at: datetime | None = field(default=None, compare=False)  # the moment that all this holds

    @property
    def key(self) -> str:
        """Return the actor's id as the log writes it."""
        return str(self.id)

    def mandate(self, act: str, *, owner_id: uuid.UUID, procedure: str) -> Mandate | None:
        """Return the mandate by which one may do an act for an owner, if there is one."""
        found = (m for m in self.mandates if m.covers(act, owner_id=owner_id, procedure=procedure))
        return next(found, None)

    @property
    def represented(self) -> tuple[str, ...]:
        """Return what one may do for whom, as the row policies of the database read it."""
        return tuple(
            f"{act}:{each.represented_id}" + (f":{code}" if code else "")
            for each in self.mandates
            for act in sorted(each.acts)
            for code in (sorted(each.procedures) or [""])
        )

    @property
    def is_official(self) -> bool:
        """Return whether the person holds a post."""
        return bool(self.posts)

    @property
    def is_administrator(self) -> bool:
        """Return whether the person holds a post that looks after the system."""
        return any(ADMINISTRATOR in post.roles for post in self.posts)

    @property
    def authorities(self) -> frozenset[int]:
        """Return the authorities where the person holds posts, and those merged into them."""
        return frozenset(each for post in self.posts for each in post.authorities)

    @property
    def units(self) -> frozenset[int]:
        """Return the units where the person holds posts, and those merged into them."""
        return frozenset(each for post in self.posts for each in post.units)

    def post_in(self, unit_id: int, role: str) -> Post | None:
        """Return the post that gives a role in a unit, if the person holds one."""
        for post in self.posts:
            if unit_id in post.units and role in post.roles:
                return post
        return None


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a person reads personal data that is not theirs, as the person it is about is told."""

    kind: str  # task | stated | own | public
    text: str = ""  # the task's name, or the reason that was stated
    task_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody wants to do something with, as the policy asks about it.

    Those who know the thing fill in what its conditions need; what is left out is met by nobody.
    """

    kind: str  # an object of identity/policy.yaml
    owner_id: uuid.UUID | None = None  # applicant, payer, author: whose it is
    about: frozenset[str] = frozenset()  # personal ids of those whose data it holds
    procedure: str = ""  # code
    field_code: str = ""  # of the procedure
    authority_id: int | None = None
    overseers: frozenset[int] = frozenset()  # the authority and the one above it
    unit_id: int | None = None  # whose work it is
    role: str = ""  # for which role of that unit
    units: frozenset[int] = frozenset()  # that had a task in it
    busy: Mapping[int, uuid.UUID | None] = field(default_factory=dict)  # unit with work in it, task
    is_restricted: bool = False  # the person had its use restricted
    taken_by: uuid.UUID | None = None
    duty_done_by: frozenset[uuid.UUID] = frozenset()  # who did another duty: appraise, review, sign
    post_id: int | None = None
    parties: frozenset[uuid.UUID] = frozenset()
    subject: str = ""  # by which a stated purpose names it: the code of a case


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says: whether one may, by which rule, on which post, and why one reads."""

    is_allowed: bool
    rule: str  # the number of the rule that allows it, or the code of what forbids it
    post: Post | None = None
    purpose: Purpose = Purpose("public")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a person may do something with, for lists: put in SQL, never filtered afterwards."""

    is_anything: bool = False
    is_own: bool = False
    authorities: frozenset[int] = frozenset()  # of these authorities
    units: frozenset[int] = frozenset()  # that one of these units has worked on
    works: tuple[tuple[int, frozenset[str]], ...] = ()  # the work of a unit, with one's roles there
    # The same where the post is lent for some procedures and fields only.
    lent: tuple[tuple[int, frozenset[str], frozenset[str], frozenset[str]], ...] = ()
    mandates: tuple[tuple[uuid.UUID, frozenset[str]], ...] = ()  # whose, procedures; empty: all
    but_own: bool = False  # not what is one's own
    but_about: frozenset[str] = frozenset()  # nor what is of these people
    but_of: frozenset[uuid.UUID] = frozenset()  # nor of those for whom one acts


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy: who may do what with what, when all its conditions hold."""

    id: str
    subject: str
    action: str
    thing: str
    when: tuple[str, ...]
    basis: str
    note: Mapping[str, str]  # language -> words


@dataclass(frozen=True, slots=True)
class Bar:
    """What forbids although a rule allows: one condition, with the code of its refusal."""

    code: str
    action: str
    thing: str
    when: str
    basis: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a rule speaks of: anyone, a person signed in, the holder of a mandate or of a post."""

    id: str
    who: str  # anyone | person | mandate | post
    role: str  # of the post; "" any but the administrator's
    is_head: bool
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole table, as identity/policy.yaml says it."""

    subjects: Mapping[str, Subject]
    actions: Mapping[str, Mapping[str, str]]  # id -> words by language
    things: Mapping[str, Mapping[str, str]]  # id -> words by language and `class`
    conditions: Mapping[str, Mapping[str, str]]
    rules: Mapping[tuple[str, str], tuple[Rule, ...]]
    bars: Mapping[tuple[str, str], tuple[Bar, ...]]
    pages: Mapping[str, tuple[str, str]]  # address -> action, object
    days_after_end: int  # that a unit still has work in a case which is over
    hours_stated: int  # that a stated purpose lasts
    full_age: int  # years
    days_of_mandate: int  # the longest that somebody is authorised for


@dataclass(frozen=True, slots=True)
class Relation:
    """A close relation that an official declared."""

    id: uuid.UUID
    kind: str
    personal_id: str
    name: str
    declared_at: datetime


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
    verified_at: datetime | None = None  # when the electronic identity last confirmed them
    is_organisation: bool = False


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: a People's Committee, a commune police, a tax office."""

    id: int
    code: str
    name: str
    level: str
    place: str
    parent_name: str
    is_ended: bool = False  # merged into another

    @property
    def stands_under(self) -> str:
        """Return the authority named above this one on paper (Decree 30/2020/NĐ-CP, Appendix I).

        The police or tax office of a place is served by the commune, and yet is not part of it.
        """
        return "" if self.level == "sector" else self.parent_name


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of an authority."""

    id: int
    kind: str
    name: str
    authority_id: int
    authority_code: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with who holds it, for those who look after posts."""

    id: int
    title: str
    roles: tuple[str, ...]
    is_head: bool
    signing_mode: str
    unit_id: int
    holders: tuple[tuple[uuid.UUID, str], ...]  # id and name


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of a post is given to another: some roles, some procedures or fields; empty: all."""

    roles: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()  # codes; with `fields`, either is enough
    fields: frozenset[str] = frozenset()  # codes


WHOLE_POST = Scope()


@dataclass(frozen=True, slots=True)
class Delegation:
    """A post given to another person for a time, such as a leave."""

    id: uuid.UUID
    giver_id: uuid.UUID
    giver_name: str
    delegate_id: uuid.UUID
    delegate_name: str
    post_id: int
    post_title: str
    unit_name: str
    roles: tuple[str, ...]  # which of the post's roles; empty: all of them
    procedures: tuple[str, ...]
    fields: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor of a person, without its secret."""

    kind: str  # totp, webauthn, recovery_codes
    name: str  # that its person gave it
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A line of a list of officials: who holds which post of which unit, from which day on."""

    number: int  # of the row in the file, its head being 1
    authority: str
    unit_kind: str
    unit: str
    post: str
    roles: tuple[str, ...]  # empty: those that the post has
    is_head: bool
    signing_mode: str
    personal_id: str
    name: str
    birth_date: date | None
    phone: str
    email: str
    first: date


@dataclass(frozen=True, slots=True)
class StaffFault:
    """What is wrong in one cell of a list of officials, for the person who brought it."""

    line: int
    column: str  # its key; "" for one that is none of ours
    column_name: str
    message: str


@dataclass(frozen=True, slots=True)
class StaffList:
    """A list of officials that was read: nothing is written while it has faults."""

    lines: tuple[StaffLine, ...]
    faults: tuple[StaffFault, ...]
    new_units: int = 0
    new_posts: int = 0
    new_people: int = 0
    new_holdings: int = 0  # people put on posts; the other lines say what is so already
