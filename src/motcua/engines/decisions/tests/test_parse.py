"""How tables are refused, with every fault and its place, and what is read of good ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.decisions import document, parse
from motcua.engines.decisions.model import Aggregate, Hit
from motcua.engines.decisions.tests.fees import FEE, SCOPE, fee, table
from motcua.engines.expressions import model as expressions
from motcua.engines.expressions.model import Kind


def faults(text: str | bytes) -> list[tuple[str, int, int]]:
    source = text.encode() if isinstance(text, str) else text
    with pytest.raises(expressions.Rejected) as caught:
        parse.parse(source, scope=SCOPE)
    return [(fault.code, fault.line, fault.column) for fault in caught.value.faults]


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", [("empty", 1, 1)]),
            ("# nothing\n", [("empty", 1, 1)]),
            ("- 1", [("bad-table", 1, 1)]),
            ("a: [1", [("not-yaml", 1, 6)]),
            ("a: 'x", [("not-yaml", 1, 6)]),
            ("a: \x00", [("not-yaml", 1, 1)]),
            ("a:\n\tb: 1", [("not-yaml", 2, 1)]),
            (b"a: \xff\n", [("not-utf8", 1, 1)]),
            ("a: &x 1\nb: *x\n", [("alias", 1, 4)]),
            ("a: 1\n---\nb: 1\n", [("several-documents", 2, 1)]),
            ("a: 1\nb: 2\na: 3\n", [("repeated-key", 3, 1)]),
            ("!!python/object/apply:os.getcwd []", [("tag", 1, 1)]),
            ("? [a]\n: 1\n", [("bad-key", 1, 3)]),
            ("[" * 13 + "]" * 13, [("too-deep", 1, 13)]),
            ("[" * 50_000, [("too-deep", 1, 13)]),
            ("a: " + "x" * 200_000, [("too-long", 1, 1)]),
            ("[" + "a," * 30_000 + "]", [("too-deep", 1, 40_000)]),
        ],
    )
    def test_a_file_that_is_no_plain_yaml_is_refused(
        self, text: str | bytes, expected: list[tuple[str, int, int]]
    ) -> None:
        assert faults(text) == expected

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ([("name: fee", "nam: fee")], [("missing-key", 1, 1), ("unknown-key", 1, 1)]),
            ([("name: fee", "name: the fee")], [("bad-name", 1, 7)]),
            ([("hit: unique", "hit: any")], [("bad-hit", 2, 6)]),
            ([("hit: unique", "hit: [unique]")], [("bad-hit", 2, 6)]),
            ([("hit: unique", "hit: unique\naggregate: sum")], [("useless-aggregate", 3, 12)]),
            ([("hit: unique", "hit: collect")], [("missing-key", 1, 1)]),
            ([("case.channel", "case.chanel")], [("unknown-field", 4, 21)]),
            ([("poor: answers.poor", "poor: answers.members")], [("result-type", 6, 9)]),
            ([("poor: answers.poor", "poor: [1]")], [("bad-input", 6, 9)]),
            ([("from: 1", "from: one")], [("bad-values", 5, 38)]),
            ([("from: 1", "from: 30")], [("empty-range", 5, 11)]),
            ([("values: [counter, online]", "values: counter")], [("bad-values", 4, 39)]),
            ([("values: [counter, online]", "values: [[a]]")], [("bad-values", 4, 40)]),
            ([("type: int", "type: money")], [("bad-type", 8, 18)]),
            ([("type: int", "type: number")], [("bad-output", 8, 18)]),
            ([("{type: int, unit: đồng}", "int")], [("bad-output", 8, 11)]),
            ([('{poor: "true"}', '{pour: "true"}')], [("unknown-input", 10, 12)]),
            (
                [('{amount: "0"}', '{amuont: "0"}')],
                [("missing-output", 11, 11), ("unknown-output", 11, 12)],
            ),
            ([('{amount: "0"}', "{amount: \"'free'\"}")], [("result-type", 11, 21)]),
            ([('{amount: "0"}', '{amount: "answers.copies"}')], [("unknown-name", 11, 21)]),
            ([("note: exempt", "nota: exempt")], [("unknown-key", 12, 5)]),
            ([("note: exempt", "note: [exempt]")], [("bad-note", 12, 11)]),
            ([("'\"online\"'", "online")], [("unknown-name", 13, 36)]),
            ([('"<= 5"', '"<= five"')], [("syntax", 15, 58)]),
            ([('"<= 5"', '"copies + 5"')], [("result-type", 15, 58)]),
            ([('"<= 5"', '"[5..1]"')], [("empty-range", 15, 57)]),
            ([('"<= 5"', '"(5..5]"')], [("empty-range", 15, 57)]),
            ([('"<= 5"', '"<= 99999999999999999999"')], [("bad-number", 15, 57)]),
            ([('"<= 5"', "[5]")], [("bad-cell", 15, 57)]),
            (
                [("  poor: answers.poor", "  true: answers.poor")],
                [("bad-name", 6, 3), *[("unknown-input", n, 12) for n in (10, 13, 15, 17)]],
            ),
        ],
    )
    def test_each_mistake_has_its_place(
        self, changes: list[tuple[str, str]], expected: list[tuple[str, int, int]]
    ) -> None:
        assert faults(fee(*changes)) == expected

    def test_a_text_without_quotes_is_told_what_a_cell_may_be(self) -> None:
        with pytest.raises(expressions.Rejected, match='a cell is a short test, as "a"'):
            table(fee(("'\"online\"'", "online")))

    def test_all_faults_come_at_once(self) -> None:
        text = fee(
            ("hit: unique", "hit: any"), ('"<= 5"', '"[5..1]"'), ("8000 * copies", "8000 * copis")
        )
        assert faults(text) == [
            ("bad-hit", 2, 6),
            ("empty-range", 15, 57),
            ("unknown-name", 16, 28),
        ]

    def test_a_date_that_is_none_is_a_fault(self) -> None:
        text = fee(
            ("poor: answers.poor", "poor: answers.birth"), ('poor: "true"', 'poor: "< 2026-02-30"')
        )
        assert ("bad-date", 10, 18) in faults(text)

    def test_a_count_has_one_output_and_no_answers(self) -> None:
        text = fee(("hit: unique", "hit: collect\naggregate: count"), ("int, unit: đồng", "text"))
        assert {code for code, _, _ in faults(text)} == {"bad-output", "unknown-output"}

    def test_texts_have_no_sum(self) -> None:
        text = fee(("hit: unique", "hit: collect\naggregate: sum"), ("int, unit: đồng", "text"))
        assert ("bad-output", 9, 3) in faults(text)

    def test_rules_must_be_there(self) -> None:
        assert ("empty", 9, 8) in faults(FEE[: FEE.index("rules:")] + "rules: []\n")
        assert ("missing-key", 1, 1) in faults(FEE[: FEE.index("rules:")])
        assert ("bad-rule", 10, 5) in faults(FEE[: FEE.index("rules:")] + "rules:\n  - none\n")

    def test_too_many_rules_are_refused(self) -> None:
        rule = '  - {when: {poor: "true"}, then: {amount: "0"}}\n'
        assert faults(FEE[: FEE.index("rules:")] + "rules:\n" + rule * 501) == [("too-long", 10, 3)]

    @given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
    def test_any_bytes_are_refused_with_faults(self, source: bytes) -> None:
        with pytest.raises(expressions.Rejected) as caught:
            parse.parse(source, scope=SCOPE)
        assert caught.value.faults

    @given(st.data())
    def test_a_table_with_one_line_spoilt_is_read_or_refused(self, data: st.DataObject) -> None:
        lines = FEE.splitlines()
        index = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[index])))
        lines[index] = lines[index][:cut] + data.draw(
            st.text(alphabet="[]{}:,\"'-&*!|>0a \n", max_size=4)
        )
        try:
            read = table("\n".join(lines))
        except expressions.Rejected as error:
            assert error.faults
        else:
            assert read.name and read.rules


class TestRead:
    def test_a_table_knows_what_it_reads_and_what_it_answers(self) -> None:
        read = table(FEE)
        assert (read.name, read.hit, read.aggregate) == ("fee", Hit.UNIQUE, None)
        assert read.names == {"case.channel", "answers.copies", "answers.poor"}
        assert read.result == expressions.Record({"amount": Kind.INT})
        first = read.rules[0]
        assert (first.number, first.line, first.note) == (1, 10, "exempt")

    def test_a_list_table_answers_lists(self) -> None:
        read = table(fee(("hit: unique", "hit: collect\naggregate: list")))
        assert read.aggregate is Aggregate.LIST
        assert read.result == expressions.Record({"amount": expressions.ListOf(Kind.INT)})

    def test_yaml_is_read_with_the_place_of_the_text_inside_quotes(self) -> None:
        node = document.load(b"a: 'x'\nb: |\n  y\nc: z\n")
        assert isinstance(node, document.Mapping)
        texts = {
            key: value for key, value in node.values.items() if isinstance(value, document.Text)
        }
        assert [(text.text, text.text_line, text.text_column) for text in texts.values()] == [
            ("x", 1, 5),
            ("y\n", 3, 1),
            ("z", 4, 4),
        ]
