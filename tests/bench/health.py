"""What observing a function costs it: time, and memory that is kept."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pairs import Figure, Goal, Row, compare_figures
from bench.place import Place
from health_samplers import lambda_environment

SCRIPT = Path(__file__).with_name("health_side.py")
SUPPORT = SCRIPT.parent.parent / "support"
PAIRS = 15
ALLOWED_MEBIBYTES = 1.0


def rows(_: Place) -> list[Row]:
    """All in one process, whose children are none: as on Lambda, where health has its own."""
    with _side() as side:
        return [
            compare_figures(
                "a runtime sample / one `psutil.Process().memory_info()`",
                ours=side.figure("sample"),
                theirs=side.figure("psutil"),
                goal=Goal(20, is_speed_up=False),
                unit="us",
                pairs=PAIRS,
            ),
            compare_figures(
                "an observed handler of 10 ms / the same handler",
                ours=side.figure("observed"),
                theirs=side.figure("bare"),
                goal=Goal(1.1, is_speed_up=False),
                unit="ms",
                pairs=PAIRS,
            ),
            compare_figures(
                "memory kept after 10,000 samples / what may be kept",
                ours=side.figure("kept"),
                theirs=lambda: ALLOWED_MEBIBYTES,
                goal=Goal(1, is_speed_up=False),
                unit="MiB",
            ),
        ]


class _Side:
    """The process that is measured."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def figure(self, name: str) -> Figure:
        """What it answers each time it is asked."""
        return lambda: self._ask(name)

    def _ask(self, name: str) -> float:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextmanager
def _side() -> Iterator[_Side]:
    with subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        env={"PYTHONPATH": str(SUPPORT), **lambda_environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield _Side(process)
        process.communicate()
