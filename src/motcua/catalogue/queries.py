"""Reads: the catalogue, and compiled versions kept in the process."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import Q, Sum

from motcua.catalogue import models, rules
from motcua.catalogue.errors import NoSuchProcedure, NoSuchVersion
from motcua.catalogue.events import ProcedurePublished
from motcua.catalogue.values import Listed, Page, PublishedProcedure
from motcua.documents import errors as document_errors
from motcua.documents import queries as documents
from motcua.engines.procedure import model as engine
from motcua.engines.procedure import parse, playing
from motcua.engines.procedure.errors import Finding
from motcua.transparency import queries as transparency
from motcua.transparency import values as log

MAX_PAGE = 100
CANNOT_DRAW = (
    document_errors.TemplateFails,
    document_errors.TemplateUnsafe,
    document_errors.TemplateTooSlow,
    document_errors.Unprintable,
)
LISTED = ("code", "name_vi", "name_en", "field_code", "level", "current_id", "current__number")
FRESH = 300  # seconds that the order of what is most used may be old
ORDERS = 8  # such orders kept in each process
EDITION = """
    SELECT md5(coalesce(string_agg(id || ':' || coalesce(current_id, 0), ' ' ORDER BY id), ''))
    FROM catalogue_procedure
"""
COMPILED = 256  # versions kept compiled in each process; a few hundred kilobytes each


def published(*, search: str = "", after: str = "", limit: int = 20) -> Page:
    """Return published procedures in the order of their codes, those with every word of the search.

    `after` is the code that the page before ended with.
    """
    size = max(1, min(limit, MAX_PAGE))
    rows = models.Procedure.objects.filter(current__isnull=False, code__gt=after)
    for word in rules.search_words(search):
        rows = rows.filter(search_text__contains=word)
    found = list(rows.order_by("code").values_list(*LISTED)[: size + 1])
    items = tuple(Listed(*row) for row in found[:size])
    return Page(items, items[-1].code if len(found) > size else "")


def most_used(*, limit: int, at: datetime) -> tuple[Listed, ...]:
    """Return the procedures most applied for in the last twelve months, then others by their codes.

    From monthly sums that are kept as the log grows, and no oftener than each five minutes.
    """
    wanted = _codes_by_use(limit, rules.year_before(at), int(at.timestamp()) // FRESH)
    rows = models.Procedure.objects.filter(current__isnull=False, code__in=wanted)
    found = {row[0]: Listed(*row) for row in rows.values_list(*LISTED)}
    used = tuple(found[code] for code in wanted if code in found)
    if len(used) < limit:
        used += tuple(each for each in published(limit=limit).items if each.code not in found)
    return used[:limit]


@lru_cache(maxsize=ORDERS)
def _codes_by_use(limit: int, since: date, span: int) -> tuple[str, ...]:
    """Return the codes most used since a month began, read once in each `span` of FRESH seconds."""
    rows = models.Use.objects.filter(month__gte=since).values("procedure_code")
    by_use = rows.annotate(total=Sum("filings")).order_by("-total", "procedure_code")
    return tuple(by_use.values_list("procedure_code", flat=True)[:limit])


def are_published(*, procedures: Collection[str], fields: Collection[str]) -> bool:
    """Return whether there are all these procedures and fields, by code, in one query."""
    rows = models.Procedure.objects.filter(current__isnull=False)
    wanted = rows.filter(Q(code__in=procedures) | Q(field_code__in=fields))
    found = list(wanted.values_list("code", "field_code"))
    codes, of_fields = {code for code, _field in found}, {each for _code, each in found}
    return codes >= set(procedures) and of_fields >= set(fields)


def current(code: str) -> PublishedProcedure:
    """Return the version that new filings come under; raises NoSuchProcedure."""
    row = (
        models.Version.objects.filter(
            pk__in=models.Procedure.objects.filter(code=code).values("current")
        )
        .defer("files")
        .first()
    )
    if row is None:
        raise NoSuchProcedure(code=code[:40])
    return PublishedProcedure(
        code, row.pk, row.number, row.digest, row.published_at, compiled(row.pk)
    )


def undrawn(procedure: engine.Procedure) -> tuple[Finding, ...]:
    """Return where the template makes no document of an example that is signed, each fault once.

    Drawing each takes some ten milliseconds, so this is for publishing, not for pages that are read.
    """
    found: dict[str, Finding] = {}
    for example, filing, situation, at in playing.signed(procedure):
        data = rules.specimen(procedure.facts, filing, situation)
        try:
            documents.preview(procedure.template, data, at=at)
        except CANNOT_DRAW as error:
            said = f"{example.file}: {error}"
            found.setdefault(str(error), Finding(engine.RESULT, 1, 1, "result-not-drawn", said))
    return tuple(found.values())


def edition() -> str:
    """Return a short text that changes whenever a procedure is published or another version is current."""
    with connection.cursor() as cursor:
        cursor.execute(EDITION)
        (found,) = cursor.fetchone()
    return str(found)


def flow_source(version_id: int) -> str:
    """Return the BPMN of a version as it was published, drawing included; raises NoSuchVersion."""
    found = models.Version.objects.filter(pk=version_id).values_list(
        f"files__{engine.FLOW}", flat=True
    )
    source = found.first()
    if source is None:
        raise NoSuchVersion()
    return str(source)


@lru_cache(maxsize=COMPILED)
def compiled(version_id: int) -> engine.Procedure:
    """Return a version ready to run, compiled once in each process; raises NoSuchVersion.

    A version never changes, so what is kept never goes stale.
    """
    files = models.Version.objects.filter(pk=version_id).values_list("files", flat=True).first()
    if files is None:
        raise NoSuchVersion()
    return parse.read({name: text.encode() for name, text in files.items()})


def disagreements() -> Iterator[log.Finding]:
    """Yield where published versions and the log do not say the same, for an audit."""
    rows = models.Version.objects.select_related("procedure").order_by("pk")
    for part in transparency.together(rows.iterator(chunk_size=20), size=20):  # they hold files
        told = transparency.told({row.procedure.code for row in part}, kinds=(ProcedurePublished,))
        for row in part:
            published = [
                entry
                for entry in told.get(row.procedure.code, ())
                if entry.facts["version"] == row.number
            ]
            if not published:
                said = f"version {row.number} stands in the table, and no entry tells of it"
                yield log.Finding("row-without-entry", said, None, row.procedure.code)
            elif rules.digest(row.files) != published[0].facts["digest"]:
                said = f"the files of version {row.number} are not those that were published"
                yield log.Finding("row-disagrees", said, published[0].id, row.procedure.code)
    yield from _gone_or_not_current()


def _gone_or_not_current() -> Iterator[log.Finding]:
    """Yield published versions that are gone, and procedures under another than the one published last."""
    last: dict[str, int] = {}
    there = set(models.Version.objects.values_list("procedure__code", "number"))
    for entry in transparency.of_kind(ProcedurePublished):
        number = int(str(entry.facts["version"]))
        last[entry.subject] = number
        if (entry.subject, number) not in there:
            said = f"version {number} was published, and its row is gone"
            yield log.Finding("row-removed", said, entry.id, entry.subject)
    for code, held in models.Procedure.objects.values_list("code", "current__number"):
        if held != last.get(code):
            said = f"the present version: the log says {last.get(code)}, the table says {held}"
            yield log.Finding("row-disagrees", said, None, code)
