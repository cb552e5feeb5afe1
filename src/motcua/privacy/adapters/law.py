"""The data of the law on personal data: time limits and purposes, each with the day it came into force."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from motcua.engines.calendar.model import Period
from motcua.privacy.values import Limits, ProcessingPurpose, Risk

FOLDER = Path(__file__).resolve().parents[1] / "law"


@lru_cache(maxsize=1)
def limits() -> Sequence[Limits]:
    """Return the time limits of each law known, oldest first."""
    return tuple(
        Limits(
            in_force_since=_day(each["in_force_since"]),
            basis=str(each["basis"]),
            respond=Period.from_mapping(each["respond"]),
            carry_out={
                kind: Period.from_mapping(period) for kind, period in each["carry_out"].items()
            },
            extend=Period.from_mapping(each["extend"]),
            complaint=Period.from_mapping(each["complaint"]),
            breach_hours=int(each["breach_hours"]),
            dossier_days=int(each["dossier_days"]),
        )
        for each in _read("limits.yaml")
    )


@lru_cache(maxsize=1)
def purposes() -> Sequence[ProcessingPurpose]:
    """Return every version of every purpose."""
    return tuple(
        ProcessingPurpose(
            code=str(each["code"]),
            version=int(each["version"]),
            since=_day(each["since"]),
            ground=str(each["ground"]),
            basis=str(each["basis"]),
            texts={language: str(text) for language, text in each["text"].items()},
        )
        for each in _read("purposes.yaml")
    )


@lru_cache(maxsize=1)
def risks() -> Sequence[Risk]:
    """Return the risks of the processing that are known, with the measures against them."""
    return tuple(
        Risk(str(each["code"]), dict(each["text"]), dict(each["measures"]))
        for each in _read("risks.yaml")
    )


def _read(name: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
