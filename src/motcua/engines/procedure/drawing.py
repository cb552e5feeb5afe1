"""A flow's diagram (BPMN DI) as SVG, for people who have no modeller at hand.

Nothing is laid out here: shapes and edges stand where the diagram puts them. Every text goes in as
text, so a hostile model cannot bring markup or script along. Source: BPMN 2.0.2, annex B.
"""

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from motcua.engines.flow import model as flows
from motcua.engines.procedure.errors import Finding, Malformed

MAX_BYTES = 1_000_000
MARGIN = 20
LETTER = 5.4  # about the width of one, in units of the diagram
LEADING = 13
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"
_SVG = "http://www.w3.org/2000/svg"
_CONTAINERS = frozenset({"lane", "participant"})
_SIGNS = {  # of gateways
    flows.Kind.EXCLUSIVE: "×",
    flows.Kind.PARALLEL: "+",
    flows.Kind.INCLUSIVE: "○",
    flows.Kind.EVENT_BASED: "⬠",
}
_MARKS = {
    flows.Kind.USER: "người",
    flows.Kind.MANUAL: "tay",
    flows.Kind.SERVICE: "dịch vụ",
    flows.Kind.DECISION: "bảng",
    flows.Kind.SEND: "gửi",
    flows.Kind.RECEIVE: "nhận",
}
_MESSAGES = frozenset(
    {
        flows.Kind.START_MESSAGE,
        flows.Kind.END_MESSAGE,
        flows.Kind.CATCH_MESSAGE,
        flows.Kind.THROW_MESSAGE,
        flows.Kind.BOUNDARY_MESSAGE,
    }
)
_TIMERS = frozenset({flows.Kind.START_TIMER, flows.Kind.CATCH_TIMER, flows.Kind.BOUNDARY_TIMER})
_STYLE = (
    "text{font-family:'Noto Sans','DejaVu Sans',sans-serif;font-size:11px;fill:#1b1b1b}"
    ".task{fill:#fff;stroke:#1b1b1b;stroke-width:1.5}.event,.gateway{fill:#fff;stroke:#1b1b1b}"
    ".end{stroke-width:3}.lane,.participant{fill:none;stroke:#767676}"
    ".group{fill:#fafafa;stroke:#1b1b1b;stroke-dasharray:4 3}"
    ".edge{fill:none;stroke:#1b1b1b;stroke-width:1.2}.kind{font-size:8px;fill:#5c5c5c}"
    ".mark{font-size:18px}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape stands."""

    element: str
    x: float
    y: float
    width: float
    height: float
    label: tuple[float, float, float] | None = None  # middle, top and width, where one is given

    @property
    def middle(self) -> tuple[float, float]:
        """Return its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """The way of an edge."""

    element: str
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float, float] | None = None


def draw(xml: bytes, flow: flows.Flow) -> bytes:
    """Return the diagram of a flow, parsed from the same bytes, as SVG.

    Raises Malformed when the file has no diagram, or one with numbers that are none.
    """
    root = _root(xml)
    boxes, lines = tuple(_boxes(root)), tuple(_lines(root))
    if not boxes:
        raise _none(
            "the file has no diagram (BPMNDiagram): draw it in a modeller and save it again"
        )
    names = {
        element.get("id", ""): (etree.QName(element).localname, element.get("name", ""))
        for element in root.iter(etree.Element)
        if element.get("id") and etree.QName(element).namespace != _DI[1:-1]
    }
    return _Picture(flow, names, boxes, lines).svg()


def _none(message: str) -> Malformed:
    return Malformed((Finding("flow.bpmn", 1, 1, "no-diagram", message),))


def _root(xml: bytes) -> etree._Element:
    if len(xml) > MAX_BYTES:
        raise _none(f"the file is larger than {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _none(f"this cannot be read as XML: {error}") from error


def _number(element: etree._Element, name: str) -> float:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e6:
        raise _none(f"the diagram has no usable '{name}' in line {element.sourceline}")
    return value


def _boxes(root: etree._Element) -> Iterator[Box]:
    for shape in root.iter(f"{_DI}BPMNShape"):
        bounds = shape.find(f"{_DC}Bounds")
        if bounds is not None:
            x, y, width, height = (_number(bounds, name) for name in ("x", "y", "width", "height"))
            yield Box(shape.get("bpmnElement", ""), x, y, width, height, _label(shape))


def _lines(root: etree._Element) -> Iterator[Line]:
    for edge in root.iter(f"{_DI}BPMNEdge"):
        points = tuple(
            (_number(each, "x"), _number(each, "y")) for each in edge.iter(f"{_DD}waypoint")
        )
        if len(points) > 1:
            yield Line(edge.get("bpmnElement", ""), points, _label(edge))


def _label(element: etree._Element) -> tuple[float, float, float] | None:
    bounds = element.find(f"{_DI}BPMNLabel/{_DC}Bounds")
    if bounds is None:
        return None
    width = _number(bounds, "width")
    return _number(bounds, "x") + width / 2, _number(bounds, "y"), width


@dataclass(frozen=True, slots=True)
class _Picture:
    """A diagram on its way to SVG."""

    flow: flows.Flow
    names: dict[str, tuple[str, str]]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]

    def svg(self) -> bytes:
        """Return the picture: containers first, then edges, then what stands on them."""
        left = min(box.x for box in self.boxes) - MARGIN
        top = min(box.y for box in self.boxes) - MARGIN
        width = max(box.x + box.width for box in self.boxes) - left + MARGIN
        height = max(box.y + box.height for box in self.boxes) - top + MARGIN * 2
        root = etree.Element(f"{{{_SVG}}}svg", nsmap={None: _SVG})  # type: ignore[dict-item]  # no prefix
        root.set("viewBox", f"{left:g} {top:g} {width:g} {height:g}")
        root.set("width", f"{width:g}")
        root.set("height", f"{height:g}")
        root.set("role", "img")
        _add(root, "title").text = self.flow.name or self.flow.id
        _add(root, "style").text = _STYLE
        _arrowhead(root)
        for box in self.boxes:
            if self._word(box) in _CONTAINERS:
                self._container(root, box)
        groups = [box for box in self.boxes if self._kind(box) in flows.SCOPES]
        for box in sorted(groups, key=lambda each: -each.width * each.height):
            self._group(root, box)
        for line in self.lines:
            self._edge(root, line)
        for box in self.boxes:
            self._element(root, box)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _word(self, box: Box) -> str:
        return self.names.get(box.element, ("", ""))[0]

    def _kind(self, box: Box) -> flows.Kind | None:
        node = self.flow.by_id.get(box.element)
        return node.kind if node is not None else None

    def _name(self, element: str) -> str:
        return self.names.get(element, ("", ""))[1]

    def _container(self, root: etree._Element, box: Box) -> None:
        _rectangle(root, box, self._word(box), 0)
        x, y = box.x + 12, box.y + box.height / 2
        text = _text(root, x, y, self._name(box.element))
        text.set("transform", f"rotate(-90 {x:g} {y:g})")

    def _group(self, root: etree._Element, box: Box) -> None:
        _rectangle(root, box, "group", 8)
        _text(root, box.x + box.width / 2, box.y + 14, self._name(box.element))

    def _edge(self, root: etree._Element, line: Line) -> None:
        path = _add(root, "polyline")
        path.set("class", "edge")
        path.set("points", " ".join(f"{x:g},{y:g}" for x, y in line.points))
        path.set("marker-end", "url(#arrow)")
        if name := self._name(line.element):
            (x1, y1), (x2, y2) = line.points[0], line.points[1]
            _label_text(root, line.label or ((x1 + x2) / 2, (y1 + y2) / 2 - 16, 110), name)

    def _element(self, root: etree._Element, box: Box) -> None:
        kind = self._kind(box)
        if kind is None or kind in flows.SCOPES:
            return
        x, y = box.middle
        name = self._name(box.element)
        if kind in flows.TASKS:
            _rectangle(root, box, "task", 8)
            _lines_of_text(root, x, y + 4, name, max(8, int(box.width / 6)))
            _text(root, x, box.y + 10, _MARKS.get(kind, "")).set("class", "kind")
        elif kind in _SIGNS:
            self._diamond(root, box)
            _text(root, x, y + 6, _SIGNS[kind]).set("class", "mark")
            _label_text(root, box.label or (x, box.y - 18, 110), name)
        else:
            self._event(root, box, kind)
            _label_text(root, box.label or (x, box.y + box.height + 4, 110), name)

    def _diamond(self, root: etree._Element, box: Box) -> None:
        x, y = box.middle
        corners = ((x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y))
        shape = _add(root, "polygon")
        shape.set("class", "gateway")
        shape.set("points", " ".join(f"{each:g},{other:g}" for each, other in corners))

    def _event(self, root: etree._Element, box: Box, kind: flows.Kind) -> None:
        x, y = box.middle
        radius = min(box.width, box.height) / 2
        is_between = kind not in flows.STARTS and kind not in flows.ENDS
        for size in (radius, radius - 3) if is_between else (radius,):
            circle = _add(root, "circle")
            circle.set("class", "event end" if kind in flows.ENDS else "event")
            for name, value in (("cx", x), ("cy", y), ("r", size)):
                circle.set(name, f"{value:g}")
            node = self.flow.by_id[box.element]
            if not node.interrupting:
                circle.set("stroke-dasharray", "3 2")
        mark = "✉" if kind in _MESSAGES else "◷" if kind in _TIMERS else ""
        if mark:
            _text(root, x, y + 5, mark).set("class", "mark")


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_SVG}}}{name}")


def _rectangle(root: etree._Element, box: Box, style: str, radius: int) -> None:
    shape = _add(root, "rect")
    shape.set("class", style)
    shape.set("rx", str(radius))
    for name, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        shape.set(name, f"{value:g}")


def _text(root: etree._Element, x: float, y: float, words: str) -> etree._Element:
    text = _add(root, "text")
    text.set("x", f"{x:g}")
    text.set("y", f"{y:g}")
    text.set("text-anchor", "middle")
    text.text = words
    return text


def _label_text(root: etree._Element, place: tuple[float, float, float], words: str) -> None:
    """Write words beside a shape, from the top of their place down."""
    x, top, width = place
    for index, line in enumerate(textwrap.wrap(words, max(6, int(width / LETTER) + 1))[:5]):
        _text(root, x, top + 10 + index * LEADING, line)


def _lines_of_text(root: etree._Element, x: float, y: float, words: str, width: int) -> None:
    """Write words inside a shape, around a middle."""
    lines = textwrap.wrap(words, width)[:5]
    start = y - (len(lines) - 1) * LEADING / 2
    for index, line in enumerate(lines):
        _text(root, x, start + index * LEADING, line)


def _arrowhead(root: etree._Element) -> None:
    marker = _add(_add(root, "defs"), "marker")
    settings = {
        "id": "arrow", "viewBox": "0 0 10 10", "refX": "9", "refY": "5",
        "markerWidth": "8", "markerHeight": "8", "orient": "auto",
    }  # fmt: skip
    for name, value in settings.items():
        marker.set(name, value)
    _add(marker, "path").set("d", "M0,0 L10,5 L0,10 z")
