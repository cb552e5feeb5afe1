"""Procedures as other modules see them."""

from dataclasses import dataclass
from datetime import datetime

from motcua.engines.procedure import model as engine


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure in a list."""

    code: str
    name_vi: str
    name_en: str
    field_code: str
    level: str
    version_id: int
    version: int  # from 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list in the order of codes; `after` asks for the next one, "" when there is none."""

    items: tuple[Listed, ...]
    after: str


@dataclass(frozen=True, slots=True)
class PublishedProcedure:
    """The version of a procedure that new filings come under."""

    code: str
    version_id: int
    version: int  # from 1
    digest: str
    published_at: datetime
    procedure: engine.Procedure  # compiled: `.facts` says what people need to know


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a folder led to."""

    code: str
    version_id: int
    version: int
    digest: str
    is_new: bool  # False: the folder was the current version already
