"""How the local AWS is now, and where."""

from dataclasses import dataclass
from enum import Enum

from local.emulator_health import HOST, answers
from local.emulator_layout import EmulatorLayout
from local.emulator_record import EmulatorRecord, find_process, read_record
from local.errors import EmulatorNotAnsweringError, EmulatorNotRunningError
from local.settings import LocalSettings


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """An emulator that answered."""

    endpoint_url: str
    port: int
    pid: int

    @classmethod
    def of(cls, record: EmulatorRecord) -> "RunningEmulator":
        return cls(f"http://{HOST}:{record.port}", record.port, record.pid)


class EmulatorState(Enum):
    """How the local AWS is."""

    RUNNING = "running"
    NOT_ANSWERING = "not_answering"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EmulatorStatus:
    """How the local AWS is; where it is, unless it is stopped."""

    state: EmulatorState
    process: RunningEmulator | None


def emulator_status(settings: LocalSettings) -> EmulatorStatus:
    """How the local AWS of these settings is now."""
    record = read_record(EmulatorLayout(settings.directory).record)
    if record is None or find_process(record) is None:
        return EmulatorStatus(EmulatorState.STOPPED, None)
    is_well = answers(record.port)
    state = EmulatorState.RUNNING if is_well else EmulatorState.NOT_ANSWERING
    return EmulatorStatus(state, RunningEmulator.of(record))


def running_emulator(settings: LocalSettings) -> RunningEmulator:
    """The local AWS that is up; raises EmulatorNotRunningError or EmulatorNotAnsweringError."""
    status = emulator_status(settings)
    if status.process is None:
        raise EmulatorNotRunningError
    if status.state is EmulatorState.NOT_ANSWERING:
        raise EmulatorNotAnsweringError(status.process.pid, status.process.port)
    return status.process
