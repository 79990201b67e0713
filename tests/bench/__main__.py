"""`make bench`: measure, print the table, write build/bench.json."""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import creates, noop
from bench.pairs import Row
from bench.place import Place
from deployments import Workshop, fresh_installation
from hoist.clock import SystemClock
from orchestrator.engine.host.zygotes import Zygote

RESULT = Path("build") / "bench.json"
# Wide enough for the longest name, on a terminal and in a log.
TABLE_WIDTH = 130
SUITES = {"noop": noop.rows, "creates": creates.rows}


def main(chosen: Sequence[str]) -> None:
    """Run the chosen suites, or all. A goal that is not reached is a result, not a failure."""
    console = Console(stderr=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="hoist-bench-") as name:
        directory = Path(name)
        with fresh_installation(directory) as installation, installation.runner() as runner:
            zygote = Zygote()
            workshop = Workshop(installation, runner)
            place = Place(installation, workshop, zygote, directory, SystemClock())
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
            "yes" if row.reached else "no",
        )
    return table


if __name__ == "__main__":
    main(sys.argv[1:])
