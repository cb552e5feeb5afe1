"""What an audit asks of identity: is each person, post held, mandate, token and factor as the log tells.

Names, addresses and phone numbers are what the electronic identity or a clerk says of a person: they may
change without an entry. Passwords and the secrets of factors are for nobody to compare.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from allauth.mfa.models import Authenticator

from motcua.identity import events, models
from motcua.transparency import queries as transparency
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Story, Table
from motcua.transparency.values import Finding

# The factors that a person adds one by one; recovery codes come and go with them.
COUNTED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
Terms = Sequence[tuple[datetime, datetime | None]]


def _end_of_mandate(story: Story) -> object:
    told = story.last(events.MandateConfirmed) or story.last(events.MandateGiven)
    return told.facts.get("ends_at", tables.UNTOLD) if told else tables.UNTOLD


PEOPLE = Table(
    name="person",
    rows=models.Person.objects.all,
    begins=(events.PersonRegistered, events.OrganisationNamed),
    fact=("person", "organisation"),
    columns={"personal_id": tables.promised("personal_id", events.PersonRegistered)},
)
MANDATES = Table(
    name="mandate",
    rows=models.Mandate.objects.all,
    begins=(events.MandateGiven,),
    goes_on=(events.MandateAccepted, events.MandateConfirmed, events.MandateEnded),
    fact=("mandate",),
    columns={
        **tables.facts(
            events.MandateGiven,
            kind="kind",
            represented_id="represented",
            holder_id="holder",
            acts="acts",
            procedures="procedures",
            starts_at="starts_at",
        ),
        "ends_at": _end_of_mandate,
        "given_at": tables.at(events.MandateGiven),
        "given_by_id": tables.by(events.MandateGiven),
        "effective_at": tables.at(events.MandateAccepted, events.MandateConfirmed),
        "confirmed_by_id": tables.by(events.MandateConfirmed),
        "revoked_at": tables.at(events.MandateEnded),
        "revoked_by_id": tables.by(events.MandateEnded),
    },
)
DELEGATIONS = Table(
    name="delegation",
    rows=models.Delegation.objects.all,
    begins=(events.PostDelegated,),
    goes_on=(events.DelegationEnded,),
    fact=("delegation",),
    columns={
        **tables.facts(
            events.PostDelegated,
            giver_id="giver",
            delegate_id="delegate",
            post_id="post",
            roles="roles",
            procedures="procedures",
            fields="fields",
            starts_at="starts_at",
            ends_at="ends_at",
        ),
        "revoked_at": tables.at(events.DelegationEnded),
    },
)
TOKENS = Table(
    name="token",
    rows=models.Token.objects.all,
    begins=(events.TokenIssued,),
    goes_on=(events.TokenRevoked,),
    fact=("token",),
    columns={
        **tables.facts(
            events.TokenIssued,
            person_id="person",
            expires_at="expires_at",
            level="level",
            has_second_factor="has_second_factor",
        ),
        "created_at": tables.at(events.TokenIssued),
        "revoked_at": tables.at(events.TokenRevoked),
    },
)
# Of posts that somebody holds or held: those that nobody ever took give nobody anything.
POSTS = Table(
    name="post",
    rows=lambda: models.Post.objects.filter(pk__in=models.Holding.objects.values("post")),
    begins=(events.PostTaken,),
    fact=("post",),
    columns=tables.facts(events.PostTaken, unit_id="unit", roles="roles"),
)
RELATIONS = Table(
    name="declared relation",
    rows=models.Relation.objects.all,
    begins=(events.RelationDeclared,),
    goes_on=(events.RelationEnded,),
    fact=("relation",),
    columns={
        "person_id": tables.said("person", events.RelationDeclared),
        "personal_id": tables.promised("personal_id", events.RelationDeclared),
        "declared_at": tables.at(events.RelationDeclared),
        "ended_at": tables.at(events.RelationEnded),
    },
)
PURPOSES = Table(
    name="stated purpose",
    rows=models.StatedPurpose.objects.all,
    begins=(events.PurposeStated,),
    fact=("purpose",),
    columns={
        **tables.facts(events.PurposeStated, person_id="person", ends_at="ends_at"),
        "text": tables.promised("text", events.PurposeStated),
        "stated_at": tables.at(events.PurposeStated),
    },
)


def _state_of_merger(story: Story) -> object:
    ended = story.last(events.MergerEnded)
    if ended is None:
        return "ordered" if story.last(events.AuthoritiesMerged) is None else "moving"
    # One that broke off may have been taken up again since; that is told when it is done.
    return (
        tables.AnyOf(("stopped", "moving"))
        if ended.facts["how"] == "stopped"
        else (ended.facts["how"])
    )


MERGERS = Table(
    name="merger",
    rows=models.Merger.objects.all,
    begins=(events.MergerOrdered,),
    goes_on=(events.AuthoritiesMerged, events.MergerEnded),
    fact=("merger",),
    columns={
        "into_code": tables.said("into", events.MergerOrdered),
        "ordered_by_id": tables.by(events.MergerOrdered),
        "ordered_at": tables.at(events.MergerOrdered),
        "moved_at": tables.at(events.AuthoritiesMerged),
        "state": _state_of_merger,
    },
)


def disagreements() -> Iterator[Finding]:
    """Yield where identity and the log do not say the same, for an audit."""
    yield from tables.all_of(PEOPLE, POSTS, MANDATES, DELEGATIONS, TOKENS, RELATIONS, PURPOSES)
    yield from tables.all_of(MERGERS)
    yield from _holdings()
    yield from _authorities()
    yield from _factors()
    yield from _calendars()


def _holdings() -> Iterator[Finding]:
    """Hold who is on which post, and was, against the entries of who took and left it."""
    told, held = _terms_told(), _terms_held()
    for key in sorted(told.keys() | held.keys()):
        person, post = key
        if told.get(key) == held.get(key):
            continue
        if key not in told:
            said = f"person {person} stands on post {post}, and no entry tells of it"
            yield Finding("row-without-entry", said, None, person)
        elif key not in held:
            said = f"person {person} took post {post}, and the row is gone"
            yield Finding("row-removed", said, None, person)
        else:
            said = (
                f"times of person {person} on post {post}: the log says {_times(told[key])},"
                f" the table says {_times(held[key])}"
            )
            yield Finding("row-disagrees", said, None, person)


def _terms_told() -> Mapping[tuple[str, str], Terms]:
    found: dict[tuple[str, str], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for entry in transparency.of_kind(events.PostTaken, events.PostLeft):
        terms = found[str(entry.facts["person"]), str(entry.facts["post"])]
        if entry.kind.endswith(events.PostTaken.__name__):
            since = entry.facts.get("since")  # of a list of officials: earlier than it was brought
            terms.append((datetime.fromisoformat(str(since)) if since else entry.at, None))
        elif terms:
            terms[-1] = (terms[-1][0], entry.at)
    return {key: sorted(terms, key=lambda each: each[0]) for key, terms in found.items()}


def _terms_held() -> Mapping[tuple[str, str], Terms]:
    found: dict[tuple[str, str], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for row in models.Holding.objects.order_by("starts_at", "pk").iterator():
        found[str(row.person_id), str(row.post_id)].append((row.starts_at, row.ends_at))
    return found


def _times(terms: Terms) -> str:
    return ", ".join(f"{begins} to {ends or 'now'}" for begins, ends in terms)


def _factors() -> Iterator[Finding]:
    """Hold how many apps and passkeys a person has against those that were added and removed."""
    told: Counter[tuple[str, str]] = Counter()
    for entry in transparency.of_kind(events.FactorAdded, events.FactorRemoved):
        is_more = entry.kind.endswith(events.FactorAdded.__name__)
        told[str(entry.facts["person"]), str(entry.facts["factor"])] += 1 if is_more else -1
    rows = Authenticator.objects.filter(type__in=COUNTED).values_list("user_id", "type")
    held = Counter((str(person), str(kind)) for person, kind in rows.iterator())
    for person, kind in sorted(told.keys() | held.keys()):
        wanted, found = told[person, kind], held[person, kind]
        if kind in COUNTED and wanted != found:
            code = "row-without-entry" if found > wanted else "row-removed"
            said = f"second factors ({kind}): the log tells of {wanted}, the table holds {found}"
            yield Finding(code, said, None, person)


def _calendars() -> Iterator[Finding]:
    """Hold the working time of each authority against what was last set."""
    last = {str(each.facts["authority"]): each for each in transparency.of_kind(events.CalendarSet)}
    held = {str(row.pk): row.definition for row in models.OfficeCalendar.objects.iterator()}
    for authority in sorted(last.keys() | held.keys()):
        entry = last.get(authority)
        if entry is None:
            said = f"authority {authority} has working times, and no entry tells of them"
            yield Finding("row-without-entry", said, None, authority)
        elif authority not in held:
            said = f"the working times of authority {authority} were set, and are gone"
            yield Finding("row-removed", said, entry.id, authority)
        elif entry.facts.get("digest") not in (None, "", transparency.digest(held[authority])):
            said = f"the working times of authority {authority} are not those that were set"
            yield Finding("row-disagrees", said, entry.id, authority)


def _authorities() -> Iterator[Finding]:
    """Hold which authorities and units ended, when and into which, and what each followed."""
    rows = {row.code: row for row in models.Authority.objects.all()}
    ends: dict[int, str] = {}
    authorities: dict[int, int] = {}
    units: dict[int, int] = {}
    for entry in transparency.of_kind(events.AuthoritiesMerged):
        event = transparency.event(entry.id, events.AuthoritiesMerged)
        units |= {int(old): int(new) for old, new in event.units}
        for code in {*event.codes, event.into} - rows.keys():
            said = f"authority {code} was part of a merger, and its row is gone"
            yield Finding("row-removed", said, entry.id, code)
        for code in {*event.codes} & rows.keys():
            ends[rows[code].pk] = event.from_date.isoformat()
            if event.into in rows:
                authorities[rows[code].pk] = rows[event.into].pk
    yield from _line("authority", list(rows.values()), authorities)
    yield from _line("unit", list(models.Unit.objects.all()), units)
    for code, row in rows.items():
        day = row.ends_date.isoformat() if row.ends_date else None
        if ends.get(row.pk) != day:
            said = f"end of authority {code}: the log says {ends.get(row.pk)}, the table says {day}"
            yield Finding("row-disagrees", said, None, code)


def _line(
    name: str, rows: Sequence[models.Authority | models.Unit], told: Mapping[int, int]
) -> Iterator[Finding]:
    """Hold who follows whom in a table, at first and second hand, against the mergers of the log."""
    followed: dict[int, set[int]] = defaultdict(set)
    for key in told:
        later = told.get(key)
        while later is not None:
            followed[later].add(key)
            later = told.get(later)
    for row in rows:
        pairs = (told.get(row.pk), row.successor_id), (followed[row.pk], set(row.followed))
        for wanted, held in pairs:
            if wanted != held:
                said = f"line of {name} {row.pk}: the log says {wanted}, the table says {held}"
                yield Finding("row-disagrees", said, None, str(row.pk))
