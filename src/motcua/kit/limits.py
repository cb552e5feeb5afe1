"""How often one sender may ask: a bucket of allowance for each, in the memory of the process.

Not in the database: counting must stay cheap when somebody asks too often. A server of several processes
allows up to that many times as much, and a restart forgets; what must never be guessed (codes, second
factors) is counted where it is checked.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from motcua.kit import web
from motcua.kit.errors import Refused, TooLarge

MOST = 50_000  # senders remembered at once; who asks at all is among the latest
MINUTE = 60.0
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class TooOften(Refused):
    """More was asked than a sender may ask in a minute."""

    status = 429
    code = "too-often"
    message = _("You ask more often than we can answer. What you have saved is safe.")
    remedy = _("Try again in %(seconds)s seconds.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
        self.retry_after = seconds


class BodyTooLarge(TooLarge):
    """More was sent than any page or address of the API takes."""

    code = "body-too-large"
    message = _("This is more than can be sent at once: at most %(limit)s MB.")
    remedy = _("Send fewer or smaller files at a time.")


class Buckets:
    """Allowances that fill up again evenly; at most a minute's worth is kept."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock, self._most = clock, most
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()  # left, as of when

    def take(self, key: str, *, a_minute: int) -> None:
        """Take one from a sender's allowance; raises TooOften when there is none. 0 is no limit."""
        if a_minute <= 0:
            return
        now, rate = self._clock(), a_minute / MINUTE
        with self._lock:
            left, since = self._held.pop(key, (float(a_minute), now))
            left = min(float(a_minute), left + (now - since) * rate)
            self._held[key] = (left - 1 if left >= 1 else left, now)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        if left < 1:
            raise TooOften(seconds=max(1, round((1 - left) / rate)))

    def clear(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._held.clear()


buckets = Buckets()


def by_address(answer: web.Answer) -> web.Answer:
    """Refuse a body over the limit, and an address that asks too often; before anything is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            _check_size(request)
            address = request.META.get("REMOTE_ADDR", "")
            buckets.take(f"address {address}", a_minute=settings.MOTCUA_RATE_ADDRESS)
        except Refused as refusal:
            return web.page(request, web.refused(refusal))
        return answer(request)

    return middleware


def by_person(answer: web.Answer) -> web.Answer:
    """Refuse whoever is signed in and asks, or writes, too often."""

    def middleware(request: HttpRequest) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is not None:
            try:
                take(request, str(actor.id))
            except Refused as refusal:
                return web.page(request, web.refused(refusal))
        return answer(request)

    return middleware


def take(request: HttpRequest, person: str) -> None:
    """Take one from the allowance of a person, and one for writing where the request writes."""
    buckets.take(f"person {person}", a_minute=settings.MOTCUA_RATE_PERSON)
    if request.method not in SAFE:
        buckets.take(f"writes {person}", a_minute=settings.MOTCUA_RATE_WRITES)


def _check_size(request: HttpRequest) -> None:
    sent, limit = request.META.get("CONTENT_LENGTH") or "0", settings.MOTCUA_REQUEST_LIMIT
    if sent.isdecimal() and int(sent) > limit:
        raise BodyTooLarge(limit=limit // (1024 * 1024))
