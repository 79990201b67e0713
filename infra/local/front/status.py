"""How the front is now, and where."""

from dataclasses import dataclass
from enum import Enum

from local.front.health import answers
from local.front.running import RunningFront, recorded_front
from local.settings import LocalSettings


class FrontState(Enum):
    """How the front is."""

    RUNNING = "running"
    NOT_ANSWERING = "not_answering"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class FrontStatus:
    """How the front is; where it is, unless it is stopped."""

    state: FrontState
    process: RunningFront | None


def front_status(settings: LocalSettings) -> FrontStatus:
    """How the front of these settings is now."""
    found = recorded_front(settings.directory)
    if found is None:
        return FrontStatus(FrontState.STOPPED, None)
    running, _ = found
    is_well = answers(running.port)
    return FrontStatus(FrontState.RUNNING if is_well else FrontState.NOT_ANSWERING, running)
