"""Writes: publish a version."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F

from motcua.catalogue import models, queries, rules
from motcua.catalogue.errors import NotPublishable
from motcua.catalogue.events import ProcedurePublished
from motcua.catalogue.values import Published
from motcua.engines.procedure import check, parse
from motcua.engines.procedure import errors as engine_errors
from motcua.engines.procedure import model as engine
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.transparency import actions as transparency


def publish(files: Mapping[str, bytes], *, by: str, at: datetime) -> Published:
    """Publish a folder, given as relative names and bytes, for filings that come from now on.

    Cases that run keep their version. The folder that is current already is left as it is; one that
    was current once becomes current again. Raises NotPublishable with every fault, or, where there is
    none, with what keeps the result from being drawn for the examples; warnings pass.
    """
    procedure = _checked(files)
    texts = {name: content.decode() for name, content in parse.own_files(files).items()}
    return _store(procedure.facts, texts, by=by, at=at)


def publish_as(files: Mapping[str, bytes], *, by: Actor, at: datetime) -> Published:
    """Publish a folder as a person; raises NotAllowed for who does not look after procedures."""
    identity.require(by, "publish", Thing("procedure"))
    return publish(files, by=by.key, at=at)


def _checked(files: Mapping[str, bytes]) -> engine.Procedure:
    try:
        procedure = parse.read(files)
    except engine_errors.Malformed as error:
        raise NotPublishable(error.findings) from error
    faults = check.faults(check.check(procedure)) or queries.undrawn(procedure)
    if faults:
        raise NotPublishable(faults)
    return procedure


@transaction.atomic
def _store(facts: engine.Facts, files: Mapping[str, str], *, by: str, at: datetime) -> Published:
    digest = rules.digest(files)
    models.Procedure.objects.get_or_create(code=facts.code)
    # The lock makes two who publish at once take turns, so that numbers have no gap and no double.
    procedure = models.Procedure.objects.select_for_update().get(code=facts.code)
    versions = models.Version.objects.filter(procedure=procedure)
    version = versions.filter(digest=digest).defer("files").first()
    if version is not None and version.pk == procedure.current_id:
        return Published(facts.code, version.pk, version.number, digest, is_new=False)
    if version is None:
        last = versions.order_by("-number").values_list("number", flat=True).first() or 0
        version = models.Version.objects.create(
            procedure=procedure,
            number=last + 1,
            files=dict(files),
            digest=digest,
            published_at=at,
            published_by=by,
        )
    procedure.current = version
    procedure.name_vi, procedure.name_en = facts.name.vi, facts.name.en
    procedure.field_code, procedure.level = facts.field.code, facts.level
    procedure.search_text = rules.search_text(
        (
            facts.code,
            *(facts.name.vi, facts.name.en, facts.field.name.vi, facts.field.name.en),
            *(facts.result.name.vi, facts.result.name.en, *facts.keywords),
        )
    )
    procedure.save()
    event = ProcedurePublished(facts.code, version.number, digest, facts.name.vi)
    transparency.append(event, by=by, at=at, subject=facts.code)
    return Published(facts.code, version.pk, version.number, digest, is_new=True)


@transaction.atomic
def count_filing(code: str, *, at: datetime) -> None:
    """Count a filing towards what is most used, in the transaction that moves the reader of the log.

    So each entry is counted once, however often a reader starts again.
    """
    row, _is_new = models.Use.objects.get_or_create(
        procedure_code=code[:40], month=rules.month_of(at)
    )
    models.Use.objects.filter(pk=row.pk).update(filings=F("filings") + 1)
