"""Which time limits and purposes hold on a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import get_language

from motcua.engines.calendar.model import Period
from motcua.identity import queries as identity
from motcua.kit import clock
from motcua.privacy import rules
from motcua.privacy.adapters import law
from motcua.privacy.values import Limits, ProcessingPurpose, Risk


def limits(at: datetime) -> Limits:
    """Return the time limits in force at a moment; raises NoLimits."""
    return rules.limits_on(law.limits(), clock.local(at).date())


def purposes(at: datetime) -> Mapping[str, ProcessingPurpose]:
    """Return what data may be processed for at a moment, by code."""
    return rules.purposes_on(law.purposes(), clock.local(at).date())


def risks() -> Sequence[Risk]:
    """Return the risks of the processing, for the dossier of the impact assessment."""
    return law.risks()


def due(period: Period, *, since: datetime, authority_id: int) -> datetime:
    """Return when a period ends by the working calendar of an authority."""
    return identity.office_calendar(authority_id).add(period, since=since)


def words(purpose: ProcessingPurpose) -> str:
    """Return the text of a purpose in the reader's language."""
    return in_language(purpose.texts)


def in_language(texts: Mapping[str, str]) -> str:
    """Return a text of the law's data in the reader's language, Vietnamese where it lacks."""
    language = (get_language() or "vi").split("-")[0]
    return texts.get(language, texts["vi"])
