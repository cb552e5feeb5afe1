"""What happened."""

from dataclasses import dataclass
from datetime import date, datetime

REASONS = (
    "lost",
    "stolen",
    "broken",
    "left",
)  # why a factor was taken from a person who cannot do it


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A bearer token was issued to a person."""

    person: str
    expires_at: str
    level: int = 0
    has_second_factor: bool = False
    token: str = ""  # SHA-256 of the token


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """A bearer token was revoked before it expired."""

    person: str
    token: str  # SHA-256 of the token


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    """A person whom the electronic identity named was not known before and is now."""

    person: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in, or showed more of who they are in the same session."""

    person: str
    how: str  # vneid, password, passkey, demo
    level: int
    has_second_factor: bool
    is_step_up: bool


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A person signed out."""

    person: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Sessions of a person were ended: those on other devices by themselves, or all by the console."""

    person: str
    count: int


@dataclass(frozen=True, slots=True)
class FactorAdded:
    """A person added a second factor."""

    person: str
    factor: str  # totp, webauthn, recovery_codes


@dataclass(frozen=True, slots=True)
class FactorRemoved:
    """A second factor was removed, by its person or by who works at the console of the server."""

    person: str
    factor: str
    reason: str = ""  # where it was not the person: lost, stolen, broken, left


@dataclass(frozen=True, slots=True)
class PasswordLinkMade:
    """A link with which an official sets a password once was made."""

    person: str


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """An official set a password."""

    person: str


@dataclass(frozen=True, slots=True)
class UnitSetUp:
    """A unit of an authority was set up; its kind says what work it takes."""

    unit: int
    authority: str
    kind: str


@dataclass(frozen=True, slots=True)
class PostSetUp:
    """A post in a unit was set up, with the roles that it gives."""

    post: int
    unit: int
    roles: tuple[str, ...]
    is_head: bool


@dataclass(frozen=True, slots=True)
class PostTaken:
    """A person took a post; since when, where that was not at the moment of writing."""

    person: str
    post: int
    unit: int
    roles: tuple[str, ...] = ()  # that the post gives
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class CalendarSet:
    """The working time of an authority was set."""

    authority: int
    digest: str = ""  # SHA-256 of its definition as canonical JSON


@dataclass(frozen=True, slots=True)
class PostLeft:
    """A person left a post."""

    person: str
    post: int
    unit: int


@dataclass(frozen=True, slots=True)
class PostDelegated:
    """A person gave a post to another for a time."""

    delegation: str
    giver: str
    delegate: str
    post: int
    roles: tuple[str, ...]  # empty: all of the post's
    starts_at: datetime
    ends_at: datetime
    procedures: tuple[str, ...] = ()  # for which it is given; with fields empty: all
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """A delegation was ended before its time."""

    delegation: str
    giver: str
    delegate: str
    post: int


@dataclass(frozen=True, slots=True)
class PurposeStated:
    """An official stated why they have to see a case; the words are kept apart from the log."""

    person: str
    purpose: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RelationDeclared:
    """An official declared a close relation; who it is, is kept apart from the log."""

    person: str
    relation: str


@dataclass(frozen=True, slots=True)
class RelationEnded:
    """An official took the declaration of a close relation back."""

    person: str
    relation: str


@dataclass(frozen=True, slots=True)
class MandateGiven:
    """A mandate was offered to an authorised person, or one by law was asked to be confirmed."""

    mandate: str
    kind: str  # parent, guardian, authorised, representative
    represented: str
    holder: str
    acts: tuple[str, ...]
    procedures: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class MandateAccepted:
    """The authorised person accepted a mandate: they may act from its beginning on."""

    mandate: str
    represented: str
    holder: str


@dataclass(frozen=True, slots=True)
class MandateConfirmed:
    """An official confirmed a mandate by law, by a paper or the answer of a register."""

    mandate: str
    represented: str
    holder: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """A mandate was taken back, given up, declined or replaced: nobody acts by it any more."""

    mandate: str
    represented: str
    holder: str
    how: str  # revoked, given_up, declined, replaced, ended_by_official


@dataclass(frozen=True, slots=True)
class OrganisationNamed:
    """An organisation became known here, by who says that they represent it."""

    organisation: str
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class MergerOrdered:
    """An administrator ordered that authorities become one, from a day on."""

    merger: str
    codes: tuple[str, ...]
    into: str
    from_date: date


@dataclass(frozen=True, slots=True)
class AuthoritiesMerged:
    """Authorities ended and another follows them; who holds which post is told beside this."""

    merger: str
    codes: tuple[str, ...]
    into: str
    is_new: bool  # the successor began by it
    from_date: date  # the first day on which they are no more
    units: tuple[tuple[int, int], ...]  # old and new


@dataclass(frozen=True, slots=True)
class MergerEnded:
    """A merger is done, was cancelled before anything moved, or broke off on the way."""

    merger: str
    how: str  # done, cancelled, stopped


@dataclass(frozen=True, slots=True)
class PersonCorrected:
    """What is known of a person was corrected, as they had asked; the words stay out of the log."""

    person: str
    fields: tuple[str, ...]
    request: str
