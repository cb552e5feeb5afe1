"""Expressions: what they refuse before a case, and what they give in one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.expressions import model
from motcua.engines.expressions.model import Kind, ListOf, Record

MEMBER = Record({"name": Kind.TEXT, "age": Kind.INT, "birth": Kind.DATE})
SCOPE = model.Scope(
    Record(
        {
            "answers": Record(
                {
                    "copies": Kind.INT,
                    "area": Kind.NUMBER,
                    "ward": Kind.TEXT,
                    "poor": Kind.BOOL,
                    "birth": Kind.DATE,
                    "child": Record({"name": Kind.TEXT}),
                    "father": MEMBER,
                    "mother": MEMBER,
                    "members": ListOf(MEMBER),
                    "marks": ListOf(Kind.INT),
                    "days": ListOf(Kind.DATE),
                }
            ),
            "case": Record({"channel": Kind.TEXT, "filed_on": Kind.DATE}),
        }
    )
)


def faults(source: str, expects: model.Type | None = None) -> list[tuple[str, int, int]]:
    with pytest.raises(model.Rejected) as caught:
        SCOPE.compile(source, expects=expects)
    return [(fault.code, fault.line, fault.column) for fault in caught.value.faults]


def value(source: str, answers: dict[str, object] | None = None, **case: object) -> model.Value:
    expression = SCOPE.compile(source, expects=None)
    return expression.evaluate({"answers": answers or {}, "case": case})


class TestRefusedWhenCompiled:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("answers.chlid.name == ''", [("unknown-field", 1, 8)]),
            ("answers.child.nmae == ''", [("unknown-field", 1, 14)]),
            ("answers.members.exists(m, m.nmae == '')", [("unknown-field", 1, 28)]),
            ("answers.members.filter(m, m.age > 1)[0].nmae == ''", [("unknown-field", 1, 40)]),
            ("has(answers.chlid)", [("unknown-field", 1, 4)]),
            ("answer.copies > 1", [("unknown-name", 1, 1)]),
            ("answers.copies > 'a'", [("wrong-type", 1, 16)]),
            ("answers.members.exists(m, m.age == 'a')", [("wrong-type", 1, 33)]),
            ("answers.copies > 1.5", [("wrong-type", 1, 16)]),
            ("answers.birth > '2020-01-01'", [("wrong-type", 1, 15)]),
            ("answers.copies.size > 1", [("unknown-field", 1, 15)]),
            ("agee(answers.birth, case.filed_on) > 1", [("unknown-name", 1, 5)]),
            ("age(answers.birth) > 1", [("unknown-name", 1, 4)]),
            ("answers.poor ? 1 : 'a'", [("wrong-type", 1, 14)]),
            ("answers.copies +", [("syntax", 1, 17)]),
            ("answers.copies = 1", [("syntax", 1, 16), ("syntax", 1, 18)]),
            ("", [("empty", 1, 1)]),
            ("  \n ", [("empty", 1, 1)]),
            ("answers.ward.matches('(a')", [("bad-matches", 1, 21)]),
            ("answers.birth < date('2026-02-30')", [("bad-date", 1, 21)]),
            ("dyn(answers.copies) > 'a'", [("untyped", 1, 4)]),
            ("answers.ward in [1, 'a']", [("mixed-types", 1, 17)]),
            ("record.r0{name: 'a'}.name == 'a'", [("untyped", 1, 1)]),
            ("'a\0b' == answers.ward", [("bad-character", 1, 3)]),
            ("'\ud800' == answers.ward", [("bad-character", 1, 2)]),
        ],
    )
    def test_a_mistake_is_a_fault_with_its_place(
        self, source: str, expected: list[tuple[str, int, int]]
    ) -> None:
        assert faults(source) == expected

    def test_all_faults_come_at_once(self) -> None:
        assert faults("answers.copies > 'a' ||\n answers.zz > 1 || nothing(1)") == [
            ("wrong-type", 1, 16),
            ("unknown-field", 2, 9),
            ("unknown-name", 2, 27),
        ]

    def test_the_place_counts_from_the_expression_s_place_in_its_file(self) -> None:
        with pytest.raises(model.Rejected) as caught:
            SCOPE.compile(
                "answers.zz ||\n answers.yy", expects=None, line=10, column=5, element="gate"
            )
        assert [(f.line, f.column, f.element) for f in caught.value.faults] == [
            (10, 12, "gate"),
            (11, 9, "gate"),
        ]

    def test_columns_count_characters_also_in_vietnamese(self) -> None:
        assert faults("'Phường Đống Đa' == 1") == [("wrong-type", 1, 18)]

    def test_a_function_called_otherwise_than_it_is_declared_says_how_to_call_it(self) -> None:
        with pytest.raises(model.Rejected, match=r"called as age\(birth, on\), two dates"):
            SCOPE.compile("age(answers.birth) > 1", expects=None)

    def test_a_fault_speaks_of_types_in_words(self) -> None:
        with pytest.raises(model.Rejected, match="list of record has no fields"):
            SCOPE.compile("answers.members.name", expects=None)

    def test_a_fault_offers_the_nearest_name(self) -> None:
        with pytest.raises(model.Rejected, match="did you mean 'child'"):
            SCOPE.compile("answers.chlid.name", expects=None)

    @pytest.mark.parametrize(
        ("source", "expects"),
        [
            ("answers.copies", Kind.BOOL),
            ("answers.copies", Kind.TEXT),
            ("answers.area", Kind.INT),
            ("answers.child", None),
            ("answers.members", None),
            ("duration('1h')", None),
            ("1u", None),
            ("b'a'", None),
            ("{'a': 1}", None),
            ("null", None),
        ],
    )
    def test_a_result_of_another_type_is_a_fault(
        self, source: str, expects: model.Type | None
    ) -> None:
        assert faults(source, expects) == [("result-type", 1, 1)]

    @pytest.mark.parametrize(
        ("source", "code"),
        [
            ("1" * 2_001, "too-long"),
            ("(" * 60 + "1" + ")" * 60, "too-deep"),
            ("[" * 60 + "]" * 60, "too-deep"),
            (" + ".join(["1"] * 200), "too-deep"),
            ("?1:".join(["true"] * 200), "too-deep"),
            (
                "answers.marks.all(a, answers.marks.all(b, answers.marks.all(c, a + b + c > 0)))",
                "too-many-loops",
            ),
        ],
    )
    def test_what_is_too_big_is_refused(self, source: str, code: str) -> None:
        assert [found for found, _, _ in faults(source)] == [code]

    @given(st.text(max_size=60))
    def test_any_text_compiles_or_is_refused_with_faults(self, source: str) -> None:
        try:
            SCOPE.compile(source, expects=None)
        except model.Rejected as error:
            assert error.faults
            assert all(fault.line >= 1 and fault.column >= 1 for fault in error.faults)

    @pytest.mark.parametrize("name", ["a-b", "1a", "", "in", "true", "a b", "é", "a.b"])
    def test_a_field_nobody_can_write_is_refused(self, name: str) -> None:
        with pytest.raises(model.UnusableName, match="cannot be named"):
            model.Scope(Record({"answers": Record({name: Kind.INT})}))


class TestMissingAnswers:
    @pytest.mark.parametrize(
        ("source", "zero"),
        [
            ("answers.copies", 0),
            ("answers.area", 0.0),
            ("answers.ward", ""),
            ("answers.poor", False),
            ("answers.birth", date(1970, 1, 1)),
            ("answers.child.name", ""),
            ("answers.marks", []),
            ("size(answers.members)", 0),
            ("answers.members.all(m, m.age > 100)", True),
            ("answers.members.map(m, m.name)", []),
        ],
    )
    @pytest.mark.parametrize("values", [{}, {"answers": None}, {"answers": {}}])
    def test_what_is_missing_reads_as_zero(
        self, source: str, zero: object, values: dict[str, object]
    ) -> None:
        assert SCOPE.compile(source, expects=None).evaluate(values) == zero

    def test_has_tells_an_answer_from_a_missing_one(self) -> None:
        assert value("has(answers.copies)", {"copies": 0}) is True
        assert value("has(answers.copies)", {}) is False
        assert value("has(answers.copies)", {"copies": None}) is False
        assert value("has(answers.birth)", {"birth": "1970-01-01"}) is True
        assert value("has(answers.birth)", {}) is False
        assert value("has(answers.child)", {"child": {}}) is True
        assert value("has(answers.child.name)", {"child": {}}) is False
        assert value("has(answers.child.name)", {}) is False

    def test_fields_missing_in_items_read_as_zero_too(self) -> None:
        source = "answers.members.map(m, has(m.age) ? m.age : -1)"
        assert value(source, {"members": [{"age": 3}, {}, {"age": 0}]}) == [3, -1, 0]


class TestEvaluation:
    @pytest.mark.parametrize(
        ("source", "answers", "result"),
        [
            ("5000 * answers.copies", {"copies": 3}, 15_000),
            ("answers.copies / 2", {"copies": 7}, 3),
            ("answers.area * 2.0", {"area": 3}, 6.0),
            ("answers.ward + '!'", {"ward": "Phường Đống Đa"}, "Phường Đống Đa!"),
            ("answers.ward.contains('Đống')", {"ward": "Phường Đống Đa"}, True),
            ("answers.ward.startsWith('P')", {"ward": "Phường"}, True),
            ("answers.ward.matches('^[0-9]{12}$')", {"ward": "001099012345"}, True),
            ("answers.ward in ['a', 'b']", {"ward": "b"}, True),
            ("size(answers.ward)", {"ward": "Đống"}, 4),
            (
                "answers.father == answers.mother",
                {"father": {"age": 1}, "mother": {"age": 1}},
                True,
            ),
            ("answers.birth < date('2000-01-02')", {"birth": "2000-01-01"}, True),
            ("answers.birth <= date('2000-01-01')", {"birth": date(2000, 1, 1)}, True),
            ("date('2026-01-31')", {}, date(2026, 1, 31)),
            ("answers.birth.getFullYear()", {"birth": "1999-12-31"}, 1999),
            ("answers.birth", {"birth": "0001-01-02"}, date(1, 1, 2)),
            ("answers.birth", {"birth": "9999-12-31"}, date(9999, 12, 31)),
            ("answers.days", {"days": ["2020-02-29"]}, [date(2020, 2, 29)]),
            ("answers.days.exists(d, d > date('2020-01-01'))", {"days": ["2020-02-29"]}, True),
            ("answers.marks.filter(m, m > 1)", {"marks": [1, 2, 3]}, [2, 3]),
        ],
    )
    def test_gives_the_result(
        self, source: str, answers: dict[str, object], result: model.Value
    ) -> None:
        found = value(source, answers)
        assert found == result
        assert type(found) is type(result)

    def test_a_whole_number_serves_where_a_decimal_one_is_expected(self) -> None:
        expression = SCOPE.compile("answers.copies", expects=Kind.NUMBER)
        assert expression.type is Kind.NUMBER
        assert type(expression.evaluate({"answers": {"copies": 2}})) is float

    @pytest.mark.parametrize(
        ("source", "answers", "reason"),
        [
            ("1 / answers.copies > 0", {}, "division by zero"),
            ("1 % answers.copies > 0", {}, "division by zero"),
            ("answers.copies + 1 > 0", {"copies": 2**63 - 1}, "beyond its range"),
            ("answers.copies * answers.copies", {"copies": 2**40}, "beyond its range"),
            ("date(answers.ward)", {"ward": "31/01/2026"}, "year-month-day"),
            ("date(answers.ward)", {"ward": "2026-02-30"}, "no such day"),
            ("answers.marks[3]", {"marks": [1]}, "no item"),
            ("{'a': 1}[answers.ward]", {"ward": "secret"}, "no such key"),
            ("answers.ward.matches(answers.ward)", {"ward": "("}, "pattern"),
            ("int(answers.ward)", {"ward": "secret"}, ""),
            ("answers.copies", {"copies": "3"}, "'answers.copies' must be a whole number"),
            ("answers.copies", {"copies": True}, "'answers.copies' must be a whole number"),
            ("answers.copies", {"copies": 3.0}, "'answers.copies' must be a whole number"),
            ("answers.copies", {"copies": 2**63}, "64 bits"),
            ("answers.area", {"area": 10**400}, "largest decimal"),
            ("answers.poor", {"poor": 1}, "must be true or false"),
            ("answers.ward", {"ward": 1}, "must be text"),
            ("answers.ward", {"ward": "\ud800"}, "half a character"),
            ("answers.birth", {"birth": "2026-13-01"}, "no such day"),
            ("answers.birth", {"birth": "20260101"}, "year-month-day"),
            ("answers.birth", {"birth": 20260101}, "must be a date"),
            ("answers.child.name", {"child": "An"}, "must be a record"),
            ("answers.marks", {"marks": 5}, "must be a list"),
            ("answers.marks", {"marks": list(range(1_001))}, "longer than 1000"),
            ("answers.members.map(m, m.age)", {"members": [{"age": "x"}]}, "answers.members.age"),
        ],
    )
    def test_no_result_is_one_clear_error(
        self, source: str, answers: dict[str, object], reason: str
    ) -> None:
        with pytest.raises(model.EvaluationFailed) as caught:
            value(source, answers)
        assert reason in caught.value.reason
        assert caught.value.source == source
        assert "secret" not in str(caught.value)

    def test_loops_inside_loops_stop_at_their_budget(self) -> None:
        source = "answers.marks.all(a, answers.marks.all(b, a + b >= 0))"
        assert value(source, {"marks": list(range(90))}) is True
        with pytest.raises(model.EvaluationFailed, match="10,000 rounds"):
            value(source, {"marks": list(range(900))})

    def test_only_what_is_read_is_looked_at(self) -> None:
        assert value("answers.copies", {"copies": 1, "birth": "not a date", "other": object()}) == 1

    def test_names_are_the_dotted_paths_that_are_read(self) -> None:
        source = "has(answers.child.name) && answers.members.exists(m, m.age > answers.copies)"
        assert SCOPE.compile(source, expects=Kind.BOOL).names == {
            "answers.child.name",
            "answers.members",
            "answers.members.age",
            "answers.copies",
        }

    @given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
    def test_whole_numbers_compare_and_add_exactly(self, left: int, right: int) -> None:
        scope = model.Scope(Record({"a": Kind.INT, "b": Kind.INT}))
        values = {"a": left, "b": right}
        assert scope.compile("a < b", expects=Kind.BOOL).evaluate(values) is (left < right)
        total = scope.compile("a + b", expects=Kind.INT)
        if -(2**63) <= left + right < 2**63:
            assert total.evaluate(values) == left + right
        else:
            with pytest.raises(model.EvaluationFailed):
                total.evaluate(values)

    @given(st.text())
    def test_text_comes_back_as_it_went_in(self, text: str) -> None:
        assert value("answers.ward", {"ward": text}) == text


class TestDates:
    @pytest.mark.parametrize(
        ("birth", "on", "years"),
        [
            ("2000-06-15", "2018-06-14", 17),
            ("2000-06-15", "2018-06-15", 18),
            ("2000-02-29", "2018-02-27", 17),
            ("2000-02-29", "2018-02-28", 18),
            ("2000-02-29", "2020-02-28", 19),
            ("2000-02-29", "2020-02-29", 20),
            ("2000-06-15", "2000-06-15", 0),
            ("2000-06-15", "1999-06-15", -1),
            ("2000-06-15", "2000-06-14", 0),
        ],
    )
    def test_age_counts_full_years(self, birth: str, on: str, years: int) -> None:
        assert value("age(answers.birth, case.filed_on)", {"birth": birth}, filed_on=on) == years

    @given(st.dates(date(1, 1, 2)), st.dates(date(1, 1, 2)))
    def test_days_between_is_the_difference(self, start: date, end: date) -> None:
        found = value("days_between(answers.birth, case.filed_on)", {"birth": start}, filed_on=end)
        assert found == (end - start).days

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 20_000))
    def test_nobody_grows_younger(self, birth: date, days: int) -> None:
        source = "age(answers.birth, case.filed_on)"
        today, tomorrow = birth + timedelta(days=days), birth + timedelta(days=days + 1)
        now = value(source, {"birth": birth}, filed_on=today)
        later = value(source, {"birth": birth}, filed_on=tomorrow)
        assert isinstance(now, int) and isinstance(later, int)
        assert 0 <= now <= later <= now + 1

    def test_working_days_are_counted_by_the_calendar_that_is_given(self) -> None:
        expression = SCOPE.compile(
            "working_days_between(answers.birth, case.filed_on)", expects=Kind.INT
        )
        values = {"answers": {"birth": "2026-01-05"}, "case": {"filed_on": "2026-01-12"}}
        assert expression.evaluate(values, working_days=lambda start, end: 5) == 5
        assert expression.evaluate(values, working_days=lambda start, end: (end - start).days) == 7
        with pytest.raises(model.EvaluationFailed, match="calendar of the office"):
            expression.evaluate(values)


class TestTypes:
    def test_records_are_equal_whatever_the_order_of_their_fields(self) -> None:
        one = Record({"a": Kind.INT, "b": Kind.TEXT})
        other = Record({"b": Kind.TEXT, "a": Kind.INT})
        assert one == other
        assert hash(one) == hash(other)

    def test_a_record_does_not_change_with_the_mapping_it_was_made_from(self) -> None:
        fields: dict[str, model.Type] = {"a": Kind.INT}
        record = Record(fields)
        fields["b"] = Kind.TEXT
        assert set(record.fields) == {"a"}
        with pytest.raises(TypeError):
            record.fields["b"] = Kind.TEXT  # type: ignore[index]
