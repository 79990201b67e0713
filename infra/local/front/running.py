"""The front that runs, for whoever wants to call Hoist's API on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from local.emulator_health import HOST
from local.front.errors import FrontNotRunningError
from local.front.layout import MODULE, FrontLayout
from local.process_record import ProcessRecord, find_process_of, read_record
from local.settings import LocalSettings


@dataclass(frozen=True, slots=True)
class RunningFront:
    """A front whose process is there."""

    url: str
    port: int
    pid: int

    @classmethod
    def of(cls, record: ProcessRecord) -> "RunningFront":
        return cls(f"http://{HOST}:{record.port}", record.port, record.pid)


def front_url(environ: Mapping[str, str]) -> str:
    """Where the front of this environment's installation is; raises FrontNotRunningError."""
    found = recorded_front(LocalSettings.from_environment(environ).directory)
    if found is None:
        raise FrontNotRunningError
    return found[0].url


def recorded_front(directory: Path) -> tuple[RunningFront, psutil.Process] | None:
    """The front of a local directory and its process, if it is there."""
    record = read_record(FrontLayout(directory).record)
    process = None if record is None else find_process_of(record, module=MODULE)
    if record is None or process is None:
        return None
    return RunningFront.of(record), process
