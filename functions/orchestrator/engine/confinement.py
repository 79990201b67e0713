"""Closes a worker to what it runs, and ends what a run leaves behind.

Engine, plugins and programs run as the worker's own user. For a process that does nothing but
work: everything below it, the program host aside, is taken for a leftover.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from hoist.clock import Clock

if TYPE_CHECKING:
    import psutil

# From <linux/prctl.h>; Python has no names for them.
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36

# What survives SIGKILL this long hangs in the kernel.
KILL_PATIENCE_SECONDS = 5.0
RESCAN_SECONDS = 0.01


def confine_this_process() -> None:
    """Let no process of the same user look into this one, and get its descendants' orphans.

    Without it, /proc shows the function's environment and memory to every program, and a daemon
    whose supervisor was killed belongs to nobody. Does nothing outside Linux.
    """
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None)
    # It is not passed on: exec resets it, and children may be debugged as before.
    system.prctl(PR_SET_DUMPABLE, ctypes.c_ulong(0), 0, 0, 0)
    system.prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1), 0, 0, 0)


def end_descendants_but(kept_pid: int, *, clock: Clock) -> int:
    """Kill every process below this one but that one; how many could not be ended."""
    give_up_at = clock.monotonic() + KILL_PATIENCE_SECONDS
    while (left := _descendants_but(kept_pid)) and clock.monotonic() < give_up_at:
        _kill_and_collect(left)
        clock.sleep(RESCAN_SECONDS)
    return len(left)


def _descendants_but(kept_pid: int) -> "list[psutil.Process]":
    import psutil  # slow to import, and the message comes first

    # Entries that nobody has collected are among them: ours to collect, as the adopter.
    found = psutil.Process().children(recursive=True)
    return [process for process in found if process.pid != kept_pid]


def _kill_and_collect(processes: "Sequence[psutil.Process]") -> None:
    import psutil

    for process in processes:
        with suppress(psutil.Error):
            process.kill()
        # One of somebody else's children is theirs to collect, and is gone with them.
        with suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)
