"""A worker that is closed to what it runs, and rid of what that leaves; each in its own process."""

import json
import subprocess
import sys
from typing import Any

import pytest

from engine_children import DAEMONISES, is_running

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="other kernels have none of these options"),
]

# 3 is PR_GET_DUMPABLE.
TELLS_WHETHER_OPEN = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)"

TELLS_WHO_IS_OPEN = """
import subprocess, sys
from orchestrator.engine.confinement import confine_this_process

confine_this_process()
exec(sys.argv[1])
subprocess.run([sys.executable, "-c", sys.argv[1]])
"""

ENDS_ALL_BUT_ONE = """
import json, subprocess, sys
import psutil
from datetime import UTC, datetime
from hoist.clock import FixedClock, SystemClock
from orchestrator.engine.confinement import confine_this_process, end_descendants_but

confine_this_process()
kept = subprocess.Popen(["sleep", "600"])
child = subprocess.Popen(["sleep", "600"])
daemon = int(subprocess.check_output([sys.executable, "-c", sys.argv[1]]))
adopted = psutil.Process(daemon).ppid() == psutil.Process().pid
left = end_descendants_but(kept.pid, clock=SystemClock())
below = [process.pid for process in psutil.Process().children(recursive=True)]

standing = FixedClock(datetime(2026, 1, 2, tzinfo=UTC))
end_descendants_but(kept.pid, clock=standing)
kept.kill()
facts = dict(adopted=adopted, left=left, below=below, kept=kept.pid, gone=[child.pid, daemon])
print(json.dumps(dict(facts, waited=standing.monotonic())))
"""


def said_by(source: str, argument: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source, argument],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_worker_is_closed_and_its_children_are_not() -> None:
    """The kernel forgets with `exec`: what the worker starts must close itself, if it wants to."""
    assert said_by(TELLS_WHO_IS_OPEN, TELLS_WHETHER_OPEN).split() == ["0", "1"]


def test_all_descendants_end_but_the_one_to_keep() -> None:
    """Children and adopted daemons are gone and collected; where there is nothing, nobody waits."""
    facts: dict[str, Any] = json.loads(said_by(ENDS_ALL_BUT_ONE, DAEMONISES))

    assert facts["adopted"]
    assert facts["left"] == 0
    assert facts["below"] == [facts["kept"]]
    assert not any(is_running(pid) for pid in facts["gone"])
    assert facts["waited"] == 0
