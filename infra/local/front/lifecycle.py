"""The front's process, up and down, beside the emulator.

At most one runs per local directory. Going up when it is up, or down when it is down, changes
nothing.
"""

from hoist.clock import Clock
from local.background_process import end_processes
from local.emulator_bootstrap import ENVIRONMENT
from local.emulator_health import has_ended, last_lines
from local.emulator_status import RunningEmulator
from local.errors import OtherPortError
from local.file_lock import exclusive_lock
from local.front.errors import FrontNotAnsweringError, FrontNotStartedError
from local.front.health import await_answer
from local.front.layout import FrontLayout
from local.front.local_credentials import ensure_local_key
from local.front.port import SETTING, choose_port
from local.front.process import serves, spawn
from local.front.running import RunningFront, recorded_front
from local.process_record import ProcessRecord, write_record
from local.progress import Progress
from local.settings import LocalSettings

API_FUNCTION = f"hoist-{ENVIRONMENT}-orchestrator-api"
HEALTH_FUNCTION = f"hoist-{ENVIRONMENT}-health"
FUNCTIONS = (API_FUNCTION, HEALTH_FUNCTION)

_START_TIMEOUT_SECONDS = 30.0
_ANSWER_TIMEOUT_SECONDS = 10.0
_STOP_TIMEOUT_SECONDS = 5.0
_WAITING = "Another process is starting or stopping Hoist's local API; waiting for it"


def start_front(
    settings: LocalSettings, emulator: RunningEmulator, *, clock: Clock, progress: Progress
) -> RunningFront:
    """Start the front and wait until it answers; one that runs already is left as it is.

    The key pair by which its owner signs in is made if there is none. Raises PortInUseError,
    OtherPortError, FrontNotStartedError, FrontNotAnsweringError and LocalKeyError.
    """
    layout = FrontLayout(settings.directory)
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        ensure_local_key(layout.key)
        running = _already_running(settings, emulator, clock)
        if running is not None:
            return running
        port = choose_port(layout, settings.front_port)
        with progress.task(f"Starting Hoist's local API on port {port}"):
            started = _launch(layout, settings, emulator, port=port, clock=clock)
        layout.port.write_text(str(port))
        return started


def stop_front(settings: LocalSettings, *, progress: Progress) -> bool:
    """Stop the front; False if it was not running."""
    layout = FrontLayout(settings.directory)
    if not settings.directory.exists():
        return False
    with exclusive_lock(layout.lock, waiting=_WAITING, progress=progress):
        found = recorded_front(settings.directory)
        if found is not None:
            end_processes([found[1]], timeout_seconds=_STOP_TIMEOUT_SECONDS)
        layout.record.unlink(missing_ok=True)
    return found is not None


def _already_running(
    settings: LocalSettings, emulator: RunningEmulator, clock: Clock
) -> RunningFront | None:
    found = recorded_front(settings.directory)
    if found is None:
        return None
    running, process = found
    if not serves(process, FrontLayout(settings.directory), emulator.endpoint_url, FUNCTIONS):
        # The emulator has moved to another port since, or it is an older version's front.
        end_processes([process], timeout_seconds=_STOP_TIMEOUT_SECONDS)
        return None
    if settings.front_port not in (None, running.port):
        raise OtherPortError(
            running=running.port,
            wanted=settings.front_port,
            what="Hoist's local API",
            setting=SETTING,
        )
    if not await_answer(
        running.port, process, clock=clock, timeout_seconds=_ANSWER_TIMEOUT_SECONDS
    ):
        raise FrontNotAnsweringError(running.pid, running.port)
    return running


def _launch(
    layout: FrontLayout,
    settings: LocalSettings,
    emulator: RunningEmulator,
    *,
    port: int,
    clock: Clock,
) -> RunningFront:
    process = spawn(
        layout,
        settings,
        port=port,
        endpoint_url=emulator.endpoint_url,
        functions=FUNCTIONS,
    )
    # Before anything else: whoever is killed here leaves a note of what he started.
    record = ProcessRecord(process.pid, process.create_time(), port)
    write_record(layout.record, record)
    if not await_answer(port, process, clock=clock, timeout_seconds=_START_TIMEOUT_SECONDS):
        problem = "ended at its start" if has_ended(process) else "did not answer in time"
        end_processes([process], timeout_seconds=0)
        layout.record.unlink(missing_ok=True)
        raise FrontNotStartedError(problem, log=layout.log, last_lines=last_lines(layout.log))
    return RunningFront.of(record)
