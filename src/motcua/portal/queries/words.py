"""The words of the portal: what stands in the data as a code, as people say it, in their language."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

LIFE_EVENTS: Mapping[str, tuple[Promise, Promise, str]] = {  # title, what it takes, icon
    "birth": (_("A child is born"), _("Birth registration, residence, health insurance"), "baby"),
    "housing": (_("I build a house"), _("Building permit, land, land tax"), "house"),
    "business": (_("I open a shop"), _("Registering a household business, tax"), "store"),
    "moving": (_("I move"), _("Temporary and permanent residence"), "truck"),
}
_LEVELS: Mapping[str, Promise] = {
    "commune": _("commune or ward"),
    "province": _("province"),
}
_APPLICANTS: Mapping[str, Promise] = {
    "citizen": _("People"),
    "enterprise": _("Businesses"),
    "agency": _("Agencies"),
    "other": _("Others"),
}
_PAPER_KINDS: Mapping[str, Promise] = {
    "original": _("original, or a picture of it"),
    "certified_copy": _("certified copy"),
    "copy": _("copy"),
    "form": _("form to fill in"),
}
_REGISTERS: Mapping[str, Promise] = {
    "civil-birth": _("the register of births"),
    "civil-marriage": _("the register of marriages"),
    "population": _("the population database"),
    "land": _("the land register"),
    "business": _("the business register"),
    "tax": _("the tax register"),
}
_MEDIA: Mapping[str, tuple[str, tuple[str, ...]]] = {  # how people call a type, and its endings
    "pdf": ("PDF", (".pdf",)),
    "jpeg": ("JPG", (".jpg", ".jpeg")),
    "png": ("PNG", (".png",)),
    "docx": ("Word", (".docx",)),
    "xlsx": ("Excel", (".xlsx",)),
    "odt": ("ODT", (".odt",)),
    "ods": ("ODS", (".ods",)),
    "xml": ("XML", (".xml",)),
    "dwg": ("DWG", (".dwg",)),
    "dxf": ("DXF", (".dxf",)),
}
_PERIODS: Mapping[str, Callable[[int], str]] = {
    "working_days": lambda n: ngettext("%(n)s working day", "%(n)s working days", n),
    "days": lambda n: ngettext("%(n)s day", "%(n)s days", n),
    "working_hours": lambda n: ngettext("%(n)s working hour", "%(n)s working hours", n),
}
SAME_DAY = _("the same day")
SOURCES: Mapping[str, Promise] = {
    "population": _("Filled in from your account. Change it if it is wrong."),
}
_ONLINE: Mapping[str, Promise] = {
    "full": _("Fully online"),
    "partial": _("Partly online"),
    "information": _("At the counter"),
}
_ACTS: Mapping[str, Promise] = {
    "follow": _("see the cases and their results"),
    "file": _("file, supplement and pay"),
    "withdraw": _("withdraw"),
}


def mandate_act(act: str) -> str:
    """Return what somebody may do for another."""
    return str(_ACTS.get(act, act))


def level(code: str) -> str:
    """Return a level of government in words."""
    return str(_LEVELS.get(code, code))


def online(code: str) -> str:
    """Return in words how far a procedure goes online."""
    return str(_ONLINE.get(code, code))


def applicant(code: str) -> str:
    """Return a kind of applicant in words."""
    return str(_APPLICANTS.get(code, code))


def paper_kind(code: str) -> str:
    """Return a kind of paper in words."""
    return str(_PAPER_KINDS.get(code, code))


def register(code: str) -> str:
    """Return the name of a register; empty when there is none."""
    return str(_REGISTERS.get(code, _("a register of the State"))) if code else ""


def types(media: Iterable[str]) -> str:
    """Return the types of files that a paper may be sent as: "PDF, JPG, PNG"."""
    return ", ".join(_MEDIA[each][0] if each in _MEDIA else each.upper() for each in media)


def endings(media: Iterable[str]) -> tuple[str, ...]:
    """Return the endings of names that go with types of files."""
    return tuple(ending for each in media for ending in (_MEDIA[each][1] if each in _MEDIA else ()))


def kind_of(media_type: str) -> str:
    """Return a media type as people call it: "PDF", "JPEG"."""
    return media_type.rpartition("/")[2].upper()[:8]


def period(amount: int, unit: str) -> str:
    """Return a period in words: "3 working days"."""
    if unit in _PERIODS:
        return _PERIODS[unit](amount) % {"n": amount}
    return str(SAME_DAY)
