"""Building what the browser loads does not disturb a site that runs meanwhile."""

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

SWAP = Path(__file__).resolve().parents[1] / "swap.mjs"


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js builds the pages")
def test_new_files_take_the_place_of_old_ones_and_none_is_missing_meanwhile(tmp_path: Path) -> None:
    target, built = tmp_path / "design", tmp_path / ".building"
    for folder, text in ((target, "old"), (built, "new")):
        for name in ("citizen.css", *(f"icons/{number}.svg" for number in range(300))):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (target / "fonts").mkdir()
    (target / "fonts" / "gone.woff2").write_text("old")
    read, over = set[str](), threading.Event()

    def visit() -> None:
        while not over.is_set():
            read.add((target / "citizen.css").read_text())
            read.add((target / "icons" / "299.svg").read_text())

    visitor = threading.Thread(target=visit)
    visitor.start()
    said = f"import {{ swap }} from {SWAP.as_uri()!r}; swap({str(built)!r}, {str(target)!r});"
    try:
        subprocess.run(["node", "--input-type=module", "-e", said], check=True)
    finally:
        over.set()
        visitor.join()
    assert read <= {"old", "new"} and "old" in read
    assert {each.read_text() for each in target.rglob("*.*") if each.is_file()} == {"new"}
    assert not built.exists() and not (target / "fonts" / "gone.woff2").exists()
