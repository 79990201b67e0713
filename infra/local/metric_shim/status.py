"""How the shim is now."""

from dataclasses import dataclass
from enum import Enum

from local.metric_shim.running import recorded_shim
from local.settings import LocalSettings


class ShimState(Enum):
    """How the shim is."""

    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ShimStatus:
    """How the shim is; its process, unless it is stopped."""

    state: ShimState
    pid: int | None


def shim_status(settings: LocalSettings) -> ShimStatus:
    """How the shim of these settings is now."""
    process = recorded_shim(settings.directory)
    if process is None:
        return ShimStatus(ShimState.STOPPED, None)
    return ShimStatus(ShimState.RUNNING, process.pid)
