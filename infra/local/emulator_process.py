"""Starts and stops the emulator's process."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from local.emulator_layout import EmulatorLayout
from local.emulator_record import MODULE
from local.settings import LocalSettings

# Its state is written when it stops; a large one takes a while.
STOP_TIMEOUT_SECONDS = 30.0
# What a function's process has left after its emulator went.
LEFTOVER_TIMEOUT_SECONDS = 2.0
# The kernel needs a moment to clear away what was killed.
KILL_TIMEOUT_SECONDS = 5.0


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
    # Through a shell, which changes the directory and then becomes the emulator. (A Popen would
    # have to be waited for; this process outlives us.)
    command = [
        *("/bin/sh", "-c", 'cd -- "$1" && shift && exec "$@"', "sh"),
        *(str(layout.temporary), str(python), "-I", "-m", MODULE),
    ]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        command[0],
        command,
        _environment(layout, port=port, settings=settings, keeps_state=keeps_state),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(layout.log), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            *((os.POSIX_SPAWN_CLOSE, descriptor) for descriptor in _inherited_descriptors()),
        ],
        setsid=True,
        setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ),
    )
    return psutil.Process(pid)


def _inherited_descriptors() -> list[int]:
    # A caller that waits for the end of one of its pipes would wait for the emulator.
    return [
        descriptor
        for descriptor in map(int, os.listdir("/dev/fd"))
        if descriptor > 2 and _is_inheritable(descriptor)
    ]


def _is_inheritable(descriptor: int) -> bool:
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        # The one that the listing itself was read from.
        return False


def stop(process: psutil.Process, *, timeout_seconds: float = STOP_TIMEOUT_SECONDS) -> bool:
    """End the emulator and what its functions left running; says whether it could save its state.

    Asked politely it writes its state and leaves the busy functions to themselves: they would
    do their work a second time beside the next emulator's, so they are ended too.
    """
    functions = _descendants(process)
    has_saved = _end([process], timeout_seconds=timeout_seconds)
    _end(functions, timeout_seconds=LEFTOVER_TIMEOUT_SECONDS)
    return has_saved


def kill(process: psutil.Process) -> None:
    """End the emulator and its functions at once; what it holds is lost."""
    _end([*_descendants(process), process], timeout_seconds=0)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def _end(processes: list[psutil.Process], *, timeout_seconds: float) -> bool:
    """Ask all to end, then make them; says whether asking was enough."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=timeout_seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=KILL_TIMEOUT_SECONDS)
    return not alive


def _prepare(layout: EmulatorLayout) -> None:
    shutil.rmtree(layout.temporary, ignore_errors=True)
    for directory in (layout.temporary, layout.home, layout.state, layout.objects):
        directory.mkdir(parents=True, exist_ok=True)
    if layout.log.exists():
        layout.log.replace(layout.previous_log)


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
        "PERSIST_STATE": flag,
        "STATE_DIR": str(layout.state),
        # Without this the buckets come back and their objects do not.
        "S3_PERSIST": flag,
        "S3_DATA_DIR": str(layout.objects),
    }
