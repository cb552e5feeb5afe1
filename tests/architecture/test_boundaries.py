"""The architecture, checked. If one of these fails, the map in ARCHITECTURE.md is no longer true."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
PUBLIC = {
    "actions",
    "queries",
    "values",
    "events",
    "errors",
}  # all that a module shows its neighbours
PURE = {"values", "errors"}  # what a neighbour's rules may use of it
MAX_FUNCTION = 50  # lines; a longer function is two
MAX_LINES = 500  # a file longer than this becomes a folder of the same name
MAX_KIT_LINES = 1_000  # the shared drawer stays small on purpose


def layers() -> dict[str, int]:
    """Return each module's height, read from the same contract that lint-imports checks."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rows = config["contracts"][0]["layers"]
    return {name.strip(" ()"): -depth for depth, row in enumerate(rows) for name in row.split("|")}


def test_modules_meet_only_at_their_public_files() -> None:
    graph = grimp.build_graph("motcua")
    trespasses = []
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            home, away = importer.split(".")[1:2], imported.split(".")[1:2]
            if (
                home == away
                or not away
                or away[0] in {"kit", "engines", "design"}
                or home == ["config"]
            ):
                continue
            allowed = PURE if importer.endswith(".rules") else PUBLIC
            if imported.split(".")[2:3] and imported.split(".")[2] not in allowed:
                trespasses.append(f"{importer} -> {imported}")
    assert not trespasses, trespasses


def cross_module_keys() -> Iterator[Any]:
    """Yield the keys of our tables; those of a library (sessions, second factors) hang on our people."""
    for model in apps.get_models():
        if not model.__module__.startswith("motcua."):
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target and target._meta.app_label != model._meta.app_label:
                yield pytest.param(model, field, target, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize("model, field, target", list(cross_module_keys()))
def test_foreign_keys_only_look_down(model: Any, field: Any, target: Any) -> None:
    height = layers()
    assert height[model._meta.app_label] > height[target._meta.app_label]


@pytest.mark.parametrize("model, field, target", list(cross_module_keys()))
def test_foreign_keys_leave_no_way_back_up(model: Any, field: Any, target: Any) -> None:
    assert field.remote_field.hidden, 'use related_name="+"'


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.py")), ids=str)
def test_no_file_outgrows_a_reader(path: Path) -> None:
    if "migrations" not in path.parts:
        assert len(path.read_text().splitlines()) <= MAX_LINES


def test_the_shared_drawer_stays_small() -> None:
    files = (path for path in (ROOT / "src/motcua/kit").rglob("*.py") if "tests" not in path.parts)
    lines = sum(len(path.read_text().splitlines()) for path in files)
    assert lines <= MAX_KIT_LINES


@functools.cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Return every file of ours, read as Python once for all that look into it."""
    return tuple((path, ast.parse(path.read_text())) for path in (ROOT / "src").rglob("*.py"))


def test_no_import_hides_inside_a_function() -> None:
    hidden = []
    for path, tree in trees():
        for function in ast.walk(tree):
            if (
                isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
                and path.name != "apps.py"
            ):
                hidden += [
                    f"{path}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.ImportFrom)
                    and (node.module or "").startswith("motcua.")
                ]
    assert not hidden, hidden


def test_no_function_outgrows_a_screen() -> None:
    long = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert not long, long


def test_every_module_is_held_to_the_file_names() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    held = set(contracts["contracts"][-1]["containers"])
    apps_of_ours = {app.name for app in apps.get_app_configs() if app.name.startswith("motcua.")}
    assert apps_of_ours == held
