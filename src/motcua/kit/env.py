"""Settings from the environment, with errors that say what to set."""

import os
from pathlib import Path


class Misconfigured(RuntimeError):
    """A setting is missing or cannot be read."""


def text(name: str, default: str | None = None) -> str:
    """Return a setting, or the default; raises Misconfigured when neither is there."""
    value = os.environ.get(name, default)
    if value is None:
        raise Misconfigured(f"Set the environment variable {name}.")
    return value


def required(name: str, *, in_demo: str | None) -> str:
    """Return a setting that has no default outside the demo; raises Misconfigured when it is missing.

    in_demo: its default, or None where this is not the demo.
    """
    value = os.environ.get(name, "") or in_demo
    if not value:
        raise Misconfigured(
            f"Set the environment variable {name}; only the demo has a default for it."
        )
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether a setting is on: 1, true, yes or on; raises Misconfigured for other words."""
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise Misconfigured(f"{name} is {value!r}: set it to 1 or 0.")


def number(name: str, default: int) -> int:
    """Return a whole number; raises Misconfigured when the text is none."""
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError as error:
        raise Misconfigured(f"{name} is {value!r}: set it to a whole number.") from error


def folder(name: str, default: Path) -> Path:
    """Return a folder as an absolute path."""
    return Path(os.environ.get(name, "") or default).expanduser().resolve()


def optional_folder(name: str) -> Path | None:
    """Return a folder as an absolute path, or None when none is set."""
    return folder(name, Path()) if os.environ.get(name) else None
