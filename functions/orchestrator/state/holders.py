"""Tells whether the process that holds an update is provably gone."""

import os
import socket
from pathlib import Path
from typing import Protocol

import psutil

from orchestrator.state.records import Holder

# In /proc/<pid>/stat, counted from the state, which comes after the name in parentheses.
_STATE_POSITION = 0
_START_TICKS_POSITION = 19
_ENDED_STATES = frozenset({"Z", "X"})


class Holders(Protocol):
    """Knows who is alive."""

    def is_gone(self, holder: Holder) -> bool:
        """True only if it is proven; False means that nobody knows."""
        ...


class ProcessHolders:
    """Proves it for processes of this machine. On others the lease alone decides."""

    def is_gone(self, holder: Holder) -> bool:
        if not holder.pid or not holder.machine or holder.machine != _machine():
            return False
        if not psutil.pid_exists(holder.pid):
            return True
        started_at = started_at_of(holder.pid)
        return started_at is not None and started_at != holder.process_started_at


class UnknownHolders:
    """Proves nothing: on Lambda, machines restored from one snapshot may share their boot's id."""

    def is_gone(self, holder: Holder) -> bool:
        return False


def this_process() -> Holder:
    """The holder that this very process is."""
    return Holder(socket.gethostname(), _machine(), os.getpid(), started_at_of(os.getpid()) or "")


def _machine() -> str:
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    if not boot_id.exists():
        return f"{socket.gethostname()}/{psutil.boot_time():.0f}"
    return f"{boot_id.read_text().strip()}/{os.readlink('/proc/self/ns/pid')}"


def started_at_of(pid: int) -> str | None:
    """When the process started, in whatever unit stays the same: "" if it has ended and was not
    waited for yet, None if it cannot be looked at."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return _started_at_by_psutil(pid)
    # Ticks since the boot: a time of day would move with the machine's clock, and the living
    # would look dead.
    return "" if fields[_STATE_POSITION] in _ENDED_STATES else fields[_START_TICKS_POSITION]


def _started_at_by_psutil(pid: int) -> str | None:
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return None
