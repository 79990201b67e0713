"""Whether the front answers."""

import psutil

from hoist.clock import Clock
from local import emulator_health
from local.front.gateway import HEALTH_PATH


def answers(port: int) -> bool:
    """Whether a front on this port says that it is well."""
    return emulator_health.answers(port, HEALTH_PATH)


def await_answer(
    port: int, process: psutil.Process, *, clock: Clock, timeout_seconds: float
) -> bool:
    """Wait until the front answers; False if it ends first or the time runs out."""
    return emulator_health.await_answer(
        port, process, clock=clock, timeout_seconds=timeout_seconds, path=HEALTH_PATH
    )
