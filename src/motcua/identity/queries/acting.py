"""Reads: people in the act of doing something, with their posts, mandates, relations and purposes."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.identity import models
from motcua.identity.values import Actor, Mandate, Post

# Who is meant, by one parameter.
OF_PEOPLE = "person.id = ANY(%(named)s::uuid[])"
OF_NUMBER = "person.personal_id = %(named)s"
# People with the posts that they hold at a moment, then those given to them by who holds these then.
ACTORS = """
    SELECT person.password, person.id, person.name, person.personal_id,
           ARRAY(SELECT personal_id FROM identity_relation
                 WHERE person_id = person.id AND ended_at IS NULL),
           ARRAY(SELECT subject FROM identity_statedpurpose
                 WHERE person_id = person.id AND stated_at <= %(at)s AND ends_at > %(at)s
                 ORDER BY stated_at, id),
           ARRAY(SELECT text FROM identity_statedpurpose
                 WHERE person_id = person.id AND stated_at <= %(at)s AND ends_at > %(at)s
                 ORDER BY stated_at, id),
           CASE WHEN person.acts_for_others THEN (
               SELECT json_agg(json_build_array(
                   mandate.id, mandate.kind, whose.id, whose.name, whose.kind = 'organisation',
                   mandate.acts, mandate.procedures) ORDER BY whose.name, mandate.id)
               FROM identity_mandate mandate
               JOIN identity_person whose ON whose.id = mandate.represented_id
               WHERE mandate.holder_id = person.id
                   AND mandate.effective_at <= %(at)s AND mandate.starts_at <= %(at)s
                   AND (mandate.ends_at IS NULL OR mandate.ends_at > %(at)s)
                   AND (mandate.revoked_at IS NULL OR mandate.revoked_at > %(at)s)) END,
           post.id, post.title, post.roles, post.is_head, post.signing_mode,
           unit.id, unit.kind, unit.name, authority.id, authority.code,
           unit.followed, CASE WHEN authority.followed <> '{{}}' THEN (
               SELECT json_agg(json_build_array(former.id, former.code) ORDER BY former.id)
               FROM identity_authority former WHERE former.id = ANY(authority.followed)) END,
           given.roles, given.procedures, given.fields, given.giver_id, giver.name
    FROM identity_person person
    LEFT JOIN LATERAL (
        SELECT post_id, NULL::uuid AS giver_id, NULL::varchar[] AS roles,
               NULL::varchar[] AS procedures, NULL::varchar[] AS fields, NULL::uuid AS id
        FROM identity_holding
        WHERE person_id = person.id AND starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
        UNION ALL
        SELECT lent.post_id, lent.giver_id, lent.roles, lent.procedures, lent.fields, lent.id
        FROM identity_delegation lent
        WHERE lent.delegate_id = person.id AND lent.revoked_at IS NULL
            AND lent.starts_at <= %(at)s AND lent.ends_at > %(at)s
            AND EXISTS (
                SELECT FROM identity_holding held
                WHERE held.person_id = lent.giver_id AND held.post_id = lent.post_id
                    AND held.starts_at <= %(at)s AND (held.ends_at IS NULL OR held.ends_at > %(at)s)
            )
    ) given ON true
    LEFT JOIN identity_post post ON post.id = given.post_id
    LEFT JOIN identity_unit unit ON unit.id = post.unit_id
    LEFT JOIN identity_authority authority ON authority.id = unit.authority_id
    LEFT JOIN identity_person giver ON giver.id = given.giver_id
    WHERE {which}
    ORDER BY person.id, given.giver_id IS NOT NULL, given.post_id, given.id
"""


def actors_of(people: QuerySet[models.Person], *, at: datetime) -> list[Actor]:
    """Return people as actors in their order, in two queries."""
    keys = list(people.values_list("pk", flat=True))
    found = {each.id: each for each in actors(OF_PEOPLE, keys, at=at)}
    return [found[key] for key in keys if key in found]


def actors(which: str, named: str | list[Any], *, at: datetime) -> list[Actor]:
    """Return people as actors, with the posts they hold and those that others gave them for a time.

    One query: it is asked at each request.
    """
    return built(rows(which, named, at=at), at=at)


def rows(which: str, named: str | list[Any], *, at: datetime) -> list[tuple[Any, ...]]:
    """Return what `built` makes actors of: a row a post, the account's password first."""
    with connection.cursor() as cursor:
        cursor.execute(ACTORS.format(which=which), {"named": named, "at": at})
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def built(found: Iterable[tuple[Any, ...]], *, at: datetime) -> list[Actor]:
    """Return the actors that rows of ACTORS tell of. Posts are given to officials only."""
    people: dict[uuid.UUID, tuple[str, str]] = {}
    more: dict[uuid.UUID, tuple[frozenset[str], tuple[tuple[str, str], ...]]] = {}
    mandates: dict[uuid.UUID, tuple[Mandate, ...]] = {}
    posts: dict[uuid.UUID, list[Post]] = {}
    for _password, key, name, personal_id, relations, subjects, texts, acts, *given in found:
        people[key] = (name, personal_id)
        more[key] = frozenset(relations), tuple(zip(subjects, texts, strict=True))
        mandates[key] = tuple(_mandate(*each) for each in acts or ())
        own = posts.setdefault(key, [])
        is_held = given[-2] is None  # these come first
        if given[0] is not None and (is_held or own):
            own.append(_post(given))
    return [
        Actor(
            key,
            *said,
            tuple(posts[key]),
            relations=more[key][0],
            mandates=mandates[key],
            stated=more[key][1],
            at=at,
        )
        for key, said in people.items()
    ]


def lent(at: datetime) -> QuerySet[models.Delegation]:
    """Return the delegations that hold at a moment: their givers hold the post themselves."""
    is_held = held(at).filter(person=OuterRef("giver"), post=OuterRef("post"))
    rows = models.Delegation.objects.select_related("giver", "post__unit__authority")
    term = rows.filter(revoked_at=None, starts_at__lte=at, ends_at__gt=at)
    return term.filter(Exists(is_held)).order_by("post_id", "pk")


def people_on(posts: QuerySet[models.Post], *, at: datetime) -> QuerySet[models.Person]:
    """Return those who hold some posts at a moment, and those to whom they are given for a time."""
    own, given = held(at).filter(post__in=posts), lent(at).filter(post__in=posts)
    # Their keys first: "one or the other" would be tried on every person there is.
    keys = own.order_by().values("person").union(given.order_by().values("delegate"))
    return models.Person.objects.filter(pk__in=keys).order_by("pk")


def _post(row: Sequence[Any]) -> Post:
    (key, title, roles, is_head, signing_mode, unit, kind, unit_name, authority, code, former_units,
     former, lent, procedures, fields, giver, giver_name) = row  # fmt: skip
    return Post(
        id=key,
        title=title,
        roles=frozenset(roles) & frozenset(lent) if lent else frozenset(roles),
        unit_id=unit,
        unit_kind=kind,
        unit_name=unit_name,
        is_head=is_head,
        signing_mode=signing_mode,
        authority_id=authority,
        authority_code=code,
        delegated_from=giver,
        delegated_from_name=giver_name or "",
        procedures=frozenset(procedures or ()),
        fields=frozenset(fields or ()),
        former_units=frozenset(former_units),
        former=tuple((each[0], each[1]) for each in former or ()),
    )


def held(at: datetime) -> QuerySet[models.Holding]:
    """Return who holds which post at a moment."""
    return models.Holding.objects.select_related("post__unit__authority").filter(
        Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at
    )


def _mandate(
    key: str,
    kind: str,
    whose: str,
    name: str,
    is_organisation: bool,
    acts: Sequence[str],
    procedures: Sequence[str],
) -> Mandate:
    return Mandate(
        uuid.UUID(key),
        kind,
        uuid.UUID(whose),
        name,
        is_organisation,
        frozenset(acts),
        frozenset(procedures),
    )


def in_force(at: datetime) -> Q:
    """Return the condition that a mandate is in force at a moment, as `rules.state` says "active"."""
    term = Q(ends_at=None) | Q(ends_at__gt=at)
    kept = Q(revoked_at=None) | Q(revoked_at__gt=at)
    return term & kept & Q(effective_at__lte=at, starts_at__lte=at)
