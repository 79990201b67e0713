"""The process from which programs are forked. Started as a script: `zygote.py <import path>...`.

It holds nothing but imported modules: no credentials, no program, no config (a program gets its
own over a socket of its own) and no gRPC channel (gRPC must not be forked once it is in use).
Its standard input is a socket to the worker:

    -> {"loaded": [...]}        ready; the modules that it has imported
    <- f, with two descriptors  fork a program: its control socket, its output
    <- k                        kill that program
    -> {"started": PID}         it has a session of its own, with this number
    -> {"ended": STATUS}        it has ended, and nothing that it started is left

When that socket closes, which the death of the worker does as well, everything here ends.
"""

import ctypes
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

FORK, KILL = b"f", b"k"

# What survives SIGKILL this long hangs in the kernel.
KILL_PATIENCE_SECONDS = 5.0
RESCAN_SECONDS = 0.01

# From <linux/prctl.h>; Python has no names for them.
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36

RunProgram = Callable[[socket.socket], NoReturn]


def main(import_paths: list[str]) -> None:
    run_program = import_run_program(import_paths)
    # The worker decides about an interrupt; a terminal would send it to us as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    # A program could change, in here, what the programs after it are forked from.
    _prctl(_PR_SET_DUMPABLE, 0)
    zygote = ZygoteLoop(socket.socket(fileno=os.dup(0)), run_program)
    zygote.tell({"loaded": list(_loaded_modules())})
    zygote.serve()
    end_descendants()
    # Nothing to tidy up, and the worker waits: tearing down hundreds of modules takes its time.
    os._exit(0)


def import_run_program(import_paths: list[str]) -> RunProgram:
    """Import the SDK from these paths and our own code from where this file is.

    Our own is forgotten again: a program may have a package `orchestrator` of its own.
    """
    source = str(Path(__file__).resolve().parents[3])
    sys.path.append(source)
    from orchestrator.engine.host.search_path import with_packages

    sys.path[:] = with_packages(sys.path, import_paths)
    # What nearly every program imports first; forks share these pages.
    import psutil  # noqa: F401 - needed below, and to be told of before it is
    import pulumi  # noqa: F401
    import pulumi_aws  # noqa: F401

    from orchestrator.engine.host.program import run_program

    if source not in import_paths:
        sys.path.remove(source)
    for name in [name for name in sys.modules if name.partition(".")[0] == "orchestrator"]:
        del sys.modules[name]
    return run_program


class ZygoteLoop:
    """Does as the worker says and tells what became of it."""

    def __init__(self, requests: socket.socket, run_program: RunProgram) -> None:
        self._requests = requests
        self._run_program = run_program
        self._program_pid = 0
        self._wakeup, self._wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup_writer, False)
        signal.set_wakeup_fd(self._wakeup_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        """Return when the worker is gone."""
        while True:
            ready, _, _ = select.select([self._requests.fileno(), self._wakeup], [], [])
            if self._wakeup in ready:
                os.read(self._wakeup, 512)
                self._collect()
            if self._requests.fileno() in ready and not self._obey():
                return

    def tell(self, message: dict[str, object]) -> None:
        with suppress(OSError):  # the worker is gone, which the next read says as well
            self._requests.sendall(json.dumps(message).encode() + b"\n")

    def _obey(self) -> bool:
        try:
            command, descriptors, _flags, _address = socket.recv_fds(self._requests, 1, 2)
        except ConnectionError:
            return False
        if command == FORK:
            self._fork(*descriptors)
        elif command == KILL and self._program_pid:
            os.kill(self._program_pid, signal.SIGKILL)
        return bool(command)

    def _fork(self, control: int, output: int) -> None:
        zygote_pid = os.getpid()
        self._program_pid = os.fork()
        if self._program_pid == 0:
            try:
                self._leave_behind()
                _become_program(output, zygote_pid)
                self._run_program(socket.socket(fileno=control))
            finally:
                os._exit(1)
        os.close(control)
        os.close(output)
        self.tell({"started": self._program_pid})

    def _leave_behind(self) -> None:
        """In the fork: everything that is the zygote's own business."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._wakeup)
        os.close(self._wakeup_writer)
        self._requests.close()

    def _collect(self) -> None:
        for pid, wait_status in _ended_children():
            if pid == self._program_pid:
                self._program_pid = 0
                end_descendants()
                self.tell({"ended": wait_status})


def end_descendants() -> None:
    """Kill whatever is below us: daemons come back to us, their nearest sub-reaper."""
    import psutil

    give_up_at = time.monotonic() + KILL_PATIENCE_SECONDS
    while _has_children() and time.monotonic() < give_up_at:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                process.kill()
        select.select([], [], [], RESCAN_SECONDS)


def _has_children() -> bool:
    while True:
        try:
            pid, _wait_status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def _ended_children() -> Iterator[tuple[int, int]]:
    """Those that have ended since we last asked, with their wait status."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _become_program(output: int, zygote_pid: int) -> None:
    """In the fork: own session, own standard streams, dies with the zygote."""
    os.setsid()
    _prctl(_PR_SET_DUMPABLE, 1)  # it may look at itself
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote_pid:
        os._exit(1)  # it died before the kernel knew of our wish
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)


def _loaded_modules() -> Iterator[str]:
    """The outermost modules that came from a file, those of Python itself left out."""
    files = {name for name, module in sys.modules.items() if getattr(module, "__file__", None)}
    for name in sorted(files):
        parents = name.split(".")[:-1]
        outer = {".".join(parents[: depth + 1]) for depth in range(len(parents))}
        if not outer & files and name.partition(".")[0] not in sys.stdlib_module_names:
            yield name


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), 0, 0, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
