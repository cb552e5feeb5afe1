"""Which forms are refused, with which words and where."""

import pytest

from motcua.engines.forms.check import check
from motcua.engines.forms.errors import FaultyForm, Malformed
from motcua.engines.forms.parse import parse
from motcua.engines.forms.tests import samples
from motcua.engines.forms.validate import validate

LABEL = "label: {vi: Một, en: One}"
NAME = f"{{name: a, {LABEL}, widget: text}}"


def codes(text: bytes) -> set[str]:
    return {fault.code for fault in check(parse(text))}


def malformed(text: bytes) -> set[str]:
    with pytest.raises(Malformed) as caught:
        parse(text)
    assert all(fault.line >= 1 and fault.column >= 1 for fault in caught.value.faults)
    return {fault.code for fault in caught.value.faults}


def test_the_sample_has_no_fault() -> None:
    assert check(samples.birth()) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "not-a-form"),
        (b"[]", "not-a-form"),
        (b"pages: []", "no-schema"),
        (b"schema: {}", "unsupported-schema"),
        (b"schema: {type: object, properties: {a: {type: strin}}}", "bad-schema"),
        (b"schema: {type: object, properties: {a: {}}}", "unsupported-schema"),
        (b"schema: {type: object, properties: {a: {type: string, format: colour}}}", "bad-schema"),
        (b"schema: {type: object, properties: {a: {type: string, pattern: '('}}}", "bad-schema"),
        (
            b"schema: {type: object, properties: {a: {type: string, pattern: '(?=x)y'}}}",
            "bad-schema",
        ),
        (
            b"schema: {type: object, properties: {a: {$ref: 'https://evil.example/x'}}}",
            "remote-schema",
        ),
        (b"schema: {type: object, properties: {a: {$ref: 'file:///etc/passwd'}}}", "remote-schema"),
        (b"schema: {$id: 'https://x.example/', type: object, properties: {}}", "remote-schema"),
        (
            b"schema: {$schema: 'http://json-schema.org/draft-07/schema#', type: object}",
            "dialect",
        ),
        (b"schema: {type: object, properties: {a: {$ref: '#/$defs/none'}}}", "bad-schema"),
        (
            b"schema: {type: object, properties: {a: {$ref: '#/properties/a'}}}",
            "unsupported-schema",
        ),
        (b"schema: {type: object, properties: {in: {type: string}}}", "unusable-name"),
        (b"schema: {type: object, properties: {a: {type: string}}}", "no-page"),
    ],
)
def test_what_is_no_form_is_malformed(text: bytes, code: str) -> None:
    assert malformed(text) == {code}


def test_a_property_named_as_a_keyword_is_no_reference() -> None:
    properties = 'a: {type: string, enum: ["$ref", x]}'
    options = "options: {$ref: {vi: Một, en: One}, x: {vi: Hai, en: Two}}"
    text = samples.form(properties, f"{{name: a, {LABEL}, widget: select, {options}}}")
    assert codes(text) == set()


@pytest.mark.parametrize(
    ("properties", "fields", "code"),
    [
        ("a: {type: string}, b: {type: string}", NAME, "not-shown"),
        ("a: {type: string}", f"{NAME}\n{NAME}", "shown-twice"),
        ("a: {type: string}", f"{NAME}\n{{name: b, {LABEL}, widget: text}}", "unknown-field"),
        ("a: {type: string}", "{name: a, label: {vi: Một}, widget: text}", "missing-language"),
        (
            "a: {type: string}",
            "{name: a, label: {vi: Một, en: ' '}, widget: text}",
            "missing-language",
        ),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: telepathy}}", "unknown-widget"),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: text, colour: red}}", "unknown-key"),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: number}}", "widget-type"),
        ("a: {type: number}", f"{{name: a, {LABEL}, widget: money}}", "widget-type"),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: date}}", "widget-format"),
        ("a: {type: string, format: date}", NAME, "widget-format"),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: select}}", "no-options"),
        (
            "a: {type: string, enum: [x, y]}",
            f"{{name: a, {LABEL}, widget: select}}",
            "unlabelled-option",
        ),
        (
            "a: {type: string, enum: [x]}",
            f"{{name: a, {LABEL}, widget: radio, options: {{x: {{vi: X, en: X}}, z: {{vi: Z, en: Z}}}}}}",
            "unknown-option",
        ),
        ("a: {type: string}", f"{{name: a, {LABEL}, widget: text, prefill: 'x y'}}", "bad-prefill"),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, visible: 'answers.a =='}}",
            "syntax",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, visible: answers.b}}",
            "unknown-field",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, visible: 'answers.a > 1'}}",
            "wrong-type",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, visible: answers.a}}",
            "result-type",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, visible: 'answers.a == \"\"'}}",
            "circular-visibility",
        ),
        (
            "a: {type: array, items: {type: object, properties: {b: {type: string}}}}",
            f"{{name: a, {LABEL}, widget: table}}",
            "part-not-shown",
        ),
        (
            "a: {type: array, items: {type: string}}",
            f"{{name: a, {LABEL}, widget: table}}",
            "widget-type",
        ),
        (
            "a: {type: object, properties: {b: {type: string}}}",
            f"{{name: a, {LABEL}, widget: address, parts: [{{name: b, {LABEL}, widget: text}}, {{name: c, {LABEL}, widget: text}}]}}",
            "unknown-part",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: personal_id, agrees_with: {{birth_date: a}}}}",
            "unknown-field",
        ),
        (
            "a: {type: string}",
            f"{{name: a, {LABEL}, widget: text, agrees_with: {{sex: a}}}}",
            "no-agreement",
        ),
        (
            "a: {type: object, properties: {b: {type: string}}, minProperties: 1}",
            f"{{name: a.b, {LABEL}, widget: text}}",
            "unsupported-keyword",
        ),
        (
            "a: {type: object, properties: {b: {type: string}}, additionalProperties: true}",
            f"{{name: a.b, {LABEL}, widget: text}}",
            "open-object",
        ),
        (
            "a: {type: object, properties: {b: {type: string}}, required: [c]}",
            f"{{name: a.b, {LABEL}, widget: text}}",
            "unknown-required",
        ),
        (
            "a: {type: object, properties: {b: {type: string}}}",
            (
                f"{{name: a, {LABEL}, widget: address, parts: [{{name: b, {LABEL}, widget: text}}]}}\n"
                f"{{name: a.b, {LABEL}, widget: text}}"
            ),
            "shown-twice",
        ),
    ],
)
def test_each_mistake_of_a_form_has_its_fault(properties: str, fields: str, code: str) -> None:
    assert codes(samples.form(properties, fields)) == {code}


def test_a_required_question_cannot_be_hidden() -> None:
    text = b"""
schema: {type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}
pages:
  - {id: one, title: {vi: M, en: O}, fields: [{name: a, hidden: true}, {name: b, label: {vi: B, en: B}, widget: text}]}
"""
    assert codes(text) == {"hidden-required"}


def test_circles_are_named_from_field_to_field() -> None:
    fields = "\n".join(
        f"{{name: {name}, {LABEL}, widget: text, visible: 'answers.{other} != \"\"'}}"
        for name, other in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    text = samples.form("a: {type: string}, b: {type: string}, c: {type: string}", fields)
    faults = check(parse(text))
    assert [fault.code for fault in faults] == ["circular-visibility"]
    assert "a -> b -> c -> a" in faults[0].message


def test_what_is_asked_later_or_never_cannot_decide_what_is_shown() -> None:
    changed = samples.BIRTH.replace('visible: answers.kind == "new"', "visible: answers.copies > 1")
    assert "reads-unasked" in codes(changed.encode())
    changed = samples.BIRTH.replace("visible: answers.copies > 5", 'visible: answers.old == ""')
    assert codes(changed.encode()) == {"reads-unasked"}


def test_a_date_that_may_be_missing_must_be_asked_for_with_has() -> None:
    changed = samples.BIRTH.replace('"!has(answers.owner_birth) || age(', '"(age(').replace(
        ">= 18", ">= 18)"
    )
    faults = check(parse(changed.encode()))
    assert [fault.code for fault in faults] == ["unguarded-date"]
    line = changed.encode().split(b"\n")[faults[0].line - 1]
    assert b"age(answers.owner_birth" in line


def test_a_rule_must_stand_at_a_field_that_is_shown() -> None:
    for name in ("nobody", "old"):
        changed = samples.BIRTH.replace("field: phone", f"field: {name}")
        assert codes(changed.encode()) == {"unknown-field"}


def test_faults_of_expressions_have_the_line_and_column_of_the_file() -> None:
    changed = samples.BIRTH.replace("answers.copies > 5", "answers.copees > 5")
    fault = check(parse(changed.encode()))[0]
    line = changed.splitlines()[fault.line - 1]
    assert fault.code == "unknown-field"
    assert "copees" in line[fault.column - 1 :]
    assert "copies" in fault.message


def test_all_faults_come_at_once_in_the_order_of_lines() -> None:
    changed = (
        samples.BIRTH.replace("widget: money", "widget: gold")
        .replace("answers.copies > 5", "answers.copies > ''")
        .replace("vi: Thêm, ", "")
        .replace("field: phone", "field: fax")
    )
    faults = check(parse(changed.encode()))
    assert {"unknown-widget", "wrong-type", "missing-language", "unknown-field"} <= {
        fault.code for fault in faults
    }
    assert list(faults) == sorted(faults, key=lambda fault: (fault.line, fault.column))


def test_a_form_that_could_not_be_read_whole_is_never_used() -> None:
    form = parse(samples.BIRTH.replace("widget: money", "widget: gold").encode())
    with pytest.raises(FaultyForm, match="use one of"):
        validate(form, {})
