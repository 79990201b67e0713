"""Starts a command under the launcher and speaks with it: the system's side of a child."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.engine.deadline import StopStep
from orchestrator.engine.errors import ChildStartError, SupervisorLostError
from orchestrator.engine.session import kill_session

LAUNCHER = Path(__file__).with_name("launcher.py")
# Isolated and without site-packages: it needs neither, and starts in half the time.
INTERPRETER_OPTIONS = ("-I", "-S", "-E")
# Those that arrive before the launcher can handle them wait until it can.
HELD_BACK = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGQUIT})
SIGNAL_OF_STEP = {
    StopStep.INTERRUPT: signal.SIGINT,
    StopStep.KILL: signal.SIGQUIT,
    # The kernel then kills the command, and we the rest of its session.
    StopStep.ABANDON: signal.SIGKILL,
}
REPORT_BYTES = 256


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """What to start. The environment is exactly this one; secrets belong into neither."""

    argv: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    working_directory: Path


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended: by a code or by a signal, and what of it could not be ended."""

    exit_code: int | None
    signal: int | None
    left_behind: int = 0


class SupervisedCommand:
    """A started launcher with its command.

    The thread that starts it must be there until it is over: the kernel reports the end of that
    thread to the launcher as the death of its parent.
    """

    def __init__(self, command: ChildCommand, *, orphan_grace_seconds: float) -> None:
        """Start it; raises ChildStartError where the system refuses."""
        self._program = command.argv[0]
        self._report = b""
        self._lifeline, launchers_end = socket.socketpair()
        self.stdout, stdout_writer = os.pipe()
        self.stderr, stderr_writer = os.pipe()
        try:
            with _signals_held_back():
                self._process = subprocess.Popen(
                    _launcher_arguments(command, orphan_grace_seconds),
                    cwd=command.working_directory,
                    env=dict(command.environment),
                    stdin=launchers_end.fileno(),
                    stdout=stdout_writer,
                    stderr=stderr_writer,
                    start_new_session=True,
                )
        except OSError as error:
            self._lifeline.close()
            os.close(self.stdout)
            os.close(self.stderr)
            raise ChildStartError(self._program, error.strerror or "unknown") from error
        finally:
            launchers_end.close()
            os.close(stdout_writer)
            os.close(stderr_writer)

    def is_over(self, timeout_seconds: float | None) -> bool:
        """Wait that long, or without end, for the launcher's report or its death without one."""
        self._lifeline.settimeout(timeout_seconds)
        try:
            self._report = self._lifeline.recv(REPORT_BYTES)
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def carry_out(self, step: StopStep) -> None:
        """Do the step to the launcher, which does it to the command; nothing if it has ended."""
        self._process.send_signal(SIGNAL_OF_STEP[step])

    def let_go(self) -> None:
        """Make the launcher believe that we are gone, so that it stops by its own patience."""
        self._lifeline.shutdown(socket.SHUT_WR)

    def ending(self) -> Ending:
        """How it ended, once it is over; no process of it is left but those that it counts.

        Raises ChildStartError if there is no such command, SupervisorLostError if the launcher
        failed by itself.
        """
        self._lifeline.close()
        if self._report and sys.platform == "linux":
            self._process.wait()
            return self._reported_ending()
        # A launcher that was killed has left the rest to us, and so does one that had no help from
        # the kernel to find processes that had left their group.
        left_behind = kill_session(self._process.pid)
        code = self._process.wait()
        if self._report:
            return self._reported_ending()
        if code < 0:
            return Ending(None, -code, left_behind)
        raise SupervisorLostError(self._program, code)

    def _reported_ending(self) -> Ending:
        kind, number, left_behind = self._report.decode().split()
        if kind == "errno":
            raise ChildStartError(self._program, os.strerror(int(number)))
        if kind == "signal":
            return Ending(None, int(number), int(left_behind))
        return Ending(int(number), None, int(left_behind))


def _launcher_arguments(command: ChildCommand, orphan_grace_seconds: float) -> list[str]:
    locale = command.environment.get("LC_CTYPE")
    return [
        sys.executable,
        *INTERPRETER_OPTIONS,
        str(LAUNCHER),
        str(os.getpid()),
        str(orphan_grace_seconds),
        "LC_CTYPE" if locale is None else f"LC_CTYPE={locale}",
        "--",
        *command.argv,
    ]


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """A process that is started in here starts with these signals blocked."""
    mask_before = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask_before)
