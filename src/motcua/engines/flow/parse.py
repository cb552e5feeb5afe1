"""Reading BPMN 2.0 from bytes that nobody vouches for."""

from collections.abc import Iterator

from lxml import etree

from motcua.engines.expressions.model import Fault
from motcua.engines.flow import reading
from motcua.engines.flow.errors import Malformed
from motcua.engines.flow.model import Flow

MAX_BYTES = 1_000_000
MAX_DEPTH = 40  # elements within elements; a flow drawn by people has 10


def parse(xml: bytes) -> Flow:
    """Return the flow in a BPMN 2.0 document, with the faults of reading it kept for `check`.

    UTF-8 only; document type declarations and entities are refused, nothing is fetched. Raises Malformed only when
    there is no flow to speak of: not XML, too large or too deep, not BPMN, no process or several to choose from.
    """
    root = _root(xml)
    process = _process(root)
    return reading.Reader(root, xml).read(process)


def _refuse(code: str, message: str, line: int = 1, column: int = 0) -> Malformed:
    return Malformed((Fault(code, message, "", line, column),))


def _root(xml: bytes) -> etree._Element:
    if len(xml) > MAX_BYTES:
        raise _refuse(
            "too-large", f"The file has {len(xml):,} bytes; at most {MAX_BYTES:,} are read."
        )
    # Only UTF-8 is parsed, so this finds every declaration before the parser sees one.
    declared = xml.upper().find(b"<!DOCTYPE")
    if declared >= 0:
        line = xml.count(b"\n", 0, declared) + 1
        raise _refuse("document-type", "Remove the document type declaration (DOCTYPE).", line)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", None) or (1, 0)
        raise _refuse(
            "not-xml", f"The file is not well-formed XML in UTF-8: {error}.", line, column
        ) from None
    _shallow(root)
    return root


def _shallow(root: etree._Element) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise _refuse(
                "too-deep",
                f"Elements are nested more than {MAX_DEPTH} deep; make the inner ones flows of their own.",
                _line(element),
            )


def _line(element: etree._Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _process(root: etree._Element) -> etree._Element:
    if root.tag != f"{reading.BPMN}definitions":
        raise _refuse(
            "not-bpmn",
            f"The root element is {root.tag}; a BPMN 2.0 file has definitions in the namespace {reading.BPMN[1:-1]}.",
            _line(root),
        )
    processes = list(_processes(root))
    if not processes:
        raise _refuse("no-process", "The file has no process; draw one.", _line(root))
    executable = [one for one in processes if one.get("isExecutable", "").strip() in ("true", "1")]
    chosen = executable or processes
    if len(chosen) > 1:
        names = ", ".join(str(one.get("id")) for one in chosen)
        raise _refuse(
            "several-processes",
            f'The file has several processes ({names}); set isExecutable="true" on exactly one of them.',
            _line(chosen[1]),
        )
    return chosen[0]


def _processes(root: etree._Element) -> Iterator[etree._Element]:
    for child in root:
        if child.tag == f"{reading.BPMN}process":
            yield child
