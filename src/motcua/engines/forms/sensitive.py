"""Which answers are sensitive personal data, taken out of the others and put back."""

from collections.abc import Mapping

from motcua.engines.forms.model import Form, Path

Record = Mapping[str, object]


def split(form: Form, answers: Record) -> tuple[dict[str, object], dict[str, object]]:
    """Return the answers without the sensitive ones, and those by the dotted name of their field."""
    basic: dict[str, object] = dict(answers)
    taken: dict[str, object] = {}
    for field in form.fields:
        if field.is_sensitive:
            basic = _without(basic, field.path, name=field.name, taken=taken)
    return basic, taken


def merge(basic: Record, taken: Record) -> dict[str, object]:
    """Return answers with the sensitive ones put back where they stood."""
    whole: dict[str, object] = dict(basic)
    for name, value in taken.items():
        whole = _with(whole, tuple(name.split(".")), value)
    return whole


def _without(
    record: dict[str, object], path: Path, *, name: str, taken: dict[str, object]
) -> dict[str, object]:
    head, rest = path[0], path[1:]
    if head not in record:
        return record
    below = record[head]
    if not rest:
        taken[name] = below
        return {key: value for key, value in record.items() if key != head}
    if not isinstance(below, Mapping):
        # What stands where an object should is no answer of the form, and may be anything: hide it.
        taken[head] = below
        return {key: value for key, value in record.items() if key != head}
    return {**record, head: _without(dict(below), rest, name=name, taken=taken)}


def _with(record: dict[str, object], path: Path, value: object) -> dict[str, object]:
    head, rest = path[0], path[1:]
    if not rest:
        return {**record, head: value}
    below = record.get(head)
    return {**record, head: _with(dict(below) if isinstance(below, Mapping) else {}, rest, value)}
