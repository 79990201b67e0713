"""Launches an emulator and waits for its first answer; the temporary ones of the tests are here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hoist.clock import Clock
from local.emulator_health import await_answer, free_port, has_ended, last_lines
from local.emulator_install import install_emulator
from local.emulator_layout import EmulatorLayout
from local.emulator_process import kill, spawn
from local.emulator_record import EmulatorRecord, recorded_process, write_record
from local.emulator_status import RunningEmulator
from local.errors import EmulatorNotStartedError
from local.progress import Progress
from local.settings import LocalSettings

# 0.8 s on an idle machine; a busy one with much state to load takes several times that.
START_TIMEOUT_SECONDS = 60.0


def launch(
    python: Path,
    layout: EmulatorLayout,
    *,
    port: int,
    settings: LocalSettings,
    keeps_state: bool,
    clock: Clock,
) -> RunningEmulator:
    """Start an emulator and wait until it answers; raises EmulatorNotStartedError."""
    process = spawn(python, layout, port=port, settings=settings, keeps_state=keeps_state)
    # Before anything else: whoever is killed here leaves a note of what he started.
    record = EmulatorRecord(process.pid, process.create_time(), port)
    write_record(layout.record, record)
    if not await_answer(port, process, clock=clock, timeout_seconds=START_TIMEOUT_SECONDS):
        problem = "ended at its start" if has_ended(process) else "did not answer in time"
        kill(process)
        layout.record.unlink(missing_ok=True)
        raise EmulatorNotStartedError(problem, log=layout.log, last_lines=last_lines(layout.log))
    return RunningEmulator.of(record)


@contextmanager
def temporary_emulator(
    directory: Path, *, settings: LocalSettings, clock: Clock, progress: Progress
) -> Iterator[RunningEmulator]:
    """An emulator on a free port for the block, empty at its start and forgotten at its end.

    `settings` say where the installed emulator is kept; the local directory is not touched.
    """
    layout = EmulatorLayout(directory)
    python = install_emulator(settings, progress=progress)
    port = free_port()
    try:
        yield launch(python, layout, port=port, settings=settings, keeps_state=False, clock=clock)
    finally:
        process = recorded_process(layout.record)
        if process is not None:
            kill(process)
        layout.record.unlink(missing_ok=True)
