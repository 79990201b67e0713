"""Starts and ends processes that outlive the command that started them."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

# The kernel needs a moment to clear away what was killed.
KILL_TIMEOUT_SECONDS = 5.0


def spawn_in_background(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path
) -> psutil.Process:
    """Start a process in a session of its own, its output going to the log.

    It has no other environment than this one, and holds none of the caller's files.
    """
    # Through a shell, which changes the directory and then becomes the command. (A Popen would
    # have to be waited for; this process outlives us.)
    through_shell = [
        *("/bin/sh", "-c", 'cd -- "$1" && shift && exec "$@"', "sh"),
        *(str(directory), *command),
    ]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    pid = os.posix_spawn(
        through_shell[0],
        through_shell,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            *((os.POSIX_SPAWN_CLOSE, descriptor) for descriptor in _inherited_descriptors()),
        ],
        setsid=True,
        setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ),
    )
    return psutil.Process(pid)


def spawn_module(
    module: str,
    arguments: Sequence[str],
    *,
    search_path: str,
    home: Path,
    log: Path,
    previous_log: Path,
) -> psutil.Process:
    """Start a module of ours in a session of its own, its HOME a folder that nothing else uses.

    Its output is the log; the one before is kept.
    """
    home.mkdir(parents=True, exist_ok=True)
    keep_last_log(log, previous_log)
    # Nothing of the caller's environment but PATH: no AWS profile, no proxy, no token.
    environment = {"PATH": search_path, "HOME": str(home), "LANG": "C.UTF-8"}
    command = [sys.executable, "-I", "-m", module, *arguments]
    return spawn_in_background(command, directory=home, environment=environment, log=log)


def keep_last_log(log: Path, previous: Path) -> None:
    """Make room for a new log, and keep the one before."""
    if log.exists():
        log.replace(previous)


def descendants(process: psutil.Process) -> list[psutil.Process]:
    """What the process has started and left running."""
    with suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def end_processes(processes: Sequence[psutil.Process], *, timeout_seconds: float) -> bool:
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


def _inherited_descriptors() -> list[int]:
    # A caller that waits for the end of one of its pipes would wait for this process.
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
