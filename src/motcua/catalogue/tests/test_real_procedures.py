"""The procedures of this repository pass the check, and so may be published."""

from pathlib import Path

import pytest
from django.conf import settings

from motcua.catalogue.adapters import folders
from motcua.engines.procedure import check, parse

FOLDERS = folders.find(Path(settings.MOTCUA_PROCEDURES))


def test_there_are_procedures() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_procedure_has_no_fault_and_its_examples_come_out_as_expected(folder: Path) -> None:
    procedure = parse.read(folders.read(folder))
    assert procedure.facts.code == folder.name
    assert len(procedure.examples) >= 4
    assert [str(each) for each in check.check(procedure)] == []
