"""Reads: what a list of officials would set up, and everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from motcua.identity import models, queries
from motcua.identity.adapters import staff
from motcua.identity.errors import NotAllowed
from motcua.identity.values import Actor, StaffFault, StaffLine, StaffList, Thing
from motcua.kit import clock, text

Cells = Iterable[tuple[int, Sequence[str]]]


def columns() -> tuple[str, ...]:
    """Return the heads of the columns of a list, in the language of the reader."""
    return tuple(staff.name(each) for each in staff.COLUMNS)


def known_roles() -> frozenset[str]:
    """Return the roles that posts have."""
    rows = models.Post.objects.values_list("roles", flat=True).distinct()
    return frozenset(role for roles in rows for role in roles)


def read(
    cells: Cells, *, roles: Mapping[str, str], kinds: Iterable[str], by: Actor, at: datetime
) -> StaffList:
    """Return what a list would set up, and every fault in it, in the order of its rows; nothing is written.

    roles: the role that each folded name means; kinds: of units. Raises NotAllowed for who
    administers no units.
    """
    if not queries.may_ever(by, "administer", "unit"):
        raise NotAllowed()
    rows = iter(cells)
    _number, first = next(rows, (1, ()))
    heads, faults = staff.heads(first)
    if faults:
        return StaffList((), tuple(faults))
    lines, faults = staff.lines(heads, rows, roles=roles)
    known = _known(lines, by=by)
    faults += _faults(lines, known, kinds=frozenset(kinds), by=by, at=at)
    new = known.new
    return StaffList(
        lines=tuple(lines),
        faults=tuple(sorted(faults, key=lambda each: each.line)),
        new_units=len(new.units),
        new_posts=len(new.posts),
        new_people=len(new.people),
        new_holdings=len(new.held),
    )


def lines_of(cells: Cells, *, roles: Mapping[str, str]) -> Sequence[StaffLine]:
    """Return the lines of a list that was read before and found without fault of form."""
    rows = iter(cells)
    _number, first = next(rows)
    return staff.lines(staff.heads(first)[0], rows, roles=roles)[0]


def faults_of(
    line: StaffLine, *, kinds: Iterable[str], by: Actor, at: datetime
) -> Sequence[StaffFault]:
    """Return what is wrong with one line now; the same as `read` says of it."""
    known = _known([line], by=by)
    return list(_faults([line], known, kinds=frozenset(kinds), by=by, at=at))


@dataclass(slots=True)
class _New:
    """What is set up by lines that were read."""

    units: set[tuple[str, str]]
    posts: set[tuple[str, str, str]]
    people: set[str]
    held: set[tuple[str, str, str, str]]


@dataclass(slots=True)
class _Known:
    """What there is of what the lines name, and what earlier lines set up."""

    authorities: Mapping[str, int]  # those that the person administers
    units: dict[tuple[str, str], str]
    posts: dict[tuple[str, str, str], tuple[frozenset[str], bool]]
    people: dict[str, str]
    held: dict[tuple[str, str, str, str], date]
    seen: set[tuple[str, str, str, str]]
    new: _New


def _known(lines: Sequence[StaffLine], *, by: Actor) -> _Known:
    """Return what the database has of what the lines name, in five queries."""
    own = queries.reach(by, "administer", "unit").authorities
    codes = {line.authority for line in lines}
    numbers = {line.personal_id for line in lines}
    living = models.Authority.objects.filter(ends_date=None)  # none that was merged into another
    authorities = living.filter(pk__in=own, code__in=codes)
    known = dict(authorities.values_list("code", "pk"))
    units = models.Unit.objects.filter(authority__in=known.values())
    posts = models.Post.objects.filter(unit__authority__in=known.values())
    people = models.Person.objects.filter(personal_id__in=numbers)
    holdings = models.Holding.objects.filter(
        person__personal_id__in=numbers, post__in=posts, ends_at=None
    )
    where = ("unit__authority__code", "unit__kind", "title")
    held = holdings.values_list(
        "person__personal_id", *(f"post__{each}" for each in where), "starts_at"
    )
    return _Known(
        authorities=known,
        units={(a, k): n for a, k, n in units.values_list("authority__code", "kind", "name")},
        posts={
            (a, k, t): (frozenset(roles), is_head)
            for a, k, t, roles, is_head in posts.values_list(*where, "roles", "is_head")
        },
        people=dict(people.values_list("personal_id", "name")),
        held={(p, a, k, t): clock.local(since).date() for p, a, k, t, since in held},
        seen=set(),
        new=_New(set(), set(), set(), set()),
    )


def _faults(
    lines: Sequence[StaffLine], known: _Known, *, kinds: frozenset[str], by: Actor, at: datetime
) -> Iterator[StaffFault]:
    """Yield what is wrong with lines against what is known and what the lines before them say."""
    today = clock.local(at).date()
    for line in lines:
        for column, said in (
            *_office(line, known, kinds),
            *_person(line, known, by=by),
            *_held(line, known, today=today),
        ):
            yield StaffFault(line.number, column, staff.name(column), said)


def _office(line: StaffLine, known: _Known, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    if line.authority not in known.authorities:
        yield staff.AUTHORITY, _("You do not administer an authority of this code.")
        return
    unit, post = (line.authority, line.unit_kind), (line.authority, line.unit_kind, line.post)
    if unit not in known.units:
        if line.unit_kind not in kinds:
            said = _("There is no such kind of unit. Kinds are: %(kinds)s.")
            yield staff.KIND, said % {"kinds": ", ".join(sorted(kinds))}
            return
        known.units[unit] = line.unit
        known.new.units.add(unit)
    elif text.folded(known.units[unit]) != text.folded(line.unit):
        said = _("The unit of this kind is called %(name)s; a list renames none.")
        yield staff.UNIT, said % {"name": known.units[unit]}
    if post not in known.posts:
        if not line.roles:
            yield staff.ROLES, _("A post that is new here needs at least one role.")
            return
        known.posts[post] = (frozenset(line.roles), line.is_head)
        known.new.posts.add(post)
        return
    roles, is_head = known.posts[post]
    if line.roles and frozenset(line.roles) != roles:
        said = _("The post has the roles %(roles)s; a list changes none. Leave the cell empty.")
        yield staff.ROLES, said % {"roles": ", ".join(sorted(roles))}
    if line.is_head and not is_head:
        yield staff.HEAD, _("The post is not that of the head; a list changes none.")


def _person(line: StaffLine, known: _Known, *, by: Actor) -> Iterator[tuple[str, str]]:
    if line.personal_id not in known.people:
        known.people[line.personal_id] = line.name
        known.new.people.add(line.personal_id)
    elif text.folded(known.people[line.personal_id]) != text.folded(line.name):
        yield staff.NAME, _("Name and number do not belong together.")
    own = known.authorities.get(line.authority)
    thing = Thing("post", owner_id=by.id, authority_id=own)
    if line.personal_id == by.personal_id and not queries.decide(by, "staff", thing).is_allowed:
        yield staff.NUMBER, _("Nobody puts themselves on a post. Ask another administrator.")


def _held(line: StaffLine, known: _Known, *, today: date) -> Iterator[tuple[str, str]]:
    place = (line.personal_id, line.authority, line.unit_kind, line.post)
    since = known.held.get(place)
    if place in known.seen:
        yield staff.NUMBER, _("This person is on this post in an earlier row already.")
    elif line.first > today:
        yield staff.FIRST, _("The day lies ahead. Bring the list on that day or after it.")
    elif since is not None and since != line.first:
        said = _("The person has held this post since %(day)s.")
        yield staff.FIRST, said % {"day": f"{since:%d/%m/%Y}"}
    elif since is None:
        known.new.held.add(place)
    known.seen.add(place)
