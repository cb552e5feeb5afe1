"""Measuring in a process of its own, whose folder and database are not those of the one that asks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from motcua.kit.database import URL

ROOT = Path(__file__).resolve().parents[1]


def generated(var: Path, cases: int) -> Path:
    """Return a folder with a generated year of a province, which is made the first time."""
    done = var / f"generated-{cases}"
    if not done.exists():
        command = [sys.executable, "-m", "motcua.config", "generate", "--cases", str(cases)]
        subprocess.run(command, env=_environment(var), check=True)
        done.touch()
    return var


def figures(module: str, var: Path) -> Iterator[tuple[str, float]]:
    """Run a module of benchmarks on a folder and yield the names and figures that it prints."""
    measured = subprocess.run(
        [sys.executable, "-m", module],
        env=_environment(var), check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    for line in measured.stdout.splitlines():
        name, _space, value = line.partition(" ")
        yield name, float(value)


def _environment(var: Path) -> dict[str, str]:
    rest = {key: value for key, value in os.environ.items() if key != URL}
    return rest | {
        "MOTCUA_VAR": str(var),
        "MOTCUA_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
