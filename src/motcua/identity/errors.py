"""What can go wrong on purpose."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Forbidden, Refused


class NotSignedIn(Refused):
    status = 401
    code = "not-signed-in"
    message = _("We do not know who you are.")
    remedy = _("Sign in again, or send a valid bearer token.")


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
