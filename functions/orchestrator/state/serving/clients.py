"""Which process is at the other end of a connection, so that its death can be proven.

A server on a laptop outlives its clients. If it stood as the holder of their updates, the update
of a killed CLI would block its stack until the lease ends.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

import psutil

from orchestrator.state.holders import started_at_of, this_process
from orchestrator.state.records import Holder

Address = tuple[str, int]


class Clients(Protocol):
    """Knows whose call it is."""

    def holder(self) -> Holder:
        """The process whose call the present thread carries out; an empty Holder if unknown."""
        ...


class ConnectedClients:
    """Finds the process that has the other end of this thread's connection."""

    def __init__(self) -> None:
        self._here = threading.local()

    @contextmanager
    def connection(self, client: Address, server: Address) -> Iterator[None]:
        """In the block, this thread serves that connection."""
        self._here.ends = (client, server)
        try:
            yield
        finally:
            del self._here.ends

    def holder(self) -> Holder:
        ends = getattr(self._here, "ends", None)
        pid = process_between(*ends) if ends else None
        started_at = started_at_of(pid) if pid else None
        if not pid or not started_at:
            # Of another user, or gone already: the lease alone decides.
            return Holder()
        return replace(this_process(), pid=pid, process_started_at=started_at)


def process_between(near: Address, far: Address) -> int | None:
    """The process of this machine with a connection from `near` to `far`; None if none is seen."""
    # Process by process: all connections at once is a question that macOS answers to root only.
    # The latest first: a client has most likely just been started.
    for pid in reversed(psutil.pids()):
        try:
            connections = psutil.Process(pid).net_connections(kind="tcp4")
        except psutil.Error:
            continue
        if any(tuple(c.laddr) == near and tuple(c.raddr) == far for c in connections):
            return pid
    return None
