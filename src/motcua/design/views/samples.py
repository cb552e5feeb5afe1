"""Invented things for the gallery, in both languages. They are samples, so they are not in the catalogue."""

from datetime import datetime
from typing import Any

from motcua.design.values import (
    Action,
    Cell,
    Chart,
    Column,
    Deadline,
    Entry,
    Fact,
    Figure,
    Flow,
    Group,
    Line,
    Link,
    Paper,
    Pause,
    Point,
    Row,
    Status,
    Step,
    Table,
    Task,
    Tile,
    Wrong,
)
from motcua.design.views import questions
from motcua.kit.clock import VIETNAM

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=VIETNAM)
HERE = "/design/"


def everything(language: str) -> dict[str, Any]:
    """Return what both galleries show, in "vi" or "en"."""
    say = _english if language == "en" else _vietnamese
    return {
        "now": NOW,
        "statuses": _statuses(say),
        "moments": _moments(),
        "tiles": _tiles(say),
        "rows": _rows(say),
        "tasks": _tasks(say),
        "deadlines": _deadlines(say),
        "entries": _entries(say),
        "flow": _flow(say),
        "papers": _papers(say),
        "fields": questions.asked(say),
        "wrong_fields": questions.wrong(say),
        "wrongs": tuple(
            Wrong(error, each.first_id) for each in questions.wrong(say) for error in each.errors
        ),
        "facts": _facts(say),
        "files": questions.files(say),
        "buttons": _buttons(say),
        "crumbs": (Link(say("Hồ sơ của tôi", "My cases"), HERE), Link("H32.12.03-261122-0007", "")),
        "groups": _groups(say),
        "chips": _chips(say),
        "figures": _figures(say),
        "table": _table(say),
        "empty_table": Table(
            say("Việc của tôi", "My tasks"),
            (),
            (),
            empty=say("Không còn việc nào.", "Nothing to do."),
        ),
        "charts": _charts(say),
    }


def _vietnamese(vietnamese: str, english: str) -> str:
    return vietnamese


def _english(vietnamese: str, english: str) -> str:
    return english


def _statuses(say: Any) -> tuple[Status, ...]:
    return (
        Status(say("Toàn trình", "Fully online"), "done"),
        Status(say("Một phần", "Partly online"), "neutral"),
        Status(say("Chờ bổ sung", "Waiting for papers"), "waiting"),
        Status(say("Đang xử lý", "In progress"), "here"),
        Status(say("Quá hạn", "Overdue"), "late"),
        Status(say("Mẫu", "Sample"), "info"),
    )


def _moments() -> tuple[datetime, ...]:
    days = ((22, 17, 0), (24, 17, 0), (22, 5, 12), (20, 17, 0), (22, 9, 12))
    return tuple(
        datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM) for day, hour, minute in days
    )


def _tiles(say: Any) -> tuple[Tile, ...]:
    return (
        Tile(
            say("Sinh con", "A child is born"),
            HERE,
            say(
                "Khai sinh, thường trú, thẻ bảo hiểm y tế trong một lần nộp",
                "Birth, residence and health insurance in one filing",
            ),
            "baby",
        ),
        Tile(
            say("Xây nhà", "I build a house"),
            HERE,
            say("Giấy phép xây dựng, đất đai, điện, nước", "Permit, land, power, water"),
            "hammer",
        ),
        Tile(
            say("Mở cửa hàng", "I open a shop"),
            HERE,
            say("Đăng ký hộ kinh doanh, thuế", "Household business, tax"),
            "store",
        ),
        Tile(
            say("Chuyển nơi ở", "I move"),
            HERE,
            say("Tạm trú, thường trú, đổi giấy tờ", "Residence, new papers"),
            "truck",
        ),
    )


def _rows(say: Any) -> tuple[Row, ...]:
    free, fully = say("miễn phí", "free"), Status(say("Toàn trình", "Fully online"), "done")
    return (
        Row(
            say("Đăng ký khai sinh", "Registering a birth"),
            HERE,
            ("1.001193", say("trong ngày", "the same day"), free),
            fully,
        ),
        Row(
            say("Đăng ký thành lập hộ kinh doanh", "Registering a household business"),
            HERE,
            ("1.001612", say("3 ngày làm việc", "3 working days"), "100.000 ₫"),
            fully,
        ),
        Row(
            say("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Permit to build a house"),
            HERE,
            ("1.013225", say("15 ngày", "15 days"), "75.000 ₫"),
            Status(say("Một phần", "Partly online"), "neutral"),
        ),
    )


def _tasks(say: Any) -> tuple[Task, ...]:
    return (
        Task(
            say("Bổ sung bản vẽ mặt cắt móng", "Send the drawing of the foundation"),
            (
                say(
                    "Cán bộ đã nêu hết các giấy tờ còn thiếu trong một lần.",
                    "The officer has named everything that is missing at once.",
                ),
            ),
            (say("Bản vẽ mặt cắt móng, tỉ lệ 1/50", "Section of the foundation, 1:50"),),
            (
                Action(say("Bổ sung ngay", "Send it now"), HERE, "go"),
                Action(say("Xem phiếu yêu cầu", "See the request"), HERE),
            ),
            datetime(2026, 11, 24, 17, 0, tzinfo=VIETNAM),
        ),
        Task(
            say("Bạn không phải làm gì lúc này.", "You need not do anything at present."),
            (say("Chúng tôi báo ngay khi có kết quả.", "We will tell you as soon as it is done."),),
            tone="done",
        ),
    )


def _deadlines(say: Any) -> tuple[Deadline, ...]:
    begun = datetime(2026, 11, 22, 9, 12, tzinfo=VIETNAM)
    due = datetime(2026, 12, 8, 17, 0, tzinfo=VIETNAM)
    waits = say("chờ bạn bổ sung giấy tờ.", "we wait for your papers.")
    earlier = Pause(
        say("chờ bạn bổ sung", "waiting for papers"),
        datetime(2026, 11, 10, 9, 0, tzinfo=VIETNAM),
        datetime(2026, 11, 12, 9, 0, tzinfo=VIETNAM),
    )
    basis = say("khoản 2 Điều 14 Nghị định 118/2025/NĐ-CP (mẫu)", "Decree 118/2025 (sample)")
    return (
        Deadline(15, 12, due_at=due, pauses=(earlier,), basis=basis),
        Deadline(15, 12, due_at=due, pauses=(Pause(waits, begun),)),
        Deadline(15, -2, due_at=datetime(2026, 11, 19, 17, 0, tzinfo=VIETNAM)),
        Deadline(3, None),
        Deadline(3, 1, finished_at=begun),
    )


def _entries(say: Any) -> tuple[Entry, ...]:
    return (
        Entry(
            say("Yêu cầu bổ sung 1 giấy tờ", "One paper asked for"),
            datetime(2026, 11, 22, 9, 12, tzinfo=VIETNAM),
            say("Phòng Kinh tế, Hạ tầng · Lê Văn Phúc", "Office of Economy · Lê Văn Phúc"),
            tone="here",
            links=(Link(say("Xem phiếu yêu cầu", "See the request"), HERE),),
        ),
        Entry(
            say("Đã tiếp nhận hồ sơ", "Filing accepted"),
            datetime(2026, 11, 20, 14, 5, tzinfo=VIETNAM),
            say("Trung tâm Phục vụ hành chính công", "One-stop shop"),
        ),
        Entry(
            say("Đã nộp trực tuyến và trả lệ phí 75.000 ₫", "Filed online, fee of 75.000 ₫ paid"),
            datetime(2026, 11, 20, 10, 41, tzinfo=VIETNAM),
        ),
    )


def _flow(say: Any) -> Flow:
    steps = (
        Step(say("Tiếp nhận", "Reception"), "done"),
        Step(say("Kiểm tra", "Check"), "done"),
        Step(say("Chờ bổ sung", "Waiting for papers"), "here"),
        Step(say("Lấy ý kiến", "Consultation"), "ahead", say("3 cơ quan", "3 agencies")),
        Step(say("Kiểm tra thực địa", "Inspection"), "skipped"),
        Step(say("Ký duyệt", "Signature"), "ahead"),
        Step(say("Trả kết quả", "Result"), "ahead"),
    )
    return Flow(
        steps,
        f"{HERE}flow.bpmn",
        say("Quy trình mẫu, phiên bản 3", "Sample flow, version 3"),
        ("accept",),
        ("check",),
        (("check", 12),),
    )


def _papers(say: Any) -> tuple[Paper, ...]:
    return (
        Paper(say("Giấy chứng sinh", "Birth notification"), say("Bản chính", "The original")),
        Paper(say("Thông tin cư trú", "Residence"), is_known=True),
    )


def _facts(say: Any) -> tuple[Fact, ...]:
    return (
        Fact(say("Họ tên của trẻ", "The child's name"), ("Trần Gia Hân",), HERE),
        Fact(say("Ngày sinh", "Date of birth"), ("20/11/2026",), HERE),
        Fact(say("Giấy tờ", "Papers"), (), HERE, (Link("giay-chung-sinh.pdf", HERE),)),
        Fact(say("Ghi chú", "Note"), (), HERE),
    )


def _buttons(say: Any) -> tuple[Action, ...]:
    return (
        Action(say("Nộp hồ sơ", "Apply"), HERE, "go", "arrow-right"),
        Action(say("Lưu để làm sau", "Save for later"), HERE),
        Action(say("Rút hồ sơ", "Withdraw"), HERE, "stop", is_post=True),
        Action(say("Xóa", "Delete"), HERE, "link"),
    )


def _groups(say: Any) -> tuple[Group, ...]:
    return (
        Group(
            (
                Link(say("Việc của tôi", "My tasks"), HERE, True, "18", "inbox"),
                Link(say("Của phòng", "Of my unit"), HERE, False, "64", "users"),
                Link(say("Trình ký", "To sign"), HERE, False, "7", "pen-line"),
            )
        ),
        Group((Link(say("Tại quầy", "At the counter"), HERE),), say("Tiếp nhận", "Reception")),
    )


def _chips(say: Any) -> tuple[Link, ...]:
    return (
        Link(say("Tất cả", "All"), HERE, True),
        Link(say("Quá hạn", "Overdue"), HERE, count="3"),
        Link(say("Hôm nay", "Today"), HERE),
    )


def _figures(say: Any) -> tuple[Figure, ...]:
    return (
        Figure("3", say("quá hạn", "overdue"), "late", HERE),
        Figure("6", say("đến hạn hôm nay", "due today"), "waiting"),
        Figure("96,4 %", say("đúng hạn tháng này", "in time this month")),
        Figure(say("2 g 10 p", "2 h 10 m"), say("thời gian xử lý trung vị", "median time")),
    )


def _table(say: Any) -> Table:
    late, today = (
        Status(say("quá 4 giờ", "4 hours late"), "late"),
        Status(say("hôm nay 17:00", "today 17:00"), "waiting"),
    )
    open_it = (Action(say("Mở", "Open"), HERE),)
    lines = (
        (
            "H32.12.03-261120-0004",
            say("Giấy phép xây dựng", "Building permit"),
            "Trần Thị Hạnh",
            late,
        ),
        ("H32.12.03-261122-0007", say("Đăng ký khai sinh", "Birth"), "Nguyễn Văn Ứng", today),
    )
    return Table(
        say("Việc của tôi", "My tasks"),
        (
            Column(say("Hồ sơ", "Case")),
            Column(say("Người nộp", "Applicant")),
            Column(say("Hạn", "Due")),
            Column(say("Việc", "Action"), is_hidden=True),
        ),
        tuple(
            Line(
                (
                    Cell(name, code, HERE),
                    Cell(person, "0560••••••12"),
                    Cell(status=status),
                    Cell(actions=open_it),
                ),
                code,
                code,
            )
            for code, name, person, status in lines
        ),
        "case",
        is_caption_hidden=True,
    )


def _charts(say: Any) -> tuple[Chart, ...]:
    fields = (
        Point(say("Hộ tịch", "Civil status"), 420, "420"),
        Point(say("Xây dựng", "Construction"), 96, "96", "waiting"),
        Point(say("Đất đai", "Land"), 31, "31", "late"),
    )
    months = tuple(
        Point(f"{number:02d}/2026", value, f"{value} %")
        for number, value in enumerate((82, 85, 84, 90, 93, 96), start=6)
    )
    month, share = say("Tháng", "Month"), say("Đúng hạn", "In time")
    return (
        Chart(
            say("Hồ sơ theo lĩnh vực", "Cases by field"),
            fields,
            label_name=say("Lĩnh vực", "Field"),
            value_name=say("Hồ sơ", "Cases"),
        ),
        Chart(say("Tỉ lệ đúng hạn", "Share in time"), months, "line", month, share),
    )


FLOW = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:motcua:gallery">
<process id="sample"><startEvent id="start"/><userTask id="accept" name="Tiếp nhận"/>
<userTask id="check" name="Kiểm tra"/><endEvent id="end"/>
<sequenceFlow id="a" sourceRef="start" targetRef="accept"/>
<sequenceFlow id="b" sourceRef="accept" targetRef="check"/>
<sequenceFlow id="c" sourceRef="check" targetRef="end"/></process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="sample">
<bpmndi:BPMNShape bpmnElement="start"><dc:Bounds x="100" y="122" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="accept"><dc:Bounds x="190" y="100" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="check"><dc:Bounds x="350" y="100" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="end"><dc:Bounds x="510" y="122" width="36" height="36"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge bpmnElement="a"><di:waypoint x="136" y="140"/><di:waypoint x="190" y="140"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge bpmnElement="b"><di:waypoint x="290" y="140"/><di:waypoint x="350" y="140"/></bpmndi:BPMNEdge>
<bpmndi:BPMNEdge bpmnElement="c"><di:waypoint x="450" y="140"/><di:waypoint x="510" y="140"/></bpmndi:BPMNEdge>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>
"""
