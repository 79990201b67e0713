"""Whether the emulator answers, whether its port is free, and what its log said last."""

import http.client
import socket
from collections import deque
from pathlib import Path

import psutil

from hoist.clock import Clock

HOST = "127.0.0.1"
HEALTH_PATH = "/_ministack/health"
_ANSWER_TIMEOUT_SECONDS = 2
_POLL_SECONDS = 0.02
_LAST_LINES = 15


def answers(port: int, path: str = HEALTH_PATH) -> bool:
    """Whether what listens on this port says at `path` that it is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def await_answer(
    port: int,
    process: psutil.Process,
    *,
    clock: Clock,
    timeout_seconds: float,
    path: str = HEALTH_PATH,
) -> bool:
    """Wait until the process answers; False if it ends first or the time runs out."""
    ends_at = clock.monotonic() + timeout_seconds
    while not answers(port, path):
        if clock.monotonic() > ends_at or has_ended(process):
            return False
        clock.sleep(_POLL_SECONDS)
    return True


def has_ended(process: psutil.Process) -> bool:
    """Whether the process is gone, or only its exit status is left."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        # As the emulator does; without it a port that was just let go counts as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def last_lines(log: Path) -> tuple[str, ...]:
    """The end of the log; nothing if there is none."""
    if not log.exists():
        return ()
    with log.open(errors="replace") as lines:
        return tuple(line.rstrip() for line in deque(lines, maxlen=_LAST_LINES))
