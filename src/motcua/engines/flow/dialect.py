"""The dialect as tables: which elements, attributes and values of BPMN 2.0 are read, and what ours add.

Whatever is not here is a fault: a model never says something that the engine silently leaves out.
"""

from motcua.engines.flow.model import Kind

EXTENSION = "urn:motcua:bpmn:1"

PLAIN = frozenset({"id", "name"})
_ACTIVITY = PLAIN | {"startQuantity", "completionQuantity", "isForCompensation"}
_WORK = frozenset({"motcua:role", "motcua:unit", "motcua:workingTime"})

# The elements that tokens visit. Events get their kind from the trigger in them.
TASK_KINDS: dict[str, Kind] = {
    "userTask": Kind.USER,
    "manualTask": Kind.MANUAL,
    "serviceTask": Kind.SERVICE,
    "businessRuleTask": Kind.DECISION,
    "sendTask": Kind.SEND,
    "receiveTask": Kind.RECEIVE,
    "subProcess": Kind.SUBPROCESS,
    "callActivity": Kind.CALL,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.EVENT_BASED,
}

EVENT_KINDS: dict[str, dict[str, Kind]] = {
    "startEvent": {
        "": Kind.START,
        "messageEventDefinition": Kind.START_MESSAGE,
        "timerEventDefinition": Kind.START_TIMER,
        "errorEventDefinition": Kind.START_ERROR,
    },
    "endEvent": {
        "": Kind.END,
        "messageEventDefinition": Kind.END_MESSAGE,
        "errorEventDefinition": Kind.END_ERROR,
        "terminateEventDefinition": Kind.END_TERMINATE,
    },
    "intermediateCatchEvent": {
        "messageEventDefinition": Kind.CATCH_MESSAGE,
        "timerEventDefinition": Kind.CATCH_TIMER,
        "linkEventDefinition": Kind.CATCH_LINK,
    },
    "intermediateThrowEvent": {
        "": Kind.THROW,
        "messageEventDefinition": Kind.THROW_MESSAGE,
        "linkEventDefinition": Kind.THROW_LINK,
    },
    "boundaryEvent": {
        "messageEventDefinition": Kind.BOUNDARY_MESSAGE,
        "timerEventDefinition": Kind.BOUNDARY_TIMER,
        "errorEventDefinition": Kind.BOUNDARY_ERROR,
    },
}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": PLAIN | {"isExecutable", "processType", "isClosed"},
    "startEvent": PLAIN | {"isInterrupting", "parallelMultiple"},
    "endEvent": PLAIN | {"motcua:status"},
    "intermediateCatchEvent": PLAIN | {"parallelMultiple"},
    "intermediateThrowEvent": PLAIN,
    "boundaryEvent": PLAIN | {"attachedToRef", "cancelActivity", "parallelMultiple"},
    "userTask": _ACTIVITY | _WORK | {"motcua:outcomes", "implementation"},
    "manualTask": _ACTIVITY | _WORK | {"motcua:outcomes"},
    "serviceTask": _ACTIVITY | {"motcua:operation", "implementation"},
    "businessRuleTask": _ACTIVITY | {"motcua:decision", "implementation"},
    "sendTask": _ACTIVITY | {"messageRef", "implementation"},
    "receiveTask": _ACTIVITY | {"messageRef", "instantiate", "implementation"},
    "subProcess": _ACTIVITY | {"triggeredByEvent", "motcua:role", "motcua:unit"},
    "callActivity": _ACTIVITY | {"calledElement", "motcua:role", "motcua:unit"},
    "exclusiveGateway": PLAIN | {"default", "gatewayDirection"},
    "inclusiveGateway": PLAIN | {"default", "gatewayDirection"},
    "parallelGateway": PLAIN | {"gatewayDirection"},
    "eventBasedGateway": PLAIN | {"gatewayDirection", "instantiate", "eventGatewayType"},
    "sequenceFlow": PLAIN | {"sourceRef", "targetRef"},
    "conditionExpression": frozenset({"id", "language", "xsi:type"}),
    "laneSet": PLAIN,
    "childLaneSet": PLAIN,
    "lane": PLAIN | {"motcua:role"},
    "messageEventDefinition": PLAIN | {"messageRef"},
    "timerEventDefinition": PLAIN | {"motcua:workingDuration"},
    "errorEventDefinition": PLAIN | {"errorRef"},
    "terminateEventDefinition": PLAIN,
    "linkEventDefinition": PLAIN,
    "multiInstanceLoopCharacteristics": PLAIN | {"isSequential", "behavior", "motcua:collection"},
    "timeDuration": frozenset({"id", "language", "xsi:type"}),
    "timeDate": frozenset({"id", "language", "xsi:type"}),
    "loopCardinality": frozenset({"id", "language", "xsi:type"}),
    "completionCondition": frozenset({"id", "language", "xsi:type"}),
}

# Attributes of BPMN whose other values would mean something that this engine does not do.
ONLY: dict[str, frozenset[str]] = {
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "isForCompensation": frozenset({"false"}),
    "parallelMultiple": frozenset({"false"}),
    "instantiate": frozenset({"false"}),
    "eventGatewayType": frozenset({"Exclusive"}),
    "implementation": frozenset({"##unspecified", "##WebService", ""}),
    "behavior": frozenset({"All"}),
    "isClosed": frozenset({"false", "true"}),
    "language": frozenset({"cel", "CEL"}),
    "isInterrupting": frozenset({"false", "true"}),
    "cancelActivity": frozenset({"false", "true"}),
    "isSequential": frozenset({"false", "true"}),
    "triggeredByEvent": frozenset({"false", "true"}),
}

# Elements that say nothing about how a flow runs: notes, pictures, the names of data.
SILENT = frozenset(
    {
        "documentation",
        "incoming",
        "outgoing",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "property",
    }
)
SILENT_IN_DEFINITIONS = frozenset(
    {
        "collaboration",
        "itemDefinition",
        "category",
        "dataStore",
        "signal",
        "escalation",
        "documentation",
    }
)

REFUSED: dict[str, str] = {
    "scriptTask": "Scripts are refused, because a model never carries code; use a serviceTask with motcua:operation.",
    "script": "Scripts are refused, because a model never carries code.",
    "task": "A task without a kind says not who works it; make it a userTask, a serviceTask or another kind.",
    "standardLoopCharacteristics": "Standard loops are not supported; draw the loop with an exclusiveGateway.",
    "transaction": "Transactions are not supported; use a subProcess with a boundary error event.",
    "adHocSubProcess": "Ad-hoc sub-processes are not supported; draw the order, or use an inclusiveGateway.",
    "complexGateway": "Complex gateways are not supported; use an inclusiveGateway.",
    "timeCycle": "Repeating timers are not supported; draw the loop, so that its end is seen.",
    "signalEventDefinition": "Signals are not supported; use a message.",
    "escalationEventDefinition": "Escalations are not supported; use a message or a non-interrupting timer.",
    "compensateEventDefinition": "Compensation is not supported; draw the undoing task.",
    "conditionalEventDefinition": "Conditional events are not supported; use a message when the condition comes true.",
    "cancelEventDefinition": "Cancel events are not supported; use an error event.",
}
