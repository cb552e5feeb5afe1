"""From the elements of one process to a Flow; what cannot be read becomes a fault and the rest is read on."""

import re

from lxml import etree

from motcua.engines.expressions.model import Fault
from motcua.engines.flow import dialect
from motcua.engines.flow.model import Arrow, Flow, Kind, Loop, Node, Source, Timer, TimerKind
from motcua.engines.flow.timers import DURATION

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MOTCUA = f"{{{dialect.EXTENSION}}}"

ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


class Reader:
    """Reads one process of a document."""

    def __init__(self, root: etree._Element, xml: bytes) -> None:
        """Take the declared messages and errors, which the events refer to."""
        self.faults: list[Fault] = []
        self.lines = xml.split(b"\n")
        self.nodes: list[Node] = []
        self.arrows: list[Arrow] = []
        self.seen: dict[str, int] = {}
        self.roles: dict[str, str] = {}
        self.refers: list[tuple[str, int]] = []
        self.messages: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self._declarations(root)

    def read(self, process: etree._Element) -> Flow:
        """Return the flow of a process."""
        self._attributes(process, "process")
        identity = self._id(process) or "process"
        self._scope(process, "")
        for reference, line in self.refers:
            if reference not in self.seen:
                self.fault(
                    "dangling-reference", f"There is no element {reference!r}.", reference, line
                )
        return Flow(
            id=identity,
            name=process.get("name", ""),
            line=line_of(process),
            nodes=tuple(self.nodes),
            arrows=tuple(self.arrows),
            faults=tuple(self.faults),
        )

    def fault(self, code: str, message: str, element: str, line: int) -> None:
        """Keep a fault."""
        self.faults.append(Fault(code, message, element, line))

    # What stands beside the process

    def _declarations(self, root: etree._Element) -> None:
        language = root.get("expressionLanguage", "cel")
        if language not in dialect.ONLY["language"]:
            self.fault("other-language", f"Expressions are CEL, not {language}.", "", line_of(root))
        for child in root:
            name = local(child)
            if name == "message":
                self._declare(child, self.messages, "name")
            elif name == "error":
                self._declare(child, self.errors, "errorCode")
            elif name and name not in dialect.SILENT_IN_DEFINITIONS and name != "process":
                self._unsupported(child, name)

    def _declare(self, element: etree._Element, into: dict[str, str], attribute: str) -> None:
        identity = self._id(element)
        text = element.get(attribute, "").strip()
        if identity and not text:
            self.fault(
                "missing-attribute",
                f"Give it the attribute {attribute}.",
                identity,
                line_of(element),
            )
        if identity:
            into[identity] = text or identity

    # Elements of a scope

    def _scope(self, parent: etree._Element, scope: str) -> None:
        for lanes in parent.findall(f"{BPMN}laneSet"):  # first, so that each node knows its lane
            self._lanes(lanes, "")
        for child in parent:
            name = local(child)
            if not name:
                self._foreign(child)
            elif name in dialect.EVENT_KINDS:
                self._event(child, name, scope)
            elif name in dialect.TASK_KINDS:
                self._activity(child, name, scope)
            elif name == "sequenceFlow":
                self._arrow(child)
            elif name not in ("laneSet", "multiInstanceLoopCharacteristics"):
                self._child(child, name)

    def _silent(self, child: etree._Element, name: str) -> None:
        if name in ("incoming", "outgoing"):
            self.refers.append(((child.text or "").strip(), line_of(child)))

    def _unsupported(self, element: etree._Element, name: str) -> None:
        message = dialect.REFUSED.get(name, f"The element {name} is not supported; remove it.")
        code = "script-refused" if "cript" in name else "unsupported-element"
        self.fault(code, message, element.get("id", ""), line_of(element))

    def _foreign(self, element: etree._Element) -> None:
        if isinstance(element.tag, str):
            self.fault(
                "foreign-element",
                f"The element {etree.QName(element).localname} belongs to another tool and would do nothing here; "
                "remove it.",
                element.get("id", ""),
                line_of(element),
            )

    def _extensions(self, element: etree._Element) -> None:
        for child in element:
            self._foreign(child)

    def _event(self, element: etree._Element, name: str, scope: str) -> None:
        identity = self._id(element)
        self._attributes(element, name)
        triggers = []
        for child in element:
            inner = local(child)
            if inner.endswith("EventDefinition"):
                triggers.append((inner, child))
            else:
                self._child(child, inner)
        self._event_node(element, identity, triggers, scope)

    def _event_node(
        self,
        element: etree._Element,
        identity: str,
        triggers: list[tuple[str, etree._Element]],
        scope: str,
    ) -> None:
        kinds = dialect.EVENT_KINDS[local(element)]
        line = line_of(element)
        if len(triggers) > 1:
            self.fault(
                "several-triggers", "An event has one trigger; draw one event each.", identity, line
            )
        trigger, definition = triggers[0] if triggers else ("", None)
        if trigger not in kinds:
            fallback = (
                "Give the event a trigger."
                if not trigger
                else f"A {local(element)} cannot have {trigger} here."
            )
            message = dialect.REFUSED.get(trigger, fallback)
            self.fault("unsupported-element", message, identity, line)
            return
        details = {} if definition is None else self._trigger(definition, trigger, identity)
        if identity:
            self.nodes.append(
                Node(
                    id=identity,
                    kind=kinds[trigger],
                    line=line,
                    name=element.get("name", ""),
                    scope=scope,
                    host=element.get("attachedToRef", ""),
                    interrupting=element.get(
                        "isInterrupting", element.get("cancelActivity", "true")
                    )
                    != "false",
                    status=element.get(f"{MOTCUA}status", "").strip(),
                    **details,  # type: ignore[arg-type]  # _trigger gives fields of Node
                )
            )

    def _trigger(self, element: etree._Element, name: str, owner: str) -> dict[str, object]:
        self._attributes(element, name)
        if name == "messageEventDefinition":
            return {"message": self._message(element, owner)}
        if name == "errorEventDefinition":
            reference = element.get("errorRef", "")
            if reference and local_name(reference) not in self.errors:
                self.fault(
                    "dangling-reference",
                    f"There is no error {reference!r}.",
                    owner,
                    line_of(element),
                )
            return {"code": self.errors.get(local_name(reference), "")}
        if name == "linkEventDefinition":
            link = element.get("name", "").strip()
            if not link:
                self.fault("missing-attribute", "Give the link a name.", owner, line_of(element))
            return {"link": link}
        if name == "timerEventDefinition":
            return {"timer": self._timer(element, owner)}
        return {}

    def _message(self, element: etree._Element, owner: str) -> str:
        reference = element.get("messageRef", "")
        if not reference:
            self.fault(
                "missing-attribute", "Say which message, with messageRef.", owner, line_of(element)
            )
        elif local_name(reference) not in self.messages:
            self.fault(
                "dangling-reference", f"There is no message {reference!r}.", owner, line_of(element)
            )
        return self.messages.get(local_name(reference), "")

    def _timer(self, element: etree._Element, owner: str) -> Timer | None:
        found: list[Timer] = []
        working = element.get(f"{MOTCUA}workingDuration")
        if working is not None:
            found.append(Timer(TimerKind.WORKING, Source(working.strip(), line_of(element))))
        for child in element:
            name = local(child)
            if name in ("timeDuration", "timeDate"):
                self._attributes(child, name)
                kind = TimerKind.DURATION if name == "timeDuration" else TimerKind.DATE
                found.append(Timer(kind, self._text(child)))
            else:
                self._child(child, name)
        if len(found) != 1 or not found[0].source.text:
            self.fault(
                "timer-unclear",
                "A timer has exactly one of timeDuration, timeDate and motcua:workingDuration.",
                owner,
                line_of(element),
            )
        return found[0] if found else None

    def _activity(self, element: etree._Element, name: str, scope: str) -> None:
        identity = self._id(element)
        self._attributes(element, name)
        kind = dialect.TASK_KINDS[name]
        if element.get("triggeredByEvent") == "true":
            kind = Kind.EVENT_SUBPROCESS
        loop: Loop | None = None
        for child in element:
            inner = local(child)
            if inner == "multiInstanceLoopCharacteristics":
                loop = self._loop(child, identity)
            elif kind not in (Kind.SUBPROCESS, Kind.EVENT_SUBPROCESS):
                self._child(child, inner)
        if identity:
            self.nodes.append(self._node(element, kind, scope, loop))
        if kind in (Kind.SUBPROCESS, Kind.EVENT_SUBPROCESS):
            self._scope(element, identity)

    def _node(self, element: etree._Element, kind: Kind, scope: str, loop: Loop | None) -> Node:
        identity = element.get("id", "")
        working = element.get(f"{MOTCUA}workingTime", "").strip()
        if working and not DURATION.fullmatch(working):
            self.fault(
                "bad-duration",
                f"The working time {working!r} is no ISO 8601 duration such as P2D or PT8H.",
                identity,
                line_of(element),
            )
        is_mail = kind in (Kind.SEND, Kind.RECEIVE)
        return Node(
            id=identity,
            kind=kind,
            line=line_of(element),
            name=element.get("name", ""),
            scope=scope,
            default=element.get("default", ""),
            message=self._message(element, identity) if is_mail else "",
            loop=loop,
            role=element.get(f"{MOTCUA}role", "").strip() or self.roles.get(identity, ""),
            unit=element.get(f"{MOTCUA}unit", "").strip(),
            outcomes=tuple(element.get(f"{MOTCUA}outcomes", "").split()),
            working_time=working,
            operation=element.get(f"{MOTCUA}operation", "").strip(),
            decision=element.get(f"{MOTCUA}decision", "").strip(),
            called=element.get("calledElement", "").strip(),
        )

    def _loop(self, element: etree._Element, owner: str) -> Loop:
        self._attributes(element, "multiInstanceLoopCharacteristics")
        texts: dict[str, Source] = {}
        for child in element:
            name = local(child)
            if name in ("loopCardinality", "completionCondition"):
                self._attributes(child, name)
                texts[name] = self._text(child)
            else:
                self._child(child, name)
        collection = element.get(f"{MOTCUA}collection", "").strip()
        if bool(collection) == bool("loopCardinality" in texts):
            self.fault(
                "instances-unclear",
                "Say how many instances: either loopCardinality or motcua:collection.",
                owner,
                line_of(element),
            )
        return Loop(
            sequential=element.get("isSequential", "false") == "true",
            cardinality=texts.get("loopCardinality"),
            collection=Source(collection, line_of(element)) if collection else None,
            until=texts.get("completionCondition"),
        )

    def _arrow(self, element: etree._Element) -> None:
        identity = self._id(element)
        self._attributes(element, "sequenceFlow")
        condition: Source | None = None
        for child in element:
            name = local(child)
            if name == "conditionExpression":
                self._attributes(child, name)
                condition = self._text(child)
            else:
                self._child(child, name)
        if identity:
            self.arrows.append(
                Arrow(
                    id=identity,
                    source=element.get("sourceRef", ""),
                    target=element.get("targetRef", ""),
                    line=line_of(element),
                    condition=condition,
                    name=element.get("name", ""),
                )
            )

    def _lanes(self, lane_set: etree._Element, outer: str) -> None:
        self._attributes(lane_set, local(lane_set))
        for lane in lane_set:
            if local(lane) != "lane":
                self._child(lane, local(lane))
                continue
            self._attributes(lane, "lane")
            role = lane.get(f"{MOTCUA}role", "").strip() or lane.get("name", "").strip() or outer
            for child in lane:
                name = local(child)
                if name == "flowNodeRef":
                    reference = (child.text or "").strip()
                    self.refers.append((reference, line_of(child)))
                    self.roles[reference] = role
                elif name == "childLaneSet":
                    self._lanes(child, role)
                else:
                    self._child(child, name)

    # Small things

    def _child(self, child: etree._Element, name: str) -> None:
        if not name:
            self._foreign(child)
        elif name == "extensionElements":
            self._extensions(child)
        elif name in dialect.SILENT:
            self._silent(child, name)
        else:
            self._unsupported(child, name)

    def _id(self, element: etree._Element) -> str:
        identity = element.get("id", "")
        line = line_of(element)
        if not identity:
            self.fault("missing-id", f"Give the {local(element)} an id.", "", line)
            return ""
        if not ID.fullmatch(identity):
            self.fault(
                "bad-id",
                f"The id {identity[:64]!r} is not 1 to 64 of the letters a-z, digits, '_', '-' and '.', beginning with "
                "a letter or '_'.",
                identity[:64],
                line,
            )
            return ""
        if identity in self.seen:
            self.fault(
                "duplicate-id",
                f"The id {identity!r} is used on line {self.seen[identity]} already; ids are unique.",
                identity,
                line,
            )
            return ""
        self.seen[identity] = line
        return identity

    def _attributes(self, element: etree._Element, name: str) -> None:
        allowed = dialect.ATTRIBUTES[name]
        for key, value in element.attrib.items():
            plain = str(key).replace(MOTCUA, "motcua:").replace(XSI, "xsi:")
            owner = element.get("id", "")
            if plain not in allowed:
                self.fault(
                    "unsupported-attribute",
                    f"The attribute {plain} means nothing on {name}; remove it.",
                    owner,
                    line_of(element),
                )
            elif plain in dialect.ONLY and str(value) not in dialect.ONLY[plain]:
                offered = " or ".join(repr(one) for one in sorted(dialect.ONLY[plain]) if one)
                code = "other-language" if plain == "language" else "unsupported-value"
                self.fault(
                    code,
                    f"{plain}={str(value)!r} is not supported; only {offered}.",
                    owner,
                    line_of(element),
                )

    def _text(self, element: etree._Element) -> Source:
        for child in element:
            self._child(child, local(child))
        text = element.text or ""
        lead = text[: len(text) - len(text.lstrip())]
        line = line_of(element)
        if "\n" in lead:
            column = len(lead) - lead.rfind("\n")
        else:
            column = self._column(element, line) + len(lead)
        return Source(text.strip(), line + lead.count("\n"), column)

    def _column(self, element: etree._Element, line: int) -> int:
        """Return where the text of an element begins; libxml2 gives the line where its start tag ends."""
        raw = self.lines[line - 1] if line <= len(self.lines) else b""
        name = local(element).encode()
        tag = raw.find(name)
        end = raw.find(b">", max(tag, 0))
        if raw.startswith(b"<![CDATA[", end + 1):
            end += len(b"<![CDATA[")
        return len(raw[: end + 1].decode(errors="replace")) + 1


def line_of(element: etree._Element) -> int:
    """Return the line where an element's start tag ends."""
    line = element.sourceline
    return line if isinstance(line, int) else 1


def local(element: etree._Element) -> str:
    """Return an element's BPMN name, "" for comments and for elements of other namespaces."""
    tag = element.tag
    return tag[len(BPMN) :] if isinstance(tag, str) and tag.startswith(BPMN) else ""


def local_name(reference: str) -> str:
    """Return a QName reference without its prefix."""
    return reference.rpartition(":")[2]
