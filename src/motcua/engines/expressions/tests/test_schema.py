"""From JSON Schema to types: what is read, and what is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.expressions import model
from motcua.engines.expressions.model import Kind, Limits, ListOf, Record


def form(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties}


PERSON = Record({"name": Kind.TEXT, "birth": Kind.DATE})
PERSON_SCHEMA = form(name={"type": "string"}, birth={"type": "string", "format": "date"})


class TestRead:
    @pytest.mark.parametrize(
        ("schema", "type_"),
        [
            ({"type": "string"}, Kind.TEXT),
            ({"type": "string", "format": "date"}, Kind.DATE),
            ({"type": "string", "format": "email", "pattern": "@"}, Kind.TEXT),
            ({"type": "integer", "minimum": 0}, Kind.INT),
            ({"type": "number"}, Kind.NUMBER),
            ({"type": "boolean"}, Kind.BOOL),
            ({"type": ["integer", "null"]}, Kind.INT),
            ({"enum": ["nam", "nữ"]}, Kind.TEXT),
            ({"enum": [1, 2, None]}, Kind.INT),
            ({"const": True}, Kind.BOOL),
            ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, Kind.TEXT),
            ({"allOf": [{"type": "integer"}, {"type": "number", "minimum": 1}]}, Kind.NUMBER),
            ({"type": "array", "items": {"type": "integer"}}, ListOf(Kind.INT)),
            ({"type": "array", "items": PERSON_SCHEMA}, ListOf(PERSON)),
            ({"$ref": "#/$defs/person"}, PERSON),
            ({"allOf": [{"$ref": "#/$defs/person"}], "title": "Mẹ"}, PERSON),
        ],
    )
    def test_each_shape_has_its_type(self, schema: dict[str, object], type_: model.Type) -> None:
        found = model.record_from_schema(form(field=schema) | {"$defs": {"person": PERSON_SCHEMA}})
        assert found == Record({"field": type_})

    def test_conditions_add_the_fields_they_may_ask(self) -> None:
        schema = form(married={"type": "boolean"}) | {
            "allOf": [
                {
                    "if": {"properties": {"married": {"const": True}}},
                    "then": {"properties": {"spouse": PERSON_SCHEMA}, "required": ["spouse"]},
                    "else": {"properties": {"married": {"const": False}}},
                }
            ]
        }
        assert model.record_from_schema(schema) == Record({"married": Kind.BOOL, "spouse": PERSON})

    def test_an_object_given_in_parts_is_one_record(self) -> None:
        parts = [form(name={"type": "string"}), form(birth={"type": "string", "format": "date"})]
        assert model.record_from_schema({"allOf": parts}) == PERSON

    def test_limits_are_told_by_dotted_path(self) -> None:
        schema = form(
            sex={"enum": ["nam", "nữ"]},
            copies={"type": "integer", "minimum": 1, "exclusiveMaximum": 21},
            home=form(kind={"oneOf": [{"const": "house"}, {"const": "flat"}]}),
            either={"anyOf": [{"type": "integer", "minimum": 5}, {"type": "integer"}]},
            free={"type": "string"},
        ) | {"required": ["copies"]}
        assert model.limits_from_schema(schema) == {
            "answers.sex": Limits(values=("nam", "nữ"), optional=True),
            "answers.copies": Limits(low=1, high=20),
            "answers.home.kind": Limits(values=("house", "flat"), optional=True),
        }

    def test_a_limit_of_one_branch_does_not_limit_the_others(self) -> None:
        schema = form(copies={"type": "integer", "minimum": 1}) | {
            "required": ["copies"],
            "if": {"required": ["urgent"]},
            "then": {
                "properties": {"copies": {"maximum": 5}, "urgent": {"enum": ["one", "two"]}},
            },
        }
        assert model.limits_from_schema(schema) == {
            "answers.copies": Limits(low=1),
            "answers.urgent": Limits(values=("one", "two"), optional=True),
        }


class TestRefused:
    @pytest.mark.parametrize(
        ("schema", "pointer"),
        [
            ({}, "/properties/field"),
            (True, "/properties/field"),
            (None, "/properties/field"),
            ({"type": ["string", "integer"]}, "/properties/field"),
            ({"type": "null"}, "/properties/field/type"),
            ({"type": "strnig"}, "/properties/field/type"),
            ({"type": 5}, "/properties/field/type"),
            ({"type": "array"}, "/properties/field"),
            ({"type": "array", "items": True}, "/properties/field/items"),
            (
                {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
                "/properties/field/items",
            ),
            ({"type": "array", "prefixItems": [{}]}, "/properties/field/prefixItems"),
            (
                {"type": "object", "additionalProperties": {"type": "string"}},
                "/properties/field/additionalProperties",
            ),
            (
                {"type": "object", "patternProperties": {"a": {}}},
                "/properties/field/patternProperties",
            ),
            ({"type": "object", "properties": 5}, "/properties/field/properties"),
            ({"$ref": "#/$defs/none"}, "/properties/field/$ref"),
            ({"$ref": "https://example.org/x.json"}, "/properties/field/$ref"),
            ({"$dynamicRef": "#x"}, "/properties/field/$dynamicRef"),
            ({"enum": [{"a": 1}]}, "/properties/field"),
            ({"allOf": {"type": "string"}}, "/properties/field/allOf"),
            (form(**{"a/b~c": {}}), "/properties/field/properties/a~1b~0c"),
        ],
    )
    def test_a_shape_without_a_type_names_its_pointer(self, schema: object, pointer: str) -> None:
        with pytest.raises(model.UnsupportedSchema) as caught:
            model.record_from_schema(form(field=schema))
        assert caught.value.pointer == pointer

    def test_a_record_inside_itself_is_refused(self) -> None:
        schema: dict[str, object] = {
            "$defs": {"node": form(child={"$ref": "#/$defs/node"})},
            "$ref": "#/$defs/node",
        }
        with pytest.raises(model.UnsupportedSchema, match="nest more than"):
            model.record_from_schema(schema)
        with pytest.raises(model.UnsupportedSchema, match="refers to itself"):
            model.record_from_schema({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"})

    def test_references_that_unfold_without_end_are_refused(self) -> None:
        definitions: dict[str, object] = {"d0": {"type": "string"}}
        for number in range(1, 40):
            definitions[f"d{number}"] = {"allOf": [{"$ref": f"#/$defs/d{number - 1}"}] * 2}
        with pytest.raises(model.UnsupportedSchema, match="unfold"):
            model.record_from_schema(form(a={"$ref": "#/$defs/d39"}) | {"$defs": definitions})

    def test_one_field_of_two_types_is_refused(self) -> None:
        schema = {"anyOf": [form(a={"type": "string"}), form(a={"type": "integer"})]}
        with pytest.raises(
            model.UnsupportedSchema, match="a whole number here and a text elsewhere"
        ):
            model.record_from_schema(schema)

    @pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "array", "items": form()}])
    def test_a_form_is_an_object(self, schema: dict[str, object]) -> None:
        with pytest.raises(model.UnsupportedSchema, match="a form is an object"):
            model.record_from_schema(schema)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["string", "object", "#/$defs/a", "#"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "$ref",
                    "$defs",
                    "allOf",
                    "oneOf",
                    "then",
                    "enum",
                    "a",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["type", "properties", "$defs", "allOf", "$ref"]), JSON))
def test_any_document_is_read_or_refused(schema: dict[str, object]) -> None:
    try:
        record = model.record_from_schema(schema)
    except model.UnsupportedSchema as error:
        assert error.reason
    else:
        assert isinstance(record, Record)
