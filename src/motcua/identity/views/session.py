"""Who is signed in: one door for all ways of signing in, and the actor of each request.

The session holds the person's id and how they showed who they are; posts are read anew for each request,
so a post that ended gives nothing, and one that asks for a second factor is withheld until it was shown.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import auth
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from motcua.identity import actions, events, models, queries
from motcua.identity.errors import NoSuchPerson, NotAllowed, NotSignedIn
from motcua.identity.values import GATED, Actor, Assurance
from motcua.kit import walls, web

PERSON = auth.SESSION_KEY  # the key of the person's id in the session
ASSURANCE = "identity.assurance"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOME, DESK = "/", "/desk/"
API = "ninja"  # whose addresses are asked about in identity.api
UNSURE = Assurance(0, has_second_factor=False, how="")


class Request(HttpRequest):
    """A request with its moment, its session, and the actor when somebody is signed in."""

    moment: datetime
    session: SessionBase
    actor: Actor | None
    user: models.Person


def signed_in(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Give each request `actor`: who is signed in, or None. Without a session nothing is asked."""

    def middleware(request: Request) -> HttpResponse:
        request.actor = _actor(request)
        return answer(request)

    return middleware


class gate:  # noqa: N801  (Django names middleware by dotted path, beside `signed_in`)
    """Open each page to those for whom the policy says it is; one that it does not name, to nobody.

    A view that is marked GATED asks the policy itself, to send people to sign in, or to say why not.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], *given: object
    ) -> HttpResponse | None:
        """Return a refusal, or nothing where the person may go on. The API asks in identity.api."""
        found = request.resolver_match
        if found is None or found.app_name == API or getattr(view, GATED, False):
            return None
        if queries.opens(request.actor, found.view_name):
            return None
        if request.actor is None and request.method == "GET":
            return redirect_to_login(request.path)
        refusal = NotAllowed() if request.actor else NotSignedIn()
        return web.page(request, web.refused(refusal))


def enter(request: Request, person: models.Person, assurance: Assurance) -> None:
    """Sign a person in. A key of the session that was known before opens nothing afterwards.

    What the same person typed stays; of another person nothing does.
    """
    if request.session.get(PERSON) not in (None, str(person.pk)):
        request.session.flush()
    request.session.cycle_key()
    walls.enter(person.pk, authorities=(), units=())  # what is kept of this session is theirs
    auth.login(request, person, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    _keep(request, person, assurance, is_step_up=False)


def step_up(request: Request, person: models.Person, assurance: Assurance) -> None:
    """Keep that the person of this session showed more of who they are; the best of both holds.

    The key of the session changes here too.
    """
    before = assurance_of(request)
    both = replace(
        assurance,
        level=max(assurance.level, before.level),
        has_second_factor=assurance.has_second_factor or before.has_second_factor,
    )
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)
    _keep(request, person, both, is_step_up=True)


def assurance_of(request: Request) -> Assurance:
    """Return how the person of a session showed who they are."""
    kept = request.session.get(ASSURANCE)
    if not isinstance(kept, dict):
        return UNSURE
    return Assurance(
        kept["level"], kept["has_second_factor"], kept["how"], datetime.fromisoformat(kept["at"])
    )


def leave(request: Request) -> None:
    """Sign out and forget the session."""
    if request.actor is not None:
        event = events.SignedOut(request.actor.key)
        actions.record(event, by=request.actor.key, at=request.moment)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    auth.logout(request)


def home_of(actor: Actor) -> str:
    """Return where somebody goes after signing in who was going nowhere."""
    if actor.withheld:
        return reverse("identity:security")
    return DESK if actor.is_official else HOME


def _keep(
    request: Request, person: models.Person, assurance: Assurance, *, is_step_up: bool
) -> None:
    request.session[ASSURANCE] = {
        "level": assurance.level,
        "has_second_factor": assurance.has_second_factor,
        "how": assurance.how,
        "at": request.moment.isoformat(),
    }
    request.actor = queries.actor_of(
        person.pk, assurance=replace(assurance, at=request.moment), at=request.moment
    )
    event = events.SignedIn(
        person=str(person.pk),
        how=assurance.how,
        level=assurance.level,
        has_second_factor=assurance.has_second_factor,
        is_step_up=is_step_up,
    )
    actions.record(event, by=str(person.pk), at=request.moment)


def _holds(session: SessionBase, account: models.Person) -> bool:
    """Return whether a session was made as sign-in makes it, under the password that is set now.

    As `request.user` would find, which reads the person in a query of its own.
    """
    made_under = session.get(auth.HASH_SESSION_KEY)
    return (
        session.get(auth.BACKEND_SESSION_KEY) == BACKEND
        and isinstance(made_under, str)
        and constant_time_compare(made_under, account.get_session_auth_hash())
    )


def _actor(request: Request) -> Actor | None:
    key = request.session.get(PERSON)
    if key is None:
        return None
    sure = assurance_of(request)
    try:
        actor, account = queries.actor_of_session(key, assurance=sure, at=request.moment)
    except NoSuchPerson:
        request.session.flush()
        return None
    # Where the session does not hold, Django says whether it does by a former secret of the server.
    if not _holds(request.session, account) and not request.user.is_authenticated:
        request.session.flush()
        return None
    walls.enter(
        actor.id, authorities=actor.authorities, units=actor.units, represented=actor.represented
    )
    return actor
