"""Every address as every role, against a committed file: a page that opens to somebody new shows in review.

The world stands once; each request is made within a savepoint that is undone. Write the file anew with
`python -m scripts.matrix` and read what changed.
"""

import os
import re
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.urls import get_resolver, reverse

from motcua.identity.actions import access
from motcua.identity.adapters import policy as table
from motcua.transparency import actions as log
from tests import world as worlds
from tests.architecture.test_policy import OWN

FILE = Path(__file__).with_name("matrix.txt")
WRITE = "MATRIX_WRITE"
ROLES = (
    "anonymous", "applicant", "stranger", "clerk", "officer", "head", "reviewer", "leader",
    "delegate", "admin", "consulted", "other_clerk", "other_officer", "other_leader", "other_admin",
)  # fmt: skip
PART = re.compile(r"\{(\w+)\}")
PROCEDURES = re.compile(
    r"^(portal:(procedure|flow|begin)|desk:(procedure|move-cases)|GET /procedures)"
)
AT_COUNTER = frozenset({"desk:fill", "desk:discard", "desk:scan"})
CODES = frozenset({"design:language"})


def told(answer: HttpResponseBase) -> str:
    """Return what came of a request in a word: only whether it was let in, not what it came to."""
    status = answer.status_code
    place = answer.get("Location", "")
    if status in (401, 403, 404):
        return str(status)
    if status == 503:
        return "away"  # the provider of electronic identity does not run here
    if place.startswith("/sign-in/"):
        return "sign-in"
    if "/purpose/" in place:
        return "why"
    return "ok" if status < 400 else "input" if status < 500 else f"BROKEN-{status}"


def address(name: str, ids: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return where a row of the policy lies, with its methods."""
    given = dict(ids)
    if PROCEDURES.match(name):
        given["code"] = ids["procedure"]
    if name in AT_COUNTER:
        given["draft_id"] = ids["counter_id"]
    if name == "desk:authority":
        given["code"] = worlds.WARD
    if name in CODES:
        given["code"] = "en"
    method, _space, path = name.partition(" ")
    if name == "GET /payments":
        path = f"{path}?subject={ids['paid_code']}"
    if path:
        return "/api/v1" + PART.sub(lambda part: given[part[1]], path), [method]
    pattern = parts_of(name)
    return reverse(name, kwargs={part: given[part] for part in pattern}), ["GET", "POST"]


def parts_of(name: str) -> tuple[str, ...]:
    """Return the names of the parts of a page's address."""
    space, _colon, own = name.rpartition(":")
    resolver = get_resolver()
    if space:
        resolver = resolver.namespace_dict[space][1]
    ((_form, parts),) = resolver.reverse_dict.getlist(own)[0][0][:1]
    return tuple(parts)


def clients(world: worlds.World) -> dict[str, tuple[Client, Mapping[str, str]]]:
    """Return for each role a browser that is signed in, and the headers of its program."""
    found: dict[str, tuple[Client, Mapping[str, str]]] = {}
    for role in ROLES:
        client = Client(headers={"accept-language": "vi"}, raise_request_exception=False)
        headers: Mapping[str, str] = {}
        if role != "anonymous":
            person = world.people[role]
            client.post("/sign-in/choose/", {"person": str(person)})
            token = f"token-of-{role}"
            access.issue_token(person, token=token, by="test", at=world.at)
            headers = {"authorization": f"Bearer {token}"}
        found[role] = (client, headers)
    return found


def rows(world: worlds.World) -> Iterator[str]:
    """Yield the matrix, line by line."""
    everyone = clients(world)
    width = max(len(name) for name in table.load().pages) + 6
    yield "".join(["address".ljust(width), *(role.ljust(14) for role in ROLES)]).rstrip()
    for name in table.load().pages:
        where, methods = address(name, world.ids)
        for method in methods:
            cells = [asked(everyone[role], method, where).ljust(14) for role in ROLES]
            label = name if " " in name else f"{method} {name}"
            yield "".join([label.ljust(width), *cells]).rstrip()


def asked(who: tuple[Client, Mapping[str, str]], method: str, where: str) -> str:
    """Make a request, undo what it did, and return what came of it."""
    client, headers = who
    kept = SimpleCookie(client.cookies)
    cache.clear()  # who tried in vain before is another matter
    point = transaction.savepoint()
    try:
        if where.startswith("/api/"):
            answer = client.generic(
                method,
                where,
                "" if method == "GET" else "{}",
                content_type="application/json",
                headers={**headers, "idempotency-key": "matrix-key"},
            )
        else:
            answer = client.generic(method, where, content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            for _part in answer:  # read to its end, a file is closed
                pass
        return told(answer)
    finally:
        transaction.savepoint_rollback(point)
        client.cookies = kept


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[worlds.World]:
    """The world, with a place for its files and keys."""
    backend = "django.core.files.storage.FileSystemStorage"
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    storages = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "files")}},
        "staticfiles": {"BACKEND": plain},
    }
    with override_settings(
        STORAGES=storages,
        MOTCUA_KEYS=tmp_path / "keys",
        MOTCUA_KEYS_PASSPHRASE="of tests",
        MOTCUA_LOG=tmp_path / "log",
        MOTCUA_LOG_ORIGIN="test.example/log",
    ):
        log.make_key()
        yield worlds.build()


def test_every_address_is_open_to_those_of_the_matrix_and_nobody_else(world: worlds.World) -> None:
    assert set(OWN) <= set(table.load().pages)
    found = list(rows(world))
    if os.environ.get(WRITE):
        FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert not [line for line in found if "BROKEN" in line]
    committed = FILE.read_text(encoding="utf-8").splitlines()
    changed = [line for line in found if line not in committed]
    gone = [line for line in committed if line not in found]
    assert not changed and not gone, "\n".join(
        ["run: python -m scripts.matrix", "now:", *changed, "committed:", *gone]
    )
