"""Pure rules of identity: posts and delegations, and what the policy (policy.yaml) says to a question."""

import hashlib
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from motcua.identity import errors
from motcua.identity.values import (
    ACTS,
    ADMINISTRATOR,
    FILE,
    FOLLOW,
    NEEDS_SECOND_FACTOR,
    WITHDRAW,
    Actor,
    Assurance,
    Identified,
    Policy,
    Post,
    Purpose,
    Reach,
    Rule,
    Subject,
    Terms,
    Thing,
    Verdict,
)

LONGEST = timedelta(days=90)  # of a delegation; an authority that wants longer appoints anew


PERSONAL_ID = re.compile(r"[0-9]{12}", re.ASCII)
LONGEST_NAME = 200  # characters, as the table keeps them

PHONE = r"[+0-9 ().-]{1,20}"


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
    is_phone = isinstance(phone, str) and re.fullmatch(PHONE, phone)
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


def is_relation(kind: str, personal_id: str, name: str, *, kinds: Collection[str]) -> bool:
    """Return whether the declaration of a close relation says all that it has to."""
    is_number = len(personal_id) == 12 and personal_id.isascii() and personal_id.isdecimal()
    return kind in kinds and is_number and bool(name)


# ---- mandates


def is_of_age(born: date, *, on: date, full_age: int) -> bool:
    """Return whether a person born on a day is of age on another (Civil Code, article 20)."""
    return on >= birthday(born, full_age)


def birthday(born: date, age: int) -> date:
    """Return the day on which a person reaches an age; born on 29 February, the first of March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def check_given(terms: Terms, *, at: datetime, longest: int) -> None:
    """Check what an authorised person is to do, and for how long (days); raises BadMandate."""
    if not terms.acts or not terms.acts <= set(ACTS):
        raise errors.BadMandate(reason="acts")
    if terms.ends_at <= terms.starts_at or terms.ends_at <= at:
        raise errors.BadMandate(reason="term")
    if terms.ends_at - terms.starts_at > timedelta(days=longest):
        raise errors.BadMandate(reason="term-too-long")


def check_number(number: str, *, code: str = r"[0-9]{12}", reason: str = "number") -> None:
    """Check the form of the number of a person or an organisation; raises BadMandate."""
    if not re.fullmatch(code, number, re.ASCII):
        raise errors.BadMandate(reason=reason)


def state(
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    effective_at: datetime | None,
    revoked_at: datetime | None,
    at: datetime,
) -> str:
    """Return what a mandate is at a moment: waiting, later, active, over or revoked."""
    if revoked_at is not None and revoked_at <= at:
        return "revoked"
    if ends_at is not None and ends_at <= at:
        return "over"
    if effective_at is None:
        return "waiting"
    return "active" if max(starts_at, effective_at) <= at else "later"


# ---- the policy


def decide(policy: Policy, by: Actor | None, action: str, thing: Thing) -> Verdict:
    """Return whether a person may do something with a thing, on which post, and for what purpose.

    What no rule allows is refused, and so is an action or a thing that the policy does not know.
    Where a reader only lacks a purpose, the verdict says so: they can state one.
    """
    lacks_purpose = False
    for rule in policy.rules.get((action, thing.kind), ()):
        for post in _speakers(policy.subjects[rule.subject], by):
            failed = [name for name in rule.when if not CONDITIONS[name](by, post, thing)]
            if not failed:
                return _barred(policy, by, action, thing) or Verdict(
                    True, rule.id, post, _purpose(rule, by, thing)
                )
            lacks_purpose = lacks_purpose or failed == [HAS_PURPOSE]
    return Verdict(False, PURPOSE_NEEDED if lacks_purpose else NOT_ALLOWED)


def reach(policy: Policy, by: Actor, action: str, kind: str) -> Reach:
    """Return the things that a person may do something with, as conditions for SQL.

    Together with `decide` on each thing it gives the same answer, but for what bars one task after
    another was done; a rule whose conditions no list can meet reaches nothing.
    """
    is_anything = is_own = False
    authorities: set[int] = set()
    units: set[int] = set()
    works: dict[int, frozenset[str]] = {}
    lent: set[tuple[int, frozenset[str], frozenset[str], frozenset[str]]] = set()
    for rule in policy.rules.get((action, kind), ()):
        for post in _speakers(policy.subjects[rule.subject], by):
            where = frozenset(rule.when)
            if not where:
                is_anything = True
            elif where == {"is_own"}:
                is_own = True
            elif post is None:
                continue
            elif where in ({"same_authority"}, {"looks_after"}):
                authorities.update(post.authorities)
            elif where == {"worked_on"}:
                units.update(post.units)
            elif where <= {"of_unit", "has_role", IN_SCOPE}:
                if IN_SCOPE in where and (post.procedures or post.fields):
                    scope = post.roles, post.procedures, post.fields
                    lent.update((unit, *scope) for unit in post.units)
                else:
                    works |= {
                        unit: works.get(unit, frozenset()) | post.roles for unit in post.units
                    }
    barring = {bar.when for bar in policy.bars.get((action, kind), ())}
    return Reach(
        is_anything,
        is_own,
        frozenset(authorities),
        frozenset(units),
        tuple(works.items()),
        tuple(lent),
        _mandated(policy, by, action, kind),
        but_own="is_about" in barring,
        but_about=by.relations if "is_relations" in barring else frozenset(),
        but_of=frozenset(each.represented_id for each in by.mandates)
        if "acts_for_owner" in barring
        else frozenset(),
    )


def opens(policy: Policy, by: Actor | None, action: str, kind: str) -> bool:
    """Return whether there is anything of a kind that a person could do something with."""
    return any(
        True
        for rule in policy.rules.get((action, kind), ())
        for _post in _speakers(policy.subjects[rule.subject], by)
    )


PURPOSE_NEEDED, NOT_ALLOWED, HAS_PURPOSE = "purpose-needed", "not-allowed", "has_purpose"
IN_SCOPE = "in_scope"
# The conditions that a mandate meets, with the act that it has to be for.
MANDATED = {"follows_for": FOLLOW, "files_for": FILE, "withdraws_for": WITHDRAW}
Condition = Callable[[Actor | None, Post | None, Thing], bool]


def _speakers(subject: Subject, by: Actor | None) -> Iterator[Post | None]:
    """Yield each post on which a person is the subject of a rule; None where no post is needed."""
    is_mandated = subject.who == "mandate" and by is not None and bool(by.mandates)
    if subject.who == "anyone" or is_mandated or (subject.who == "person" and by is not None):
        yield None
    elif subject.who == "post" and by is not None:
        for post in by.posts:
            works = post.roles - {ADMINISTRATOR}  # who only administers does not work on cases
            has_role = subject.role in post.roles if subject.role else bool(works)
            if has_role and (post.is_head or not subject.is_head):
                yield post


def _barred(policy: Policy, by: Actor | None, action: str, thing: Thing) -> Verdict | None:
    for bar in policy.bars.get((action, thing.kind), ()):
        if CONDITIONS[bar.when](by, None, thing):
            return Verdict(False, bar.code)
    return None


def _purpose(rule: Rule, by: Actor | None, thing: Thing) -> Purpose:
    """Return why a person reads: it is their own, work waits for them, or they said why."""
    if "is_own" in rule.when or MANDATED.keys() & set(rule.when):
        return Purpose("own")
    if HAS_PURPOSE not in rule.when or by is None:
        return Purpose("public")
    for post in by.posts:
        for unit in sorted(post.units & thing.busy.keys()):
            return Purpose("task", task_id=thing.busy[unit])
    return Purpose("stated", dict(by.stated).get(thing.subject, ""))


def is_telephone(said: str) -> bool:
    """Return whether something can be a telephone number, or is none at all."""
    return not said or re.fullmatch(PHONE, said) is not None


def _is_busy(by: Actor, thing: Thing) -> bool:
    return any(each.units & thing.busy.keys() for each in by.posts if each.roles - {ADMINISTRATOR})


def _is_kept_from(by: Actor | None, thing: Thing) -> bool:
    """Return whether a restricted thing may not be used by somebody: not theirs, and no work of theirs."""
    if by is None or not thing.is_restricted or by.id == thing.owner_id or _is_busy(by, thing):
        return False
    return all(each.represented_id != thing.owner_id for each in by.mandates)


def _has_purpose(by: Actor | None, post: Post | None, thing: Thing) -> bool:
    """Work in it of any unit where one works, not of the post alone: it is one person who reads."""
    if by is None:
        return False
    return _is_busy(by, thing) or any(subject == thing.subject for subject, _text in by.stated)


def _mandated(
    policy: Policy, by: Actor, action: str, kind: str
) -> tuple[tuple[uuid.UUID, frozenset[str]], ...]:
    """Return for whom, and under which procedures, a mandate lets a person do something."""
    rows = policy.rules.get((action, kind), ())
    acts = {MANDATED[name] for rule in rows for name in rule.when if name in MANDATED}
    found = (each for each in by.mandates if acts & each.acts)
    return tuple((each.represented_id, each.procedures) for each in found)


def _covers(by: Actor | None, act: str, thing: Thing) -> bool:
    """Return whether a mandate lets a person do something with a thing for its owner."""
    if by is None or thing.owner_id is None:
        return False
    return by.mandate(act, owner_id=thing.owner_id, procedure=thing.procedure) is not None


CONDITIONS: Mapping[str, Condition] = {
    "follows_for": lambda by, post, thing: _covers(by, FOLLOW, thing),
    "files_for": lambda by, post, thing: _covers(by, FILE, thing),
    "withdraws_for": lambda by, post, thing: _covers(by, WITHDRAW, thing),
    IN_SCOPE: lambda by, post, thing: (
        post is not None and post.is_for(thing.procedure, thing.field_code)
    ),
    "acts_for_owner": lambda by, post, thing: (
        by is not None and any(each.represented_id == thing.owner_id for each in by.mandates)
    ),
    "is_own": lambda by, post, thing: by is not None and by.id == thing.owner_id,
    "is_party": lambda by, post, thing: by is not None and by.id in thing.parties,
    "same_authority": lambda by, post, thing: (
        post is not None and thing.authority_id in post.authorities
    ),
    "looks_after": lambda by, post, thing: (
        post is not None and bool(post.authorities.keys() & thing.overseers)
    ),
    "worked_on": lambda by, post, thing: post is not None and bool(post.units & thing.units),
    "of_unit": lambda by, post, thing: post is not None and thing.unit_id in post.units,
    "has_role": lambda by, post, thing: post is not None and thing.role in post.roles,
    HAS_PURPOSE: _has_purpose,
    "holds_oneself": lambda by, post, thing: (
        post is not None and post.id == thing.post_id and post.delegated_from is None
    ),
    "is_about": lambda by, post, thing: (
        by is not None and (by.id == thing.owner_id or by.personal_id in thing.about)
    ),
    "is_relations": lambda by, post, thing: by is not None and bool(by.relations & thing.about),
    "is_restricted": lambda by, post, thing: _is_kept_from(by, thing),
    "taken_by_another": lambda by, post, thing: (
        by is not None and thing.taken_by not in (None, by.id)
    ),
    "did_another_duty": lambda by, post, thing: by is not None and by.id in thing.duty_done_by,
}
