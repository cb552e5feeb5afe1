"""A diagram becomes SVG; hostile models bring nothing along."""

import pytest
from lxml import etree

from motcua.engines.flow import parse as flows
from motcua.engines.procedure import drawing
from motcua.engines.procedure.errors import Malformed
from motcua.engines.procedure.tests import sample

DIAGRAM = """\
  <bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI">
    <bpmndi:BPMNPlane bpmnElement="p">
      <bpmndi:BPMNShape bpmnElement="receive"><dc:Bounds x="100" y="50" width="120" height="76"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape bpmnElement="decided"><dc:Bounds x="300" y="60" width="50" height="50"/></bpmndi:BPMNShape>
      <bpmndi:BPMNShape bpmnElement="end_returned"><dc:Bounds x="400" y="60" width="36" height="36"/></bpmndi:BPMNShape>
      <bpmndi:BPMNEdge bpmnElement="f2"><di:waypoint x="220" y="88"/><di:waypoint x="300" y="88"/></bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>"""


def drawn(diagram: str = DIAGRAM, name: str = "Tiếp nhận") -> etree._Element:
    text = sample.FLOW.replace("</bpmn:definitions>", diagram).replace("Tiếp nhận", name)
    xml = text.encode()
    return etree.fromstring(drawing.draw(xml, flows.parse(xml)))


def texts(root: etree._Element) -> str:
    return " ".join(each.text or "" for each in root.iter("{*}text"))


def test_shapes_and_edges_stand_where_the_diagram_puts_them() -> None:
    root = drawn()
    assert root.get("viewBox") == "80 30 376 136"
    assert [each.get("x") for each in root.iter("{*}rect")] == ["100"]
    assert len(list(root.iter("{*}polygon"))) == 1
    assert [each.get("points") for each in root.iter("{*}polyline")] == ["220,88 300,88"]
    assert "Tiếp nhận" in texts(root)


def test_a_name_is_text_and_never_markup() -> None:
    root = drawn(name="&lt;script&gt;alert(1)&lt;/script&gt;")
    assert not list(root.iter("{*}script"))
    assert "<script>" in texts(root)


@pytest.mark.parametrize("value", ["", "abc", "nan", "inf", "1e99"])
def test_a_diagram_with_numbers_that_are_none_is_refused(value: str) -> None:
    with pytest.raises(Malformed):
        drawn(DIAGRAM.replace('x="100"', f'x="{value}"'))


def test_a_flow_without_a_diagram_says_so() -> None:
    with pytest.raises(Malformed) as refused:
        drawn("</bpmn:definitions>")
    assert refused.value.findings[0].code == "no-diagram"
