"""The local AWS, up and down.

At most one runs per local directory. Going up when it is up, or down when it is down, changes
nothing. What it holds survives going down and up again; a crash loses all but S3's objects.
"""

from hoist.clock import Clock
from local.emulator_health import await_answer, free_port, is_free
from local.emulator_install import install_emulator
from local.emulator_launch import launch
from local.emulator_layout import EmulatorLayout
from local.emulator_process import stop
from local.emulator_record import find_process, read_record, recorded_process
from local.emulator_status import RunningEmulator
from local.errors import EmulatorNotAnsweringError, OtherPortError, PortInUseError
from local.file_lock import exclusive_lock
from local.local_directory import claim_directory
from local.progress import Progress
from local.settings import LocalSettings

_ANSWER_TIMEOUT_SECONDS = 10.0
_WAITING = "Another process is starting or stopping the local AWS; waiting for it"


def start_emulator(settings: LocalSettings, *, clock: Clock, progress: Progress) -> RunningEmulator:
    """Start the local AWS and wait until it answers; one that runs already is left as it is.

    Raises ForeignDirectoryError, PortInUseError, OtherPortError, EmulatorNotInstalledError,
    EmulatorNotStartedError and EmulatorNotAnsweringError.
    """
    claim_directory(settings)
    layout = EmulatorLayout(settings.directory)
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        running = _already_running(layout, settings.port, clock)
        if running is not None:
            progress.say(f"The local AWS is already running at {running.endpoint_url}.")
            return running
        python = install_emulator(settings, progress=progress)
        port = _choose_port(layout, settings.port)
        with progress.task(f"Starting the local AWS on port {port}"):
            started = launch(
                python, layout, port=port, settings=settings, keeps_state=True, clock=clock
            )
        layout.port.write_text(str(port))
        return started


def stop_emulator(settings: LocalSettings, *, progress: Progress) -> bool:
    """Stop the local AWS, its state saved; False if it was not running."""
    layout = EmulatorLayout(settings.directory)
    if not settings.directory.exists():
        return False
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        process = recorded_process(layout.record)
        if process is not None:
            with progress.task("Stopping the local AWS"):
                has_saved = stop(process)
            if not has_saved:
                progress.say("It had to be killed: what changed since its start is lost but in S3.")
        layout.record.unlink(missing_ok=True)
    return process is not None


def _already_running(
    layout: EmulatorLayout, wanted_port: int | None, clock: Clock
) -> RunningEmulator | None:
    record = read_record(layout.record)
    process = None if record is None else find_process(record)
    if record is None or process is None:
        return None
    if wanted_port not in (None, record.port):
        raise OtherPortError(running=record.port, wanted=wanted_port)
    if not await_answer(record.port, process, clock=clock, timeout_seconds=_ANSWER_TIMEOUT_SECONDS):
        raise EmulatorNotAnsweringError(record.pid, record.port)
    return RunningEmulator.of(record)


def _choose_port(layout: EmulatorLayout, wanted: int | None) -> int:
    # The last port is kept even when it is taken: addresses of what was deployed hold it.
    port = wanted or _last_port(layout)
    if port is None:
        return free_port()
    if not is_free(port):
        raise PortInUseError(port)
    return port


def _last_port(layout: EmulatorLayout) -> int | None:
    try:
        return int(layout.port.read_text())
    except (OSError, ValueError):
        return None
