"""One zygote process, as the worker sees it: start it, have it fork, hear of ends, end it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Any

from orchestrator.engine.host import zygote as zygote_script
from orchestrator.engine.host.errors import ProgramHostError
from orchestrator.engine.session import kill_session

# Importing the SDK takes 0.5 s on a laptop and a few seconds on a cold, small Lambda.
START_TIMEOUT_SECONDS = 30.0
DEATH_PATIENCE_SECONDS = 1.0
CLOSE_PATIENCE_SECONDS = zygote_script.KILL_PATIENCE_SECONDS + 1.0
SHOWN_STDERR_BYTES = 2000


class ZygoteProcess:
    """A process that has the Pulumi SDK imported, or is about to have."""

    def __init__(self, import_paths: Sequence[str]) -> None:
        """Start it; returns at once, the imports go on in the background."""
        self._socket, theirs = socket.socketpair()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", zygote_script.__file__, *filter(None, import_paths)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "GRPC_ENABLE_FORK_SUPPORT": "0"},
                start_new_session=True,
            )
        self._unread = b""
        self._program_pid = 0
        self._loaded: frozenset[str] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def loaded_modules(self) -> frozenset[str]:
        """The modules that it has imported, once it has. Raises ProgramHostError if it cannot."""
        if self._loaded is None:
            told = self._hear(START_TIMEOUT_SECONDS)
            if told is None:
                raise ProgramHostError(
                    f"the program host did not start within {START_TIMEOUT_SECONDS:.0f} s"
                )
            self._loaded = frozenset(told["loaded"])
        return self._loaded

    def fork(self, *, control: socket.socket, output: int) -> None:
        """Start a program: it will read its orders from `control` and write to `output`."""
        try:
            socket.send_fds(self._socket, [zygote_script.FORK], [control.fileno(), output])
        except OSError as error:
            raise self._death() from error
        told = self._hear(START_TIMEOUT_SECONDS)
        if told is None:
            raise ProgramHostError("the program host does not answer")
        self._program_pid = int(told["started"])

    def kill_program(self) -> None:
        try:
            self._socket.sendall(zygote_script.KILL)
        except OSError as error:
            raise self._death() from error

    def await_end(self, timeout_seconds: float) -> int | None:
        """The wait status of the program that has ended, and all it started; None if it has not.

        Raises ProgramHostError if the zygote itself has died.
        """
        told = self._hear(timeout_seconds)
        if told is None:
            return None
        self._program_pid = 0
        return int(told["ended"])

    def kill(self) -> None:
        """End it at once, and what can be found of its program."""
        self._process.kill()
        self._process.wait()
        if self._program_pid:
            # It died with the zygote, but what it had started did not.
            kill_session(self._program_pid)
            self._program_pid = 0

    def close(self) -> None:
        """End it and whatever was forked from it."""
        # It kills its programs itself when the socket closes, and finds more of them than we can.
        self._socket.close()
        try:
            self._process.wait(CLOSE_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._stderr.close()

    def _hear(self, timeout_seconds: float) -> dict[str, Any] | None:
        """The next thing that it says; None if that takes too long."""
        self._socket.settimeout(timeout_seconds)
        try:
            while b"\n" not in self._unread:
                chunk = self._socket.recv(64 * 1024)
                if not chunk:
                    raise self._death()
                self._unread += chunk
        except TimeoutError:
            return None
        except OSError as error:
            raise self._death() from error
        line, _, self._unread = self._unread.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told

    def _death(self) -> ProgramHostError:
        """The error for a zygote that is gone, with its own last words."""
        with suppress(subprocess.TimeoutExpired):
            # It may be about to end by itself, and then has a reason to tell.
            self._process.wait(DEATH_PATIENCE_SECONDS)
        self.kill()
        code = self._process.returncode
        how = (
            f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        )
        self._stderr.seek(0)
        words = self._stderr.read()[-SHOWN_STDERR_BYTES:].decode("utf-8", "replace").strip()
        return ProgramHostError(
            f"the program host {how}" + (f": {words}" if words else ""),
            way_out=(
                "Run the operation again, which starts another one. If that fails as well, see "
                "whether `python -c 'import pulumi, pulumi_aws, psutil'` works."
            ),
        )
