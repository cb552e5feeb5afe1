"""The policy, held to the code: whatever takes an actor asks it, every address has its row, the page tells it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from motcua.config.api import api
from motcua.identity.adapters import policy as table
from scripts import policy as printed

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "motcua"
ASKED = "motcua.identity.rules"  # where every question to the policy ends
ANSWERS = {"decide", "reach", "opens"}
HTTP = {"get", "post", "put", "patch", "delete"}


# ---- whatever takes an actor asks the policy


def module_of(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = ("motcua", *path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> Mapping[str, ast.Module]:
    """Return every module of ours as a tree."""
    return {
        module_of(path): ast.parse(path.read_text())
        for path in SOURCE.rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
    }


def names_of(module: str, tree: ast.Module) -> dict[str, str]:
    """Return what the names of a module stand for: a module, or a function of one."""
    known = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            known[node.name] = f"{module}.{node.name}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("motcua"):
            for name in node.names:
                known[name.asname or name.name] = f"{node.module}.{name.name}"
    return known


@cache
def calls() -> Mapping[str, frozenset[str]]:
    """Return which functions of ours each function names, by dotted name."""
    found = defaultdict(set)
    for module, tree in sources().items():
        known = names_of(module, tree)
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for each in ast.walk(node):
                if isinstance(each, ast.Name) and each.id in known:
                    found[f"{module}.{node.name}"].add(known[each.id])
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
                    home = known.get(each.value.id)
                    if home:
                        found[f"{module}.{node.name}"].add(f"{home}.{each.attr}")
    return {name: frozenset(named) for name, named in found.items()}


def asks(name: str) -> bool:
    """Return whether a function comes to ask the policy, by itself or by what it calls."""
    seen, waiting = set(), [name]
    while waiting:
        here = waiting.pop()
        if here.startswith(f"{ASKED}.") and here.rpartition(".")[2] in ANSWERS:
            return True
        if here not in seen:
            seen.add(here)
            waiting += calls().get(here, ())
    return False


def doors() -> Iterator[str]:
    """Yield every public action and query that takes an actor."""
    for module, tree in sources().items():
        if not {"actions", "queries"} & set(module.split(".")):
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = [*node.args.args, *node.args.kwonlyargs]
                kinds = {ast.unparse(each.annotation) for each in given if each.annotation}
                if any("Actor" in kind.split(" | ") for kind in kinds):
                    yield f"{module}.{node.name}"


def test_there_are_doors_to_watch() -> None:
    watched = set(doors())
    assert "motcua.cases.actions.tasks.complete" in watched
    assert "motcua.cases.queries.page.case_page" in watched
    assert "motcua.intake.actions.save" in watched
    assert len(watched) > 80
    assert not asks("motcua.identity.queries.names")


@pytest.mark.parametrize("name", sorted(doors()))
def test_what_takes_an_actor_asks_the_policy(name: str) -> None:
    assert asks(name), f"{name} takes an actor and never asks identity.queries what they may do"


# ---- every address has its row, and nothing else has


def pages() -> Iterator[str]:
    """Yield the names of all pages; the API has its own names."""

    def walk(resolver: URLResolver, space: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                inner = ":".join(part for part in (space, each.namespace) if part)
                if inner != api.urls_namespace:
                    yield from walk(each, inner)
            elif isinstance(each, URLPattern):
                yield f"{space}:{each.name}" if space else str(each.name)

    yield from walk(get_resolver(), "")


def operations() -> Iterator[tuple[str, bool]]:
    """Yield every operation of the API, and whether it asks for a token."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in HTTP & methods.keys():
            name = f"{method.upper()} {path.removeprefix('/api/v1')}"
            yield name, bool(methods[method].get("security"))


OWN = {"GET /openapi.json"}  # of the API itself, and not among its operations


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    told = set(table.load().pages)
    real = {*pages(), *(name for name, _asks in operations()), *OWN}
    assert not sorted(real - told), "say in identity/policy.yaml, under pages, for whom these are"
    assert not sorted(told - real), "nothing is at these addresses of identity/policy.yaml"


def test_what_asks_for_no_token_is_for_anyone_and_nothing_else_is() -> None:
    policy = table.load()
    for name, asks_token in operations():
        subjects = {rule.subject for rule in policy.rules[policy.pages[name]]}
        assert ("anyone" in subjects) is not asks_token, name


# ---- the page tells the table


def test_the_page_is_that_of_the_table() -> None:
    wanted = printed.page(table.load())
    assert printed.PAGE.read_text(encoding="utf-8") == wanted, "run: python -m scripts.policy"


def test_no_role_is_asked_for_outside_the_policy() -> None:
    """A role is for the policy to ask for; elsewhere it is only shown, or handed on as data."""
    asked = re.compile(
        r"""["'](?:intake|officer|reviewer|leader|consulted|admin)["'] (?:not )?in """
    )
    found = []
    for path in SOURCE.rglob("*.py"):
        if not {"tests", "migrations", "demo"} & set(path.parts) and path.parts[-2:] != (
            "identity",
            "rules.py",
        ):
            lines = enumerate(path.read_text().splitlines(), start=1)
            found += [f"{path.relative_to(ROOT)}:{n}" for n, line in lines if asked.search(line)]
    assert not found, found
