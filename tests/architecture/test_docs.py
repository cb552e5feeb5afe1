"""The documents, held to the code: what can be set, typed or told is written down, and links lead somewhere."""

import ast
import dataclasses
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from motcua.config import cli
from motcua.config.api import api
from motcua.engines.procedure.status import Slip, Status, diagram

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
SETTING = re.compile(r"MOTCUA_[A-Z_]+")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
GENERATED = {".venv", "var", "node_modules", ".git"}


def page(name: str) -> str:
    """Return a page of the reference."""
    return (REFERENCE / name).read_text(encoding="utf-8")


def settings() -> list[str]:
    """Return every variable of the environment that the product reads."""
    sources = ("config/settings.py", "kit/database.py")
    found = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse((ROOT / "src/motcua" / source).read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and SETTING.fullmatch(node.value)
    }
    return sorted(found)


def commands(group: click.Group, path: tuple[str, ...] = ("motcua",)) -> Iterator[str]:
    """Yield every command as it is typed, without its arguments."""
    for name, command in group.commands.items():
        here = (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, here)
        else:
            yield " ".join(here)


def options() -> Iterator[tuple[str, str]]:
    """Yield every command with each of its long options."""
    for typed in commands(cli.main):
        command: click.Command = cli.main
        for word in typed.split()[1:]:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield from ((typed, each) for each in parameter.opts if each.startswith("--"))


def events() -> list[tuple[str, str]]:
    """Return every event with its module: the dataclasses of each `events.py`."""
    found = []
    for path in sorted((ROOT / "src/motcua").glob("*/events.py")):
        module = importlib.import_module(f"motcua.{path.parent.name}.events")
        found += [
            (path.parent.name, name)
            for name, value in vars(module).items()
            if dataclasses.is_dataclass(value)
            and getattr(value, "__module__", "") == module.__name__
        ]
    return found


def manuals() -> list[Path]:
    """Return every document of ours."""
    return sorted(
        path
        for path in ROOT.rglob("*.md")
        if not GENERATED & set(path.relative_to(ROOT).parts)
        and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    )


def links(path: Path) -> list[str]:
    """Return the links of a document that lead to files, without what stands in examples."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return [each for each in LINK.findall(text) if not re.match(r"[a-z]+:|#", each)]


def test_there_is_something_to_hold_the_documents_to() -> None:
    assert "MOTCUA_VAR" in settings()
    assert "motcua procedures check" in set(commands(cli.main))
    assert ("cases", "CaseFiled") in events()
    assert ROOT / "README.md" in manuals()
    assert any(links(path) for path in manuals())


@pytest.mark.parametrize("name", settings())
def test_every_setting_has_its_row(name: str) -> None:
    assert f"| `{name}` |" in page("settings.md")


def test_no_setting_is_told_of_that_nothing_reads() -> None:
    assert set(SETTING.findall(page("settings.md"))) <= set(settings())


@pytest.mark.parametrize("typed", sorted(commands(cli.main)))
def test_every_command_is_told_of(typed: str) -> None:
    assert f"## `{typed}" in page("commands.md")


@pytest.mark.parametrize("typed, option", sorted(options()))
def test_every_option_is_told_of_under_its_command(typed: str, option: str) -> None:
    section = page("commands.md").split(f"## `{typed}", 1)[1].split("\n## ", 1)[0]
    assert option in section


@pytest.mark.parametrize("address", sorted(api.get_openapi_schema()["paths"]))
def test_every_address_of_the_api_is_told_of(address: str) -> None:
    told = re.sub(r"\{\w+_id\}", "{id}", address.removeprefix("/api/v1"))
    assert f"`{told}`" in page("http-api.md")


@pytest.mark.parametrize("module, name", events())
def test_every_event_of_the_log_is_told_of(module: str, name: str) -> None:
    own = REFERENCE / f"{module}.md"
    told = page("cases.md") + (own.read_text(encoding="utf-8") if own.exists() else "")
    assert f"`{module}.{name}`" in told


def test_statuses_slips_and_their_picture_are_those_of_the_table() -> None:
    told = page("cases.md")
    assert f"```mermaid\n{diagram()}```" in told
    for status in Status:
        assert f"| {int(status)} | `{status.word}` |" in told
    for slip in Slip:
        assert f"| Mẫu 0{int(slip)} |" in told


@pytest.mark.parametrize("path", manuals(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(path: Path) -> None:
    gone = [
        each
        for each in links(path)
        if not (path.parent / unquote(each.split("#", 1)[0])).resolve().exists()
    ]
    assert not gone, gone


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / each.split("#", 1)[0]).resolve() for each in links(index)}
    pages = {path for path in (ROOT / "docs").rglob("*.md") if path != index}
    assert not sorted(str(path.relative_to(ROOT)) for path in pages - listed)
