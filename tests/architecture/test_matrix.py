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
from motcua.privacy.models import Look
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
OWN_ONLY = frozenset({"is_own", "is_party"})
# What an official or another person may open without a look, and why.
NONE_OF_OTHERS = "a list of one's own, and of whom one acts for: these have none"
SILENT: Mapping[str, str] = {
    "GET portal:begin": "begins a draft of one's own",
    "GET portal:cases": NONE_OF_OTHERS,
    "GET portal:case-flow": "the picture of the procedure: nothing of the case",
    "GET portal:give-mandate": "an empty form",
    "GET portal:ask-mandate": "an empty form",
    "GET desk:justify": "asks why, before anything is shown",
    "GET desk:counter": "nothing was begun at that counter",
    "GET desk:mandates": "shows nobody before a number is typed",
    "POST desk:mandates": "as above: no number was typed",
    "GET /drafts": NONE_OF_OTHERS,
    "GET /cases": NONE_OF_OTHERS,
    "GET /payments": "a case whose payments are not theirs has none for them",
    "POST /payments/{due_id}/checkout": "an address to pay at; who was shown the payment left a look",
}


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


def rows(world: worlds.World, silent: dict[str, set[str]]) -> Iterator[str]:
    """Yield the matrix, line by line; note in `silent` who was shown others' data and left no look."""
    everyone = clients(world)
    width = max(len(name) for name in table.load().pages) + 6
    yield "".join(["address".ljust(width), *(role.ljust(14) for role in ROLES)]).rstrip()
    for name in table.load().pages:
        where, methods = address(name, world.ids)
        for method in methods:
            label = name if " " in name else f"{method} {name}"
            cells = []
            for role in ROLES:
                cell, was_silent = asked(everyone[role], method, where)
                cells.append(cell.ljust(14))
                if was_silent and role != "applicant" and shows_others(name):
                    silent.setdefault(label, set()).add(role)
            yield "".join([label.ljust(width), *cells]).rstrip()


def shows_others(name: str) -> bool:
    """Return whether an address may show personal data that is not the reader's own."""
    policy = table.load()
    action, thing = policy.pages[name]
    ways = [frozenset(rule.when) for rule in policy.rules.get((action, thing), ())]
    return policy.things[thing]["class"] == "personal" and not all(way & OWN_ONLY for way in ways)


def asked(who: tuple[Client, Mapping[str, str]], method: str, where: str) -> tuple[str, bool]:
    """Make a request, undo what it did, and return what came of it, and whether it left no look."""
    client, headers = who
    before = Look.objects.order_by("-pk").values_list("pk", flat=True).first()
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
        is_shown = answer.status_code == 200
        after = Look.objects.order_by("-pk").values_list("pk", flat=True).first()
        return told(answer), is_shown and before == after
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


@pytest.mark.usefixtures("as_the_web")
def test_every_address_is_open_to_those_of_the_matrix_and_nobody_else(world: worlds.World) -> None:
    assert set(OWN) <= set(table.load().pages)
    silent: dict[str, set[str]] = {}
    found = list(rows(world, silent))
    if os.environ.get(WRITE):
        FILE.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert not [line for line in found if "BROKEN" in line]
    committed = FILE.read_text(encoding="utf-8").splitlines()
    changed = [line for line in found if line not in committed]
    gone = [line for line in committed if line not in found]
    assert not changed and not gone, "\n".join(
        ["run: python -m scripts.matrix", "now:", *changed, "committed:", *gone]
    )
    unsaid = {label: sorted(roles) for label, roles in silent.items() if label not in SILENT}
    assert not unsaid, f"these show others' data and leave no look, or say why not: {unsaid}"
    assert not SILENT.keys() - silent.keys(), (
        "these leave a look now, or show nobody: take them out"
    )
