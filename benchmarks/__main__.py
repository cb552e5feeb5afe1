"""Run the benchmarks: `make bench`, or a part with `make bench ONLY=flow`.

Prints a table and writes `var/bench.json`: rows of name, value, unit, baseline, ratio, goal, met. The
machines are shared, so what counts is a ratio of two things measured in the same run.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import desk, flow, journey, log, policy, portal, signing
from benchmarks.rows import Row

OUT = Path(__file__).resolve().parents[1] / "var" / "bench.json"


SUITES: dict[str, Callable[[], Iterable[Row]]] = {  # by the first word of their rows
    "flow": flow.rows,
    "journey": journey.rows,
    "sign": signing.rows,
    "portal": portal.rows,
    "desk": desk.rows,
    "log": log.rows,
    "policy": policy.rows,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, write down; return the exit code."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default="", help="the beginning of the names of rows to measure")
    only = parser.parse_args(arguments).only
    console = Console(width=None if sys.stdout.isatty() else 140)
    rows: list[Row] = []
    for name, suite in SUITES.items():
        if only.startswith(name) or name.startswith(only):
            console.print(f"measuring {name} ...")
            rows += [row for row in suite() if row.name.startswith(only) or only == name]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([row.plain() for row in rows], indent=2, ensure_ascii=False) + "\n")
    console.print(table(rows))
    return 0


def table(rows: Iterable[Row]) -> Table:
    """Return the rows as people read them."""
    shown = Table("name", "value", "unit", "baseline", "ratio", "goal", "met", title="make bench")
    for row in rows:
        baseline = f"{row.baseline.name} {row.baseline.value:,.2f}" if row.baseline else "-"
        ratio = f"{row.ratio:,.2f}" if row.ratio is not None else "-"
        met = "-" if row.met is None else ("yes" if row.met else "no")
        goal = "-" if row.goal is None else f"{row.goal:,.2f}"
        shown.add_row(row.name, f"{row.value:,.2f}", row.unit, baseline, ratio, goal, met)
    return shown


if __name__ == "__main__":
    sys.exit(main())
