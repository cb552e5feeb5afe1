"""`motcua procedures` and `motcua flow`: what is wrong is shown with its place, and the exit code says so."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motcua.catalogue import queries
from motcua.config.commands import flow, procedures, scaffold
from motcua.engines.procedure import check, parse
from motcua.engines.procedure.tests import sample

WIDE = {"COLUMNS": "200"}


def run(*words: str) -> Result:
    group = flow.flow if words[0] == "flow" else procedures.procedures
    return CliRunner(env=WIDE).invoke(group, words[1:], catch_exceptions=False)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_that_may_be_published(tmp_path: Path) -> None:
    done = run("procedures", "check", str(write(tmp_path / "p", sample.folder())))
    assert done.exit_code == 0
    assert "may be published; 1 examples, 0 faults" in done.output


def test_faults_are_shown_with_file_line_and_column(tmp_path: Path) -> None:
    wrong = sample.folder(
        whole=("fee: 10000", "fee: 1"), flow=('motcua:role="leader"', 'motcua:role="officer"')
    )
    done = run("procedures", "check", str(write(tmp_path / "p", wrong)))
    assert done.exit_code == 1
    line = next(n for n, text in enumerate(sample.EXAMPLE.splitlines(), 1) if "fee:" in text)
    assert f"examples/whole.yaml:{line}:" in done.output
    assert "officer-signs" in done.output
    assert "refused" in done.output


def test_one_folder_with_faults_among_several_fails_the_whole(tmp_path: Path) -> None:
    good = write(tmp_path / "good", sample.folder())
    bad = write(tmp_path / "bad", sample.folder() | {"form.yaml": b"["})
    done = run("procedures", "check", str(good), str(bad))
    assert done.exit_code == 1
    assert "2 procedures checked" in done.output


def test_what_is_no_folder_of_a_procedure_is_said(tmp_path: Path) -> None:
    assert "has no procedure.yaml" in run("procedures", "check", str(tmp_path)).output
    assert run("procedures", "check", str(tmp_path / "nowhere")).exit_code == 1


def test_a_link_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", sample.folder())
    (folder / "examples" / "secret.yaml").symlink_to("/etc/passwd")
    done = run("procedures", "check", str(folder))
    assert done.exit_code == 1
    assert "is a link" in done.output


def test_a_folder_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", sample.folder())
    with (folder / "result.typ").open("wb") as huge:
        huge.truncate(parse.MAX_TOTAL + 1)
    assert "too large" in run("procedures", "check", str(folder)).output


@pytest.mark.parametrize("name", ["Xác nhận", "Tên \"đặc biệt\" & <b> #{} \\ 'x'"])
def test_a_new_procedure_passes_the_check_at_once(tmp_path: Path, name: str) -> None:
    done = run("procedures", "new", "1.777777", name, "--into", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert run("procedures", "check", str(tmp_path / "1.777777")).exit_code == 0
    again = run("procedures", "new", "1.777777", name, "--into", str(tmp_path))
    assert again.exit_code == 1
    assert "is there already" in again.output
    compiled = parse.read(scaffold.files(code="1.777777", name=name))
    assert compiled.facts.name.vi == name
    assert check.check(compiled) == ()


@pytest.mark.parametrize(
    ("code", "name"), [("../x", "Tên"), ("1.7", "Tên"), ("1.777777", ""), ("1.777777", "a\nb")]
)
def test_a_code_or_name_that_cannot_be_one_is_refused(tmp_path: Path, code: str, name: str) -> None:
    done = run("procedures", "new", code, name, "--into", str(tmp_path))
    assert done.exit_code != 0
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_publishing_and_listing(tmp_path: Path) -> None:
    folder = str(write(tmp_path / "p", sample.folder()))
    assert "1.009999 version 1 published" in run("procedures", "publish", folder).output
    assert "is current already" in run("procedures", "publish", folder).output
    assert queries.current("1.009999").version == 1
    assert "Thủ tục mẫu" in run("procedures", "list", "thu tuc").output
    assert "Thủ tục mẫu" not in run("procedures", "list", "nothing").output


@pytest.mark.django_db
def test_publishing_what_has_faults_fails(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", sample.folder(whole=("fee: 10000", "fee: 1")))
    done = run("procedures", "publish", str(folder))
    assert done.exit_code == 1
    assert "not published" in done.output
    assert queries.published().items == ()


def test_a_flow_is_checked_by_itself(tmp_path: Path) -> None:
    files = scaffold.files(code="1.777777", name="Tên")
    good = tmp_path / "good.bpmn"
    good.write_bytes(files["flow.bpmn"])
    assert run("flow", "check", str(good)).exit_code == 0
    bad = tmp_path / "bad.bpmn"
    bad.write_bytes(files["flow.bpmn"].replace(b'default="decided_appraise"', b""))
    done = run("flow", "check", str(bad))
    assert done.exit_code == 1
    assert "bad.bpmn:" in done.output
    none = tmp_path / "none.bpmn"
    none.write_bytes(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    assert run("flow", "check", str(none)).exit_code == 1


def test_a_flow_is_told_in_words_and_drawn(tmp_path: Path) -> None:
    source, picture = tmp_path / "flow.bpmn", tmp_path / "flow.svg"
    source.write_bytes(scaffold.files(code="1.777777", name="Tên")["flow.bpmn"])
    done = run("flow", "draw", str(source), "--svg", str(picture))
    assert done.exit_code == 0
    assert "worked by leader" in done.output
    assert picture.read_bytes().startswith(b"<?xml")
    assert b"<svg" in picture.read_bytes()


def test_a_flow_without_a_diagram_is_not_drawn(tmp_path: Path) -> None:
    source = tmp_path / "flow.bpmn"
    source.write_bytes(sample.FLOW.encode())
    done = run("flow", "draw", str(source), "--svg", str(tmp_path / "flow.svg"))
    assert done.exit_code == 1
    assert "no diagram" in done.output
    assert not (tmp_path / "flow.svg").exists()
