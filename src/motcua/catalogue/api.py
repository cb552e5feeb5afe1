"""The HTTP API of the catalogue: open to everyone, since the law asks that procedures be public."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from motcua.catalogue import queries, values
from motcua.engines.decisions import model as decisions
from motcua.engines.forms import model as forms
from motcua.engines.procedure import model as engine
from motcua.kit.api import PROBLEMS, Problem

router = Router(tags=["procedures"])
CODE = r"^[0-9A-Z.]{1,40}$"


class WordsOut(Schema):
    """Words in both languages."""

    vi: str
    en: str


class ListedOut(Schema):
    """A procedure in a list."""

    code: str
    name: WordsOut
    field_code: str
    level: str
    version: int


class PageOut(Schema):
    """One page; ask for the next with `after`, null at the end."""

    items: list[ListedOut]
    after: str | None


class FieldOfLawOut(Schema):
    """A field of administration."""

    code: str
    name: WordsOut


class BasisOut(Schema):
    """A legal text."""

    name: str
    articles: str


class EligibilityOut(Schema):
    """A condition, by what is said when it is not met."""

    field: str
    message: WordsOut
    basis: str


class PaperOut(Schema):
    """A paper: `required` is "always", "never" or "depends" (see `condition`, in CEL); `held_by` a register."""

    id: str
    name: WordsOut
    kind: str
    quantity: int
    required: str
    condition: str
    held_by: str
    media: list[str]
    basis: str


class CaseOfTableOut(Schema):
    """One row of a decision table: its conditions and outputs as they are written, and its provision."""

    when: dict[str, str]
    then: dict[str, str]
    note: str


class ExemptionOut(Schema):
    """Who does not pay."""

    name: WordsOut
    basis: str


class FeeOut(Schema):
    """The fee in đồng: what it depends on, and who does not pay."""

    name: WordsOut
    exemptions: list[ExemptionOut]
    inputs: dict[str, str]
    cases: list[CaseOfTableOut]


class TimeOut(Schema):
    """The time allowed: what it depends on, the hour of cut-off, and what a supplement does."""

    inputs: dict[str, str]
    cases: list[CaseOfTableOut]
    cutoff: str
    count: str
    supplement_rule: str
    supplement_limit: dict[str, int | str]


class ResultOut(Schema):
    """The document that the procedure ends in."""

    name: WordsOut
    title: WordsOut
    type: str
    symbol: str


class SampleOut(Schema):
    """A fact that is a sample: check it on the national portal."""

    path: str
    mark: str
    note: WordsOut


class PartOut(Schema):
    """A column of a table, or a part of an address."""

    name: str
    label: WordsOut
    help: WordsOut | None
    widget: str
    options: dict[str, WordsOut]


class QuestionOut(Schema):
    """One question; `visible` is a condition (CEL), empty when it is always asked."""

    name: str
    label: WordsOut
    help: WordsOut | None
    widget: str
    options: dict[str, WordsOut]
    parts: list[PartOut]
    visible: str
    prefill: str


class FormPageOut(Schema):
    """One page of the form."""

    id: str
    title: WordsOut
    visible: str
    fields: list[QuestionOut]


class FormOut(Schema):
    """The form: its definition as JSON Schema 2020-12, and its pages."""

    definition: dict[str, Any]
    pages: list[FormPageOut]


class ProcedureOut(Schema):
    """Everything that a person needs in order to file."""

    code: str
    version: int
    digest: str
    published_at: datetime
    name: WordsOut
    summary: WordsOut
    field: FieldOfLawOut
    level: str
    online: str
    assurance: int
    applicants: list[str]
    effective: date
    legal_basis: list[BasisOut]
    keywords: list[str]
    life_event: str
    eligibility: list[EligibilityOut]
    papers: list[PaperOut]
    fee: FeeOut | None
    time: TimeOut
    result: ResultOut
    samples: list[SampleOut]
    form: FormOut


@router.get("/procedures", response={200: PageOut, PROBLEMS: Problem}, auth=None)
def procedures(
    request: HttpRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(pattern=r"^[0-9A-Z.]{0,40}$")] = "",
    limit: Annotated[int, Query(ge=1, le=queries.MAX_PAGE)] = 20,
) -> PageOut:
    """List published procedures; the search folds case and Vietnamese diacritics."""
    page = queries.published(search=search, after=after, limit=limit)
    return PageOut(items=[_listed(each) for each in page.items], after=page.after or None)


@router.get("/procedures/{code}", response={200: ProcedureOut, PROBLEMS: Problem}, auth=None)
def procedure(request: HttpRequest, code: Annotated[str, Path(pattern=CODE)]) -> ProcedureOut:
    """Show a procedure: papers, fee with its exemptions, time, legal basis, form."""
    return _shown(queries.current(code))


def _listed(item: values.Listed) -> ListedOut:
    name = WordsOut(vi=item.name_vi, en=item.name_en)
    return ListedOut(
        code=item.code,
        name=name,
        field_code=item.field_code,
        level=item.level,
        version=item.version,
    )


def _words(words: forms.Text) -> WordsOut:
    return WordsOut(vi=words.vi, en=words.en)


def _shown(published: values.PublishedProcedure) -> ProcedureOut:
    compiled, facts = published.procedure, published.procedure.facts
    return ProcedureOut(
        code=published.code,
        version=published.version,
        digest=published.digest,
        published_at=published.published_at,
        name=_words(facts.name),
        summary=_words(facts.summary),
        field=FieldOfLawOut(code=facts.field.code, name=_words(facts.field.name)),
        level=facts.level,
        online=facts.online,
        assurance=facts.assurance,
        applicants=list(facts.applicants),
        effective=facts.effective,
        legal_basis=[
            BasisOut(name=each.name, articles=each.articles) for each in facts.legal_basis
        ],
        keywords=list(facts.keywords),
        life_event=facts.life_event,
        eligibility=[
            EligibilityOut(field=each.field, message=_words(each.message), basis=each.basis)
            for each in facts.eligibility
        ],
        papers=[_paper(each) for each in facts.papers],
        fee=_fee(compiled),
        time=_time(compiled),
        result=ResultOut(
            name=_words(facts.result.name),
            title=_words(facts.result.title),
            type=facts.result.type,
            symbol=facts.result.symbol,
        ),
        samples=[
            SampleOut(path=each.path, mark=each.mark, note=_words(each.note))
            for each in facts.samples
        ],
        form=_form(compiled.form),
    )


def _paper(paper: engine.Paper) -> PaperOut:
    required, condition = "depends", ""
    if isinstance(paper.required, bool):
        required = "always" if paper.required else "never"
    else:
        condition = paper.required.source
    return PaperOut(
        id=paper.id,
        name=_words(paper.name),
        kind=paper.kind,
        quantity=paper.quantity,
        required=required,
        condition=condition,
        held_by=paper.register,
        media=list(paper.media),
        basis=paper.basis,
    )


def _fee(procedure: engine.Procedure) -> FeeOut | None:
    fee = procedure.facts.fee
    if fee is None:
        return None
    table = procedure.tables[fee.table]
    return FeeOut(
        name=_words(fee.name),
        exemptions=[
            ExemptionOut(name=_words(each.words), basis=each.basis) for each in fee.exemptions
        ],
        inputs=_inputs(table),
        cases=_cases(table),
    )


def _time(procedure: engine.Procedure) -> TimeOut:
    time = procedure.facts.time
    table = procedure.tables[time.table]
    limit: dict[str, int | str] = {}
    if time.limit is not None:
        limit = {"amount": time.limit.amount, "unit": time.limit.unit.value}
    return TimeOut(
        inputs=_inputs(table),
        cases=_cases(table),
        cutoff=time.cutoff.strftime("%H:%M") if time.cutoff else "",
        count=time.count.value,
        supplement_rule=time.rule.value,
        supplement_limit=limit,
    )


def _inputs(table: decisions.Table) -> dict[str, str]:
    return {column.name: column.expression.source for column in table.columns}


def _cases(table: decisions.Table) -> list[CaseOfTableOut]:
    rows = [
        CaseOfTableOut(
            when={name: cell.source for name, cell in rule.cells.items()},
            then={name: output.source for name, output in rule.outputs.items()},
            note=rule.note,
        )
        for rule in table.rules
    ]
    if table.default is not None:
        otherwise = {name: output.source for name, output in table.default.items()}
        rows.append(CaseOfTableOut(when={}, then=otherwise, note=""))
    return rows


def _form(form: forms.Form) -> FormOut:
    return FormOut(definition=dict(form.schema), pages=[_form_page(each) for each in form.pages])


def _form_page(page: forms.Page) -> FormPageOut:
    return FormPageOut(
        id=page.id,
        title=_words(page.title),
        visible=_source(page.visible),
        fields=[_question(each) for each in page.fields if not each.is_hidden],
    )


def _question(field: forms.Field) -> QuestionOut:
    return QuestionOut(
        name=field.name,
        label=_words(field.label),
        help=_words(field.help) if field.help else None,
        widget=field.widget,
        options={value: _words(words) for value, words in field.options.items()},
        parts=[_part(each) for each in field.parts],
        visible=_source(field.visible),
        prefill=field.prefill,
    )


def _part(part: forms.Part) -> PartOut:
    return PartOut(
        name=part.name,
        label=_words(part.label),
        help=_words(part.help) if part.help else None,
        widget=part.widget,
        options={value: _words(words) for value, words in part.options.items()},
    )


def _source(condition: forms.Condition | None) -> str:
    return condition.expression.source if condition else ""
