"""Whether the front answers."""

import http.client

import psutil

from hoist.clock import Clock
from local.emulator_health import HOST, has_ended
from local.front.gateway import HEALTH_PATH

_ANSWER_TIMEOUT_SECONDS = 2
_POLL_SECONDS = 0.02


def answers(port: int) -> bool:
    """Whether a front on this port says that it is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_TIMEOUT_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def await_answer(
    port: int, process: psutil.Process, *, clock: Clock, timeout_seconds: float
) -> bool:
    """Wait until the front answers; False if it ends first or the time runs out."""
    ends_at = clock.monotonic() + timeout_seconds
    while not answers(port):
        if clock.monotonic() > ends_at or has_ended(process):
            return False
        clock.sleep(_POLL_SECONDS)
    return True
