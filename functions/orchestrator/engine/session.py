"""Ends the processes of a session whose own supervisor could not."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

SWEEPS = 5
SWEEP_PATIENCE_SECONDS = 1.0


def kill_session(session_id: int) -> int:
    """Kill all in the session but its leader; how many are still there in the end.

    Who has left the session is not found.
    """
    members = _members(session_id)
    for _ in range(SWEEPS):
        if not members:
            break
        _kill_and_await(members)
        members = _members(session_id)
    return len(members)


def _members(session_id: int) -> "list[psutil.Process]":
    import psutil  # slow to import, and hardly ever needed

    return [
        process
        for process in psutil.process_iter(["status"])
        if process.pid != session_id
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and _session_of(process.pid) == session_id
    ]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _kill_and_await(members: "list[psutil.Process]") -> None:
    import psutil

    for process in members:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(members, timeout=SWEEP_PATIENCE_SECONDS)
