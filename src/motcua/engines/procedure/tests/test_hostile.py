"""Whatever a folder holds, it is read or refused; a check never crashes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.procedure import check, parse
from motcua.engines.procedure.errors import Malformed
from motcua.engines.procedure.tests import sample

NAMES = sorted(sample.TEXTS)
WORDS = (
    *(
        "",
        "0",
        "-1",
        "true",
        "null",
        "[]",
        "{}",
        '"',
        "'",
        ":",
        "- x",
        "\t",
        "\n",
        "&a",
        "*a",
        "!!x",
        "🙂",
    ),
    *(
        "answers",
        "outcome.sign",
        "decision.fee.amount",
        "receive",
        "sign",
        "P1D",
        "P99999Y",
        "1e999",
    ),
    *(
        "9" * 40,
        "a" * 3_000,
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ),
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, bytes]:
    """Return the sample with a few lines of a file dropped, doubled, swapped, or with a word replaced."""
    files = sample.folder()
    name = draw(st.sampled_from(NAMES))
    lines = sample.TEXTS[name].split("\n")
    for _ in range(draw(st.integers(min_value=1, max_value=3))):
        at = draw(st.integers(min_value=0, max_value=len(lines) - 1))
        other = draw(st.integers(min_value=0, max_value=len(lines) - 1))
        action = draw(st.sampled_from(["drop", "double", "swap", "word", "tail"]))
        if action == "drop" and len(lines) > 1:
            del lines[at]
        elif action == "double":
            lines.insert(other, lines[at])
        elif action == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif action == "word":
            words = lines[at].split(" ")
            words[draw(st.integers(min_value=0, max_value=len(words) - 1))] = draw(
                st.sampled_from(WORDS)
            )
            lines[at] = " ".join(words)
        else:
            lines[at] = lines[at].rsplit(":", 1)[0] + ": " + draw(st.sampled_from(WORDS))
    return files | {name: "\n".join(lines).encode(errors="replace")}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=damaged())
def test_a_damaged_folder_is_read_or_refused_and_never_crashes(files: dict[str, bytes]) -> None:
    try:
        procedure = parse.read(files)
    except Malformed as error:
        assert error.findings
        assert all(each.file in {*files, *NAMES} for each in error.findings)
        assert all(each.line >= 1 and each.column >= 1 for each in error.findings)
        return
    for each in check.check(procedure):
        assert each.code
        assert each.message


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(NAMES), content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    try:
        parse.read(sample.folder() | {name: content})
    except Malformed as error:
        assert error.findings
