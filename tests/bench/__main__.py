"""`make bench`: measure, print the table, write build/bench.json."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import creates, doors, health, imports, noop, worker
from bench.pairs import Row
from bench.place import Place
from hoist.clock import SystemClock
from orchestrator.engine.host.zygotes import Zygote
from running_hoist import running_hoist

RESULT = Path("build") / "bench.json"
# Wide enough for the longest name, on a terminal and in a log.
TABLE_WIDTH = 150
_ANSWERS = {True: "yes", False: "no", None: "-"}
SUITES = {
    "noop": noop.rows,
    "worker": worker.rows,
    "doors": doors.rows,
    "imports": imports.rows,
    "creates": creates.rows,
    "health": health.rows,
}


def main(chosen: Sequence[str]) -> None:
    """Run the chosen suites, or all. A goal that is not reached is a result, not a failure."""
    console = Console(stderr=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="hoist-bench-") as name:
        directory = Path(name)
        with running_hoist(directory) as hoist:
            zygote = Zygote()
            place = Place(hoist, zygote, directory, SystemClock())
            for suite in chosen or SUITES:
                console.print(f"measuring {suite} …")
                rows += SUITES[suite](place)
            zygote.close()
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([row.as_document() for row in rows], indent=2) + "\n")
    Console(width=TABLE_WIDTH).print(_table(rows))


def _table(rows: Sequence[Row]) -> Table:
    table = Table("work", "ours", "theirs", "ratio", "interval", "goal", "reached")
    for row in rows:
        table.add_row(
            row.name,
            f"{row.ours:.3f} {row.unit}",
            f"{row.theirs:.3f} {row.unit}",
            f"{row.ratio:.2f}",
            f"{row.low:.2f} - {row.high:.2f}",
            row.goal,
            _ANSWERS[row.reached],
        )
    return table


if __name__ == "__main__":
    main(sys.argv[1:])
