"""What a person sends: is it valid, is it lawful, which papers belong to it, what does it cost, how long
may it take. Pure; used by drafts, submissions, supplements and examples alike.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from motcua.engines.calendar import model as calendars
from motcua.engines.calendar import office
from motcua.engines.expressions import model as expressions
from motcua.engines.forms import messages as form_messages
from motcua.engines.forms import model as forms
from motcua.engines.forms import validate as form_validator
from motcua.engines.procedure import tables
from motcua.engines.procedure.model import CHANNELS, Paper, Procedure
from motcua.engines.procedure.situation import Filing

NONE_HELD: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a filing: a path such as "answers.child.name" or "papers.id", a stable code, words."""

    path: str
    code: str
    message: forms.Text
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of validating: the filing with what may be kept, and what is wrong or looks odd."""

    filing: Filing
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Tell whether the filing may be submitted; warnings do not count."""
        return not self.errors


def validate(
    procedure: Procedure,
    filing: Filing,
    *,
    calendar: office.Calendar,
    supplements: int = 0,
    held: Collection[str] = NONE_HELD,
) -> Checked:
    """Return the filing with cleaned answers, and everything that is wrong with it at once.

    `filing.answers` may hold any JSON. `held` names the registers that answered for this person: the
    papers they hold are not asked for. Eligibility and papers are looked at once the answers are valid.
    """
    case = tables.values(filing, calendar=calendar, supplements=supplements)["case"]
    found = form_validator.validate(
        procedure.form,
        filing.answers,
        context={"case": case},
        working_days=calendar.working_days_between,
    )
    accepted = Filing(
        answers=found.answers,
        channel=filing.channel,
        applicant_kind=filing.applicant_kind,
        filed_at=filing.filed_at,
        papers=tuple(dict.fromkeys(filing.papers)),
    )
    errors = [_of_form(procedure.form, each) for each in found.errors]
    errors += _of_envelope(procedure, accepted)
    if not errors:
        errors += _eligibility(procedure, accepted, calendar=calendar, supplements=supplements)
        errors += _papers(procedure, accepted, calendar=calendar, held=held)
    warnings = tuple(_of_form(procedure.form, each) for each in found.warnings)
    return Checked(accepted, tuple(errors), warnings)


def papers_needed(
    procedure: Procedure,
    filing: Filing,
    *,
    calendar: office.Calendar,
    held: Collection[str] = NONE_HELD,
) -> tuple[Paper, ...]:
    """Return the papers that this filing needs, without those that an answering register holds."""
    scope = tables.values(filing, calendar=calendar)
    return tuple(
        paper
        for paper in procedure.facts.papers
        if paper.register not in held and _holds(paper.required, scope, calendar)
    )


def fee(procedure: Procedure, filing: Filing, *, calendar: office.Calendar) -> int:
    """Return the fee in đồng as the fee table gives it for this filing; 0 without a table.

    Raises decisions' Undecided and expressions' EvaluationFailed.
    """
    if procedure.facts.fee is None:
        return 0
    scope = tables.values(filing, calendar=calendar)
    amount = tables.outputs(procedure, procedure.facts.fee.table, scope, calendar=calendar)[
        "amount"
    ]
    return amount if isinstance(amount, int) else 0


def time_allowed(
    procedure: Procedure, filing: Filing, *, calendar: office.Calendar
) -> calendars.Period:
    """Return the statutory period of this filing; raises as `fee` does, and Unfit for no period."""
    scope = tables.values(filing, calendar=calendar)
    time = procedure.facts.time
    return tables.period(time, tables.outputs(procedure, time.table, scope, calendar=calendar))


def due_if_accepted(
    procedure: Procedure, filing: Filing, *, calendar: office.Calendar, at: datetime.datetime
) -> datetime.datetime:
    """Return the appointment that acceptance at a moment would give."""
    return calendar.add(time_allowed(procedure, filing, calendar=calendar), since=at)


def _holds(
    condition: expressions.Expression | bool,
    scope: Mapping[str, object],
    calendar: office.Calendar,
) -> bool:
    if isinstance(condition, bool):
        return condition
    return condition.evaluate(scope, working_days=calendar.working_days_between) is True


def _of_form(form: forms.Form, error: forms.FieldError) -> Problem:
    words = forms.Text(
        form_messages.message(error, form, "vi"), form_messages.message(error, form, "en")
    )
    return Problem(f"answers.{error.path}" if error.path else "answers", error.code, words)


def _of_envelope(procedure: Procedure, filing: Filing) -> list[Problem]:
    errors = []
    if filing.channel not in CHANNELS or (
        filing.channel == "online" and procedure.facts.online == "information"
    ):
        words = forms.Text(
            "Thủ tục này không nhận hồ sơ qua kênh này. Hãy nộp tại quầy hoặc qua bưu chính.",
            "This procedure does not take filings this way. File at the counter or by post.",
        )
        errors.append(Problem("channel", "channel", words))
    if filing.applicant_kind not in procedure.facts.applicants:
        words = forms.Text(
            "Thủ tục này không dành cho loại người nộp này. Hãy chọn lại người nộp hồ sơ.",
            "This procedure is not for this kind of applicant. Choose the applicant again.",
        )
        errors.append(Problem("applicant_kind", "applicant_kind", words))
    known = {paper.id for paper in procedure.facts.papers}
    for paper in filing.papers:
        if paper not in known:
            words = forms.Text(
                "Hồ sơ này không cần giấy tờ đó. Hãy bỏ tệp hoặc chọn đúng loại giấy tờ.",
                "This filing has no such paper. Remove the file or choose its right kind.",
            )
            errors.append(Problem(f"papers.{paper[:40]}", "unknown_paper", words))
    return errors


def _eligibility(
    procedure: Procedure, filing: Filing, *, calendar: office.Calendar, supplements: int
) -> list[Problem]:
    scope = tables.values(filing, calendar=calendar, supplements=supplements)
    return [
        Problem(
            f"answers.{rule.field}" if rule.field else "answers",
            "eligibility",
            rule.message,
            rule.basis,
        )
        for rule in procedure.facts.eligibility
        if not _holds(rule.check, scope, calendar)
    ]


def _papers(
    procedure: Procedure, filing: Filing, *, calendar: office.Calendar, held: Collection[str]
) -> list[Problem]:
    return [
        Problem(
            f"papers.{paper.id}",
            "required",
            forms.Text(
                f"{paper.name.vi}: hãy nộp kèm giấy tờ này.",
                f"{paper.name.en}: attach this paper.",
            ),
            paper.basis,
        )
        for paper in papers_needed(procedure, filing, calendar=calendar, held=held)
        if paper.id not in filing.papers
    ]
