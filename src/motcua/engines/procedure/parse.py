"""From the files of a folder to a compiled procedure, with every fault at once.

Nothing is run and nothing outside the given files is read. Order: form, flow and the outputs of the
tables give the types of the one scope; then everything that holds an expression is compiled in it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from motcua.engines.decisions import model as decisions
from motcua.engines.decisions import parse as table_parser
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build as flow_builder
from motcua.engines.flow import errors as flow_errors
from motcua.engines.flow import model as flows
from motcua.engines.flow import net as nets
from motcua.engines.flow import outcomes
from motcua.engines.flow import parse as flow_parser
from motcua.engines.forms import errors as form_errors
from motcua.engines.forms import model as forms
from motcua.engines.forms import parse as form_parser
from motcua.engines.procedure import document, examples, facts, model
from motcua.engines.procedure.document import Node, Reader
from motcua.engines.procedure.errors import Finding, Malformed

MAX_FILES = 100
MAX_TOTAL = 4 * 1024 * 1024  # bytes of all files
_NEEDED = (model.FACTS, model.FORM, model.FLOW, model.RESULT)
_TABLE = re.compile(r"decisions/([a-z][a-z0-9_]{0,39})\.yaml", re.ASCII)
_EXAMPLE = re.compile(r"examples/[a-z0-9][a-z0-9_-]{0,79}\.yaml", re.ASCII)
_IGNORED = re.compile(r"(README[.a-z]*\.md|LICENSE)")
_KINDS: Mapping[object, expressions.Kind] = {
    "text": expressions.Kind.TEXT,
    "int": expressions.Kind.INT,
    "number": expressions.Kind.NUMBER,
    "bool": expressions.Kind.BOOL,
    "date": expressions.Kind.DATE,
}

Result = TypeVar("Result")


def read(files: Mapping[str, bytes]) -> model.Procedure:
    """Return the compiled procedure of a folder, given as relative names and their bytes.

    Raises Malformed with every finding, each with its file, line and column.
    """
    folder = _Folder(files)
    folder.refuse_names()
    procedure = folder.procedure()
    if folder.findings or procedure is None:
        raise Malformed(tuple(sorted(set(folder.findings))))
    return procedure


def own_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that make the procedure, without notes for people such as a README."""
    return {name: content for name, content in files.items() if not _IGNORED.fullmatch(name)}


def record(
    *,
    form: forms.Form,
    flow: flows.Flow,
    tables: Mapping[str, expressions.Type],
) -> expressions.Record:
    """Return the type of the one scope: answers, outcome, decision and case."""
    return expressions.Record(
        {
            "answers": form.record,
            "outcome": outcomes.record(flow),
            "decision": expressions.Record(dict(tables)),
            "case": forms.CASE,
        }
    )


@dataclass(slots=True)
class _Folder:
    """A folder being read."""

    files: Mapping[str, bytes]
    findings: list[Finding] = field(default_factory=list)

    def fault(self, file: str, code: str, message: str, line: int = 1, column: int = 1) -> None:
        self.findings.append(Finding(file, line, column, code, message))

    def refuse_names(self) -> None:
        """Note files that are too many, too large, unknown or missing."""
        if len(self.files) > MAX_FILES or sum(map(len, self.files.values())) > MAX_TOTAL:
            message = f"a procedure has at most {MAX_FILES} files and {MAX_TOTAL // 2**20} MB"
            raise Malformed((Finding(model.FACTS, 1, 1, "too-large", message),))
        for name in self.files:
            known = name in _NEEDED or _TABLE.fullmatch(name) or _EXAMPLE.fullmatch(name)
            if not known and not _IGNORED.fullmatch(name):
                message = "this file is none of a procedure's: remove it, or correct its name"
                self.fault(name[:120], "unknown-file", message)
        for name in _NEEDED:
            if name not in self.files:
                self.fault(name, "missing-file", f"the folder needs a file {name}: add it")

    def procedure(self) -> model.Procedure | None:
        form = self._one(model.FORM, self._form)
        flow = self._one(model.FLOW, self._flow)
        documents = self._documents()
        template = self._one(model.RESULT, self._template)
        scope = self._scope(form, flow, documents)
        tables = self._tables(scope)
        net = self._net(flow, scope)
        told = self._facts(documents.get(model.FACTS), scope)
        played = tuple(
            self._example(name, root)
            for name, root in sorted(documents.items())
            if name.startswith(model.EXAMPLES)
        )
        if form is None or flow is None or net is None or scope is None:
            return None
        if told is None or template is None:
            return None
        return model.Procedure(told, form, flow, net, tables, scope, played, template)

    def _one(self, name: str, parse: Callable[[bytes], Result]) -> Result | None:
        """Return what a parser makes of one file; its refusals become findings."""
        if name not in self.files:
            return None
        try:
            return parse(self.files[name])
        except Malformed as error:
            self.findings.extend(error.findings)
        except (
            form_errors.Malformed,
            flow_errors.WithFaults,
            expressions.Rejected,
        ) as error:
            self._faults(name, error.faults)
        return None

    def _faults(self, file: str, faults: tuple[expressions.Fault, ...]) -> None:
        self.findings.extend(from_fault(file, each) for each in faults)

    def _form(self, content: bytes) -> forms.Form:
        form = form_parser.parse(content)
        self._faults(model.FORM, form.faults)
        return form

    def _flow(self, content: bytes) -> flows.Flow:
        flow = flow_parser.parse(content)
        self._faults(model.FLOW, flow.faults)
        return flow

    def _template(self, content: bytes) -> str:
        try:
            text = content.decode()
        except UnicodeDecodeError:
            self.fault(model.RESULT, "not-utf-8", "save the file as UTF-8")
            return ""
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            self.fault(
                model.RESULT, "bad-character", "a NUL character stands here: remove it", line
            )
        if not text.strip():
            self.fault(model.RESULT, "empty", "the template of the result is empty: write it")
        return text

    def _documents(self) -> dict[str, Node]:
        """Return the YAML files that are read here; forms and tables have readers of their own."""
        names = [name for name in self.files if name == model.FACTS or _EXAMPLE.fullmatch(name)]
        names += [name for name in self.files if _TABLE.fullmatch(name)]
        found: dict[str, Node] = {}
        for name in sorted(names):
            root = self._one(name, lambda content, name=name: document.load(content, file=name))  # type: ignore[misc]
            if root is not None:
                found[name] = root
        return found

    def _scope(
        self, form: forms.Form | None, flow: flows.Flow | None, documents: Mapping[str, Node]
    ) -> expressions.Scope | None:
        if form is None or flow is None:
            return None
        outputs = {
            match[1]: _outputs(root)
            for name, root in documents.items()
            if (match := _TABLE.fullmatch(name))
        }
        try:
            return expressions.Scope(record(form=form, flow=flow, tables=outputs))
        except expressions.UnusableName as error:
            path = str(error).split("'")[1] if "'" in str(error) else ""
            node = flow.by_id.get(path.removeprefix("outcome."))
            file = model.FLOW if path.startswith("outcome.") else model.FORM
            self.fault(file, "unusable-name", str(error), node.line if node else 1)
            return None

    def _tables(self, scope: expressions.Scope | None) -> Mapping[str, decisions.Table]:
        tables: dict[str, decisions.Table] = {}
        if scope is None:
            return tables
        for name in sorted(self.files):
            match = _TABLE.fullmatch(name)
            if match is None:
                continue
            table = self._one(name, lambda content: table_parser.parse(content, scope=scope))
            if table is not None and table.name != match[1]:
                self.fault(
                    name, "wrong-name", f"the table is named '{table.name}': name it as its file"
                )
            if table is not None:
                tables[match[1]] = table
        return tables

    def _net(self, flow: flows.Flow | None, scope: expressions.Scope | None) -> nets.Net | None:
        if flow is None or scope is None or flow.faults:
            return None
        return self._one(model.FLOW, lambda _: flow_builder.build(flow, scope))

    def _facts(self, root: Node | None, scope: expressions.Scope | None) -> model.Facts | None:
        if root is None:
            return None
        reader = Reader(model.FACTS)
        told = facts.read(root, reader, scope=scope)
        self.findings.extend(reader.findings)
        return told

    def _example(self, name: str, root: Node) -> model.Example:
        reader = Reader(name)
        example = examples.read(root, reader)
        self.findings.extend(reader.findings)
        return example


def from_fault(file: str, fault: expressions.Fault) -> Finding:
    """Return an engine's fault as a finding in a file."""
    return Finding(
        file, max(fault.line, 1), max(fault.column, 1), fault.code, fault.message, fault.element
    )


def _outputs(root: Node) -> expressions.Record:
    """Return the types of a table's outputs as it declares them; what is wrong its own parser says."""
    nothing = Node(None, 1, 1)
    several = root.items.get("aggregate", nothing).value == "list"
    types: dict[str, expressions.Type] = {}
    for name, declared in root.items.get("outputs", nothing).items.items():
        kind = _KINDS.get(declared.items.get("type", nothing).value)
        if kind is not None:
            types[name] = expressions.ListOf(kind) if several else kind
    return expressions.Record(types)
