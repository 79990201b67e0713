"""Starts and stops the emulator's process."""

import shutil
from pathlib import Path

import psutil

from local.background_process import (
    descendants,
    end_processes,
    keep_last_log,
    spawn_in_background,
)
from local.emulator_layout import EmulatorLayout
from local.emulator_record import MODULE
from local.settings import LocalSettings

# Its state is written when it stops; a large one takes a while.
STOP_TIMEOUT_SECONDS = 30.0
# What a function's process has left after its emulator went.
LEFTOVER_TIMEOUT_SECONDS = 2.0


def spawn(
    python: Path,
    layout: EmulatorLayout,
    *,
    port: int,
    settings: LocalSettings,
    keeps_state: bool,
) -> psutil.Process:
    """Start the emulator in a session of its own, its output going to the log."""
    _prepare(layout)
    return spawn_in_background(
        [str(python), "-I", "-m", MODULE],
        directory=layout.temporary,
        environment=_environment(layout, port=port, settings=settings, keeps_state=keeps_state),
        log=layout.log,
    )


def stop(process: psutil.Process, *, timeout_seconds: float = STOP_TIMEOUT_SECONDS) -> bool:
    """End the emulator and what its functions left running; says whether it could save its state.

    Asked politely it writes its state and leaves the busy functions to themselves: they would
    do their work a second time beside the next emulator's, so they are ended too.
    """
    functions = descendants(process)
    has_saved = end_processes([process], timeout_seconds=timeout_seconds)
    end_processes(functions, timeout_seconds=LEFTOVER_TIMEOUT_SECONDS)
    return has_saved


def kill(process: psutil.Process) -> None:
    """End the emulator and its functions at once; what it holds is lost."""
    end_processes([*descendants(process), process], timeout_seconds=0)


def _prepare(layout: EmulatorLayout) -> None:
    shutil.rmtree(layout.temporary, ignore_errors=True)
    for directory in (layout.temporary, layout.home, layout.state, layout.objects):
        directory.mkdir(parents=True, exist_ok=True)
    keep_last_log(layout.log, layout.previous_log)


def _environment(
    layout: EmulatorLayout, *, port: int, settings: LocalSettings, keeps_state: bool
) -> dict[str, str]:
    # Functions inherit all of this, so nothing of the caller's environment but PATH is in it.
    flag = "1" if keeps_state else "0"
    return {
        "PATH": settings.search_path,
        "HOME": str(layout.home),
        "TMPDIR": str(layout.temporary),
        "LANG": "C.UTF-8",
        # Two different things: where it listens (its default is every interface), and the name
        # that it writes into addresses.
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "MINISTACK_REGION": settings.region,
        "MINISTACK_ACCOUNT_ID": settings.account,
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        # Functions would take that for their own.
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "PERSIST_STATE": flag,
        "STATE_DIR": str(layout.state),
        # Without this the buckets come back and their objects do not.
        "S3_PERSIST": flag,
        "S3_DATA_DIR": str(layout.objects),
    }
