"""Runs programs in forks of a zygote: one after the other, nothing of one left for the next."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from orchestrator.engine.host.errors import ProgramHostError
from orchestrator.engine.host.frames import receive_frame, send_frame
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygote_process import ZygoteProcess
from orchestrator.engine.output import OutputSink
from orchestrator.engine.pump import Pump

__all__ = ["ProgramRequest", "Zygote"]

# A program that is told to end has nothing to save: its resources are the engine's affair.
END_PATIENCE_SECONDS = 2.0
# The zygote kills what a program left; after that only a process that escaped it holds the pipe.
KILL_PATIENCE_SECONDS = 10.0
DRAIN_PATIENCE_SECONDS = 2.0


class Zygote:
    """Keeps a process with the Pulumi SDK imported, and replaces it when it dies."""

    def __init__(self, import_paths: Sequence[str] | None = None) -> None:
        """Start it; returns at once, the imports go on in the background."""
        self._import_paths = list(sys.path if import_paths is None else import_paths)
        self._process = ZygoteProcess(self._import_paths)
        self._mutex = threading.Lock()

    @property
    def pid(self) -> int:
        """Of the process that is kept at present."""
        return self._process.pid

    def run(
        self,
        request: ProgramRequest,
        run_request: bytes,
        *,
        on_start: Callable[[socket.socket], None],
        output: OutputSink,
    ) -> bytes:
        """Run a program to its end and return the bytes of its RunResponse.

        `on_start` gets the control socket: shutting it down ends the program. When this returns,
        no process of the program is left and `output` has all that it wrote. Raises
        ProgramHostError if there is no answer, since a process died.
        """
        with self._mutex, self._process_for(request) as process:
            return _run_in(process, request, run_request, on_start=on_start, output=output)

    def close(self) -> None:
        """End the zygote and whatever was forked from it."""
        self._process.close()

    @contextmanager
    def _process_for(self, request: ProgramRequest) -> Iterator[ZygoteProcess]:
        if not self._process.is_alive:
            self._process.close()
            self._process = ZygoteProcess(self._import_paths)
        if not request.replaces_any(self._process.loaded_modules()):
            yield self._process
            return
        # The program brings another version of what is already imported. No module can be imported
        # twice into one process for sure (those in C cannot): it gets a zygote of its own.
        paths = [str(path) for path in request.import_paths] + self._import_paths
        own = ZygoteProcess(paths)
        try:
            own.loaded_modules()
            yield own
        finally:
            own.close()


def _run_in(
    process: ZygoteProcess,
    request: ProgramRequest,
    run_request: bytes,
    *,
    on_start: Callable[[socket.socket], None],
    output: OutputSink,
) -> bytes:
    ours, theirs = socket.socketpair()
    read_end, write_end = os.pipe()
    pump = Pump({read_end: output})
    pump.start()
    try:
        with ours:
            with theirs, os.fdopen(write_end, "wb") as writer:
                process.fork(control=theirs, output=writer.fileno())
            on_start(ours)
            answer = _ask(ours, request, run_request)
        # Our end is closed: a program that goes on ends now.
        wait_status = _await_end(process, is_answered=answer is not None)
    finally:
        pump.finish(DRAIN_PATIENCE_SECONDS)
    if answer is None:
        raise _unanswered(wait_status)
    return answer


def _ask(control: socket.socket, request: ProgramRequest, run_request: bytes) -> bytes | None:
    # A program that is gone before it has read everything has not answered either.
    with suppress(OSError):
        send_frame(control, request.as_json())
        send_frame(control, run_request)
    return receive_frame(control)


def _await_end(process: ZygoteProcess, *, is_answered: bool) -> int | None:
    try:
        wait_status = process.await_end(END_PATIENCE_SECONDS)
        if wait_status is None:
            process.kill_program()
            wait_status = process.await_end(KILL_PATIENCE_SECONDS)
    except ProgramHostError:
        # A host that died after the answer takes nothing back.
        if is_answered:
            return None
        raise
    if wait_status is None:
        process.kill()
    return wait_status


def _unanswered(wait_status: int | None) -> ProgramHostError:
    code = None if wait_status is None else os.waitstatus_to_exitcode(wait_status)
    if code is not None and code < 0:
        return ProgramHostError(
            f"the program's process was killed by {signal.Signals(-code).name}",
            way_out="If the program did not do so itself, it may have used up the memory.",
        )
    return ProgramHostError(
        f"the program's process ended with exit code {code} before the program was done",
        way_out="End a program with sys.exit(), or by reaching its end, not with os._exit().",
    )
