"""What can go wrong on purpose."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Forbidden, Refused, Unavailable


class NotSignedIn(Refused):
    status = 401
    code = "not-signed-in"
    message = _("We do not know who you are.")
    remedy = _("Sign in again, or send a valid bearer token.")


class SecondFactorNeeded(Forbidden):
    code = "second-factor-needed"
    message = _(
        "Your post decides, signs or administers, so it asks for a second proof of who you are."
    )
    remedy = _("Add an authenticator app or a passkey under Security, or sign in with it.")


class AssuranceNeeded(Forbidden):
    """Filing asks for a higher level of the electronic identity; `level` is which."""

    code = "assurance-needed"
    message = _("Filing this online asks for your electronic identity at level %(level)s.")
    remedy = _("Show it with VNeID; a program needs a token that was given at that level.")

    def __init__(self, *, level: int) -> None:
        self.level = level
        super().__init__(level=level)


class TooManyTries(Refused):
    status = 429
    code = "too-many-tries"
    message = _("Somebody tried to sign in too often.")
    remedy = _("Wait five minutes and try again. A passkey or VNeID lets you in at once.")


class ForOfficials(Forbidden):
    code = "for-officials"
    message = _("Passwords, passkeys and second factors are for officials who hold a post.")
    remedy = _("Sign in with VNeID.")


START_AGAIN = _("Go back to the sign-in page and begin again.")
UNTRUSTED = _("The answer of the electronic identity cannot be trusted, so nobody was signed in.")
TELL = _("Begin again. If it happens again, tell us the code below.")
WHY_REFUSED: dict[str, tuple[str | Promise, str | Promise]] = {
    "state": (
        _("This sign-in was used already, took too long, or began in another browser."),
        START_AGAIN,
    ),
    "answer": (_("The electronic identity did not sign you in."), START_AGAIN),
    "number": (
        _("The electronic identity did not give your personal identification number and name."),
        _("Allow it to give them, or ask at the counter of the one-stop shop."),
    ),
    "level": (
        _("The electronic identity did not say how sure it is of you."),
        _("Begin again, or have your account raised to level 2 at the police of your commune."),
    ),
    **{
        each: (UNTRUSTED, TELL)
        for each in (
            *("token", "algorithm", "key", "issuer", "audience", "nonce", "expired", "subject"),
        )
    },
}


class SignInRefused(Forbidden):
    """Nobody was signed in; `reason` is a key of WHY_REFUSED and stands in the code."""

    def __init__(self, *, reason: str) -> None:
        self.message, self.remedy = WHY_REFUSED[reason]
        self.code = f"sign-in-{reason}"
        super().__init__(reason=reason)


class ProviderAway(Unavailable):
    """The electronic identity does not answer."""

    message = _("The electronic identity (VNeID) does not answer.")
    remedy = _("What you have saved is safe. Try again in a few minutes.")

    def __init__(self) -> None:
        super().__init__("electronic identity", retry_after=60)


class NoSuchPerson(Absent):
    code = "no-such-person"
    message = _("There is no such person.")
    remedy = _("Check the personal identification number.")


class NoSuchAuthority(Absent):
    code = "no-such-authority"
    message = _("There is no such authority.")
    remedy = _("Check the code of the authority.")


class NoSuchUnit(Absent):
    code = "no-such-unit"
    message = _("%(authority)s has no unit of the kind %(kind)s.")
    remedy = _("Set up the unit, or name the one that does its work.")


class NoSuchPost(Absent):
    code = "no-such-post"
    message = _("There is no such post.")
    remedy = _("Open the list of posts again.")


class NotYourPost(Forbidden):
    code = "not-your-post"
    message = _("You do not hold this post, so you cannot give it to another person.")
    remedy = _("Only the person who holds the post can do this.")


class NoSuchDelegation(Absent):
    code = "no-such-delegation"
    message = _("There is no such delegation, or it is not yours.")
    remedy = _("Open the list of delegations again.")


class NotAllowed(Forbidden):
    """The policy does not allow it; `basis` is the provision, where there is one."""

    code = "not-allowed"
    message = _("You may not do this.")
    remedy = _("Ask somebody whose post allows it, or open another page.")


class Oneself(Forbidden):
    code = "oneself"
    message = _("Nobody puts themselves on a post, or takes themselves off one.")
    remedy = _("Ask another administrator to do it.")


class PurposeNeeded(Forbidden):
    """An official wants to read personal data and no work of theirs asks for it; `subject`: of what."""

    code = "purpose-needed"
    message = _("You may see this once you have stated why you need to.")
    remedy = _("No task of your unit asks for it. State why you need to see it; this is recorded.")

    def __init__(self, *, subject: str) -> None:
        self.subject = subject
        super().__init__(subject=subject)


class ReasonTooShort(Refused):
    code = "reason-too-short"
    message = _("This does not say why you need to see it.")
    remedy = _("Write in a sentence what you need it for, with at least %(least)s characters.")


class NoSuchRelation(Absent):
    code = "no-such-relation"
    message = _("There is no such declaration, or it is not yours.")
    remedy = _("Open the list of your close relations again.")


class BadParticulars(Refused):
    code = "bad-particulars"
    message = _("The telephone number or the e-mail address is not right, or nothing was changed.")
    remedy = _("Enter what the person asked to have corrected, and leave the rest as it is.")


class BadRelation(Refused):
    code = "bad-relation"
    message = _("The declaration is not complete: kind, full name and the 12 digits of the number.")
    remedy = _("Correct what is missing. The number is on the person's identity card.")


class TooManyRelations(Refused):
    code = "too-many-relations"
    message = _("You have declared %(most)s close relations already.")
    remedy = _("Remove those that no longer hold.")


CHOOSE_DAYS = _("Choose other days.")
CHOOSE_PERSON = _("Choose another person.")
WHY_NOT: dict[str, tuple[str | Promise, str | Promise]] = {
    "to-oneself": (_("You cannot delegate to yourself."), CHOOSE_PERSON),
    "not-a-colleague": (
        _("This person is not an official of the authority of the post."),
        CHOOSE_PERSON,
    ),
    "term-reversed": (_("The delegation would end before it begins."), CHOOSE_DAYS),
    "term-over": (_("The delegation would be over already."), CHOOSE_DAYS),
    "term-too-long": (_("A delegation lasts 90 days at most."), CHOOSE_DAYS),
    "overlaps": (
        _("The post is delegated in this time already."),
        _("End the other delegation first, or choose other days."),
    ),
    "not-a-role": (
        _("The post does not have one of these roles."),
        _("Choose among the roles of the post."),
    ),
}


class CannotDelegate(Refused):
    """A delegation is not possible; `reason` is a key of WHY_NOT."""

    code = "cannot-delegate"

    def __init__(self, *, reason: str) -> None:
        self.message, self.remedy = WHY_NOT[reason]
        super().__init__(reason=reason)


class NoSuchMandate(Absent):
    code = "no-such-mandate"
    message = _("There is no such mandate, or it is not yours.")
    remedy = _("Open the list of those you act for again.")


class MandateOver(Forbidden):
    """A mandate that was there when the page was opened is not in force any more, or does not go so far."""

    code = "mandate-over"
    message = _("You may not do this for another person: no mandate of yours covers it now.")
    remedy = _("Ask the person for a new mandate. What was filed already goes on for them.")
    basis = "Bộ luật Dân sự 91/2015/QH13, Điều 140, Điều 141"


class TooManyMandates(Refused):
    code = "too-many-mandates"
    message = _("%(most)s mandates of yours wait for an answer already.")
    remedy = _("Take back those that are not needed, or wait until they are answered.")


class BadStaffLine(Refused):
    """A line of a list of officials cannot be carried out now, though it could when the list was checked."""

    code = "bad-staff-line"
    message = _("%(column)s: %(what)s")
    remedy = _("Correct the row and bring the list again: what is done already stays as it is.")


CORRECT = _("Look at both again and correct them.")
WHY_NO_MANDATE: dict[str, tuple[str | Promise, str | Promise]] = {
    "kind": (
        _("This kind of mandate is not given in this way."),
        _("Choose a kind from the list."),
    ),
    "oneself": (_("Nobody needs a mandate for themselves."), CHOOSE_PERSON),
    "number": (
        _("The personal identification number has to have 12 digits."),
        _("It is on the person's identity card or in the birth certificate."),
    ),
    "enterprise-code": (
        _("The enterprise code has to have 10 digits, or 13 for a branch: 0401234567-001."),
        _("It is on the certificate of business registration."),
    ),
    "name": (_("Name and number do not belong together, or one is missing."), CORRECT),
    "organisation": (
        _("Name and enterprise code do not belong together, or one is missing."),
        CORRECT,
    ),
    "birth-date": (
        _("The date of birth is missing, lies ahead, or is not the one we know."),
        _("Give it as it stands in the birth certificate."),
    ),
    "of-age": (
        _("This person is of age and acts for themselves."),
        _("They can give you a mandate from their own account."),
    ),
    "not-of-age": (
        _("Only a person of full age acts for others."),
        _("Name a parent, a guardian or another adult."),
    ),
    "acts": (_("The mandate does not say what it is for."), _("Choose at least one thing.")),
    "procedures": (
        _("One of these procedures is not there."),
        _("Choose procedures from the list, or all of them."),
    ),
    "term": (
        _("The term has to end after it begins and after today."),
        CHOOSE_DAYS,
    ),
    "term-too-long": (
        _("An authorised person acts for a year at most; then the mandate is given anew."),
        CHOOSE_DAYS,
    ),
    "given": (
        _("There is such a mandate already."),
        _("End the other one first."),
    ),
    "proof": (
        _("Nothing says what the confirmation rests on."),
        _("Name the paper with its number and date, or the answer of the register."),
    ),
    "why": (
        _("Nothing says why it ends."),
        _("Name the decision of the court or the paper, with its number and date."),
    ),
    "answered": (
        _("This was answered already, or taken back."),
        _("Open the list again."),
    ),
}


class BadMandate(Refused):
    """A mandate cannot be given, asked for or confirmed so; `reason` is a key of WHY_NO_MANDATE."""

    def __init__(self, *, reason: str) -> None:
        self.message, self.remedy = WHY_NO_MANDATE[reason]
        self.reason = reason
        self.code = f"bad-mandate-{reason}"
        super().__init__(reason=reason)


CORRECT_ORDER = _("Correct what you asked for.")
WHY_NOT_MERGED: dict[str, tuple[str | Promise, str | Promise]] = {
    "nothing": (_("No authority is named that would be merged."), _("Choose one at least.")),
    "too-many": (
        _("More than %(most)s authorities cannot be merged at once."),
        _("Merge some of them first."),
    ),
    "itself": (_("An authority cannot be merged into itself."), CORRECT_ORDER),
    "unknown": (_("There is no authority with the code %(codes)s."), CORRECT_ORDER),
    "ended": (
        _("%(name)s is no more since %(day)s: %(successor)s follows it."),
        _("Name the successor instead."),
    ),
    "merging": (
        _("%(name)s is part of another merger that is not done yet."),
        _("Wait until it is done, or have it cancelled by who ordered it."),
    ),
    "level": (_("The authorities are not all of one level."), CORRECT_ORDER),
    "parent": (_("The authorities do not all stand under the same one."), CORRECT_ORDER),
    "past": (
        _("The day lies more than %(days)s days back."),
        _("Choose a later day; the decision itself is not changed by it."),
    ),
    "since": (
        _("%(name)s is what it is only since %(day)s."),
        _("Choose a later day."),
    ),
    "far": (_("The day lies more than %(days)s days ahead."), _("Choose an earlier day.")),
    "units": (
        _("The successor has no unit for the work of: %(units)s."),
        _("Let the merger make the units that are missing, or make them first."),
    ),
    "there": (
        _("%(name)s is there already, so it takes no new name and place."),
        _("Leave name and place empty, or give the new authority another code."),
    ),
    "code": (
        _("The code of the new authority is not written as codes of authorities are."),
        _("Write it like H32.05: a letter, two digits, then groups behind dots."),
    ),
    "name": (
        _("There is no authority %(code)s, and a new one needs a name and a place."),
        _("Correct the code, or give the new authority its name and place."),
    ),
    "heads": (
        _("It is not said whose heads and leaders lead the new authority."),
        _("Name one of the authorities that are merged."),
    ),
}


class CannotMerge(Refused):
    """A merger is not possible; `reason` is a key of WHY_NOT_MERGED."""

    code = "cannot-merge"

    def __init__(self, *, reason: str, said: Mapping[str, object] | None = None) -> None:
        self.message, self.remedy = WHY_NOT_MERGED[reason]
        super().__init__(reason=reason)
        self.values = {**self.values, **(said or {})}


class NoSuchMerger(Absent):
    code = "no-such-merger"
    message = _("There is no such merger, or it is over.")
    remedy = _("Look at the list of your long work.")
