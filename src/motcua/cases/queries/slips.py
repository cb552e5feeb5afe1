"""The slips of a case as PDF (Circular 03/2025/TT-VPCP, Appendix I), drawn from what was written down."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.cases import models, rules
from motcua.cases.adapters import spreadsheet
from motcua.cases.errors import NoSuchCase, NoSuchSlip
from motcua.cases.queries import access, heads, words
from motcua.catalogue import queries as catalogue
from motcua.documents import queries as documents
from motcua.engines.procedure import encoding
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure.model import Procedure
from motcua.identity.queries import mandates
from motcua.identity.values import Actor
from motcua.intake import queries as intake
from motcua.intake.values import Filing
from motcua.kit import clock

RECEIPT, APOLOGY, CONTROL, HAND_OVER = 1, 4, 6, 8
SHEETS: Mapping[int, str] = {  # the slips that are kept as spreadsheets too
    APOLOGY: "Xin lỗi và hẹn lại",
    CONTROL: "Kiểm soát quá trình giải quyết",
    HAND_OVER: "Bàn giao hồ sơ",
}
SHEET_WIDTHS = (28, 44, 17, 17, 14, 30)  # characters
MARKS = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn"}
GIVEN = (1, 2, 3, 4, 5)  # kept when they were given; the others are drawn from the tasks


@dataclass(frozen=True, slots=True)
class _Case:
    """What slips say of a case."""

    row: models.Case
    tasks: Sequence[models.Task]
    procedure: Procedure
    situation: situations.Situation
    filing: Filing


def given(code: str, *, reader: Actor) -> tuple[int, ...]:
    """Return the numbers of the slips that were given in a case; raises NoSuchCase."""
    row = _row(code, reader)
    forms = models.Slip.objects.filter(case=row).values_list("form", flat=True)
    return tuple(sorted(set(forms)))


def pdf(code: str, form: int, *, reader: Actor, at: datetime, lookup_url: str = "") -> bytes:
    """Return a slip of a case as PDF, not signed.

    1 to 5: the last one that was given, which the applicant may have too. 6: the control slip, and 8:
    the hand-over of the papers to whom they are with now, both for officials. `lookup_url` is where
    the applicant can follow the case, printed at the foot. Raises NoSuchCase and
    NoSuchSlip; NoSuchForm where the circular has no such form.
    """
    data, moment = _data(code, form, reader=reader, at=at)
    data = {**data, "slip": {**data["slip"], "lookup_url": lookup_url}}
    return documents.slip(form, data, at=at, on=clock.local(moment).date())


def sheet(code: str, form: int, *, reader: Actor, at: datetime) -> bytes:
    """Return what an apology, a control slip or a hand-over says as a spreadsheet, for officials.

    In Vietnamese, as the slips are. Raises what `pdf` raises.
    """
    data, _moment = _data(
        code, form, reader=reader, at=at
    )  # who may not see the case is told first
    if form not in SHEETS:
        raise NoSuchSlip()
    stream = io.BytesIO()
    spreadsheet.write(
        stream,
        name=SHEETS[form],
        heads=("", SHEETS[form], "", "", "", ""),
        widths=SHEET_WIDTHS,
        rows=_lines(data, form),
    )
    return stream.getvalue()


def _data(
    code: str, form: int, *, reader: Actor, at: datetime
) -> tuple[Mapping[str, Any], datetime]:
    """Return what a slip says, and the moment of it."""
    row = _row(code, reader)
    is_own = access.read(row, reader=reader).kind == "own"
    if form in GIVEN:
        slip = (
            models.Slip.objects.select_related("issued_by")
            .filter(case=row, form=form)
            .order_by("-issued_at", "-id")
            .first()
        )
        if slip is None:
            raise NoSuchSlip()
        found = _case(row)
        said = _given(slip, found)
        moment = slip.issued_at
    elif form in (CONTROL, HAND_OVER) and not is_own:
        found = _case(row)
        said = _control(found) if form == CONTROL else _hand_over(found, reader)
        said = {
            **said,
            "issued_at": rules.moment(at),
            "officer": {"name": reader.name, "phone": ""},
        }
        moment = at
    else:
        raise NoSuchSlip()
    return {**_heads(found), "slip": said}, moment


def _lines(data: Mapping[str, Any], form: int) -> Iterator[Sequence[str]]:
    """Yield the rows of a slip: a name and what stands there, and of a control slip its steps."""
    case, told = data["case"], data["slip"]
    yield "Mã hồ sơ", case["code"]
    yield "Thủ tục", case["procedure_name"]
    yield "Cơ quan", data["authority"]["name"]
    yield "Người nộp hồ sơ", data["person"]["name"]
    yield "Người nộp thay", data["representative"].get("name", "")
    yield "Thời gian nhận hồ sơ", _said(case["accepted_at"])
    yield "Thời gian hẹn trả", _said(case["due_at"])
    if form == APOLOGY:
        yield "Thời gian hẹn trả trước đó", _said(told["former_due_at"])
        yield "Lý do", told["reason"]
    elif form == HAND_OVER:
        yield "Bên giao", told["giver"]
        yield "Bên nhận", ", ".join(told["receivers"])
        yield "Việc cần làm", ", ".join(told["steps"])
        yield "Hạn xử lý", _said(told["due_at"])
    else:
        yield "Cơ quan phối hợp", ", ".join(told["partners"])
        yield "Bên giao", "Bên nhận", "Giao lúc", "Xong lúc", "Kết quả", "Ghi chú"
        for each in told["steps"]:
            moments = _said(each["from"]), _said(each["to"])
            mark = MARKS.get(each["mark"], "")
            yield each["giver"], each["receiver"], *moments, mark, each["note"]


def _said(moment: str) -> str:
    """Return a moment as people read it; empty where there is none."""
    return f"{datetime.fromisoformat(moment):%d/%m/%Y %H:%M}" if moment else ""


def _row(code: str, reader: Actor) -> models.Case:
    rows = models.Case.objects.select_related("authority", "applicant")
    row = rows.filter(code=code).first()
    access.read(row, reader=reader)
    if row is None:
        raise NoSuchCase()
    return row


def _case(row: models.Case) -> _Case:
    tasks = models.Task.objects.select_related("unit__authority", "person").filter(case=row)
    return _Case(
        row=row,
        tasks=list(tasks.order_by("opened_at", "token")),
        procedure=catalogue.compiled(row.version_id),
        situation=encoding.decode(row.situation),
        filing=intake.filing(row.filing_id),
    )


def _heads(found: _Case) -> Mapping[str, object]:
    return {
        **heads.of(found.row, found.filing),
        "papers": _papers(found),
        "representative": _representative(found),
    }


def _representative(found: _Case) -> Mapping[str, str]:
    """Return who filed for the person by a mandate, with the paper; nothing where nobody did."""
    if found.filing.mandate_id is None:
        return {}
    acting = mandates.acting(found.filing.mandate_id)
    said = f"{words.MANDATE_VI[acting.kind]}, {clock.local(acting.given_at):%d/%m/%Y}"
    return {
        "name": acting.name,
        "id_number": acting.personal_id,
        "address": acting.address,
        "phone": acting.phone,
        "email": acting.email,
        "paper": f"{said}: {acting.proof}" if acting.proof else said,
    }


def _papers(found: _Case) -> list[Mapping[str, object]]:
    sent = {paper.paper_id for paper in found.filing.papers}
    return [
        {"name": each.name.vi, "quantity": each.quantity, "kind": each.kind}
        for each in found.procedure.facts.papers
        if each.id in sent
    ]


def _given(slip: models.Slip, found: _Case) -> dict[str, object]:
    officer = slip.issued_by
    turned = found.situation.clock
    return {
        "number": "",
        "issued_at": rules.moment(slip.issued_at),
        "officer": {
            "name": officer.name if officer else "",
            "phone": officer.phone if officer else "",
        },
        "reason": slip.reason if slip.form != RECEIPT else "",
        "items": list(slip.items),
        "due_at": rules.moment(slip.due_at),
        "former_due_at": rules.moment(slip.former_due_at),
        "period": words.period(turned.period) if turned else "",
        "fee": found.situation.fee,
        "sets": 1,
        "returned_at": found.row.authority.name,
    }


def _control(found: _Case) -> dict[str, object]:
    """Return the steps of a case, from whom to whom, in time or late (Mẫu 06)."""
    steps, giver = [], found.row.applicant.name
    for task in found.tasks:
        if task.state == models.TaskState.CLOSED:
            continue
        receiver = task.unit.name + (f" ({task.person.name})" if task.person else "")
        steps.append(
            {
                "giver": giver,
                "receiver": receiver,
                "from": rules.moment(task.opened_at),
                "to": rules.moment(task.ended_at),
                "mark": _mark(task),
                "note": words.outcome(task.outcome) if task.outcome else "",
            }
        )
        if task.state == models.TaskState.DONE:
            giver = task.unit.name
    own = found.row.authority_id
    partners = (task.unit.name for task in found.tasks if task.unit.authority_id != own)
    return {"number": "", "steps": steps, "partners": list(dict.fromkeys(partners))}


def _mark(task: models.Task) -> str:
    """Return whether a task was done early, on its last day, or late; "" while that is open."""
    if task.due_at is None or task.ended_at is None:
        return ""
    if task.ended_at > task.due_at:
        return "late"
    is_last_day = clock.local(task.ended_at).date() == clock.local(task.due_at).date()
    return "on_time" if is_last_day else "early"


def _hand_over(found: _Case, reader: Actor) -> dict[str, object]:
    """Return from whom the papers go to whom now; raises NoSuchSlip when nobody waits for them."""
    waiting = [each for each in found.tasks if each.state == models.TaskState.OPEN]
    if not waiting:
        raise NoSuchSlip()
    done = [each for each in found.tasks if each.state == models.TaskState.DONE]
    giver = done[-1].unit.name if done else found.row.applicant.name
    return {
        "number": "",
        "giver": giver,
        "receivers": [each.unit.name for each in waiting],
        "steps": [each.name for each in waiting],
        "due_at": rules.moment(min((each.due_at for each in waiting if each.due_at), default=None)),
    }
