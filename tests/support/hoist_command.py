"""The installed `hoist` command, run as a person or a script runs it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoist.cli.settings import process_environment
from local.installation import LocalInstallation

HOIST = Path(sys.executable).with_name("hoist")
TIMEOUT_SECONDS = 120
# What of this process's environment a shell would have as well.
_KEPT = ("HOME", "PATH")
_CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Ran:
    """How it ended, and what it wrote."""

    exit_code: int
    out: str
    err: str = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """Each line of standard output, which is JSON or fails the test."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The last event, which is the result or fails the test."""
        last = self.events[-1]
        assert last["type"] == "result"
        return last


class HoistShell:
    """Runs `hoist` in a directory, with settings in its environment."""

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        given = process_environment()
        kept = {name: given[name] for name in _KEPT if name in given}
        self.directory = directory
        self._environment = {**kept, **settings}

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        """Run it to its end, off a terminal."""
        done = subprocess.run(
            [HOIST, *arguments],
            cwd=self.directory,
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it, off a terminal."""
        return subprocess.Popen(
            [HOIST, *arguments],
            cwd=self.directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_on_terminal(self, *arguments: str) -> "TerminalSession":
        """Start it on a terminal of its own."""
        controller, terminal = pty.openpty()
        process = subprocess.Popen(
            [HOIST, *arguments],
            cwd=self.directory,
            env={**self._environment, "TERM": "xterm"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
        )
        os.close(terminal)
        return TerminalSession(controller, process)

    def run_on_terminal(self, *arguments: str, typed: str = "") -> Ran:
        """Run it to its end on a terminal, where somebody has typed ahead.

        What was shown comes back without colours and movements of the cursor.
        """
        session = self.start_on_terminal(*arguments)
        session.type(typed)
        return session.ended()


class HoistCommand(HoistShell):
    """Runs `hoist` in a project's directory, against an installation.

    Tokens are kept in the installation's directory: whoever runs the tests has files of their own.
    """

    def __init__(
        self, installation: LocalInstallation, directory: Path, *, user: str = "owner"
    ) -> None:
        self.user_directory = installation.settings.directory / "users" / user
        super().__init__(
            directory,
            {
                "HOIST_LOCAL_DIR": str(installation.settings.directory),
                "XDG_CONFIG_HOME": str(self.user_directory),
            },
        )
        self.installation = installation


class TerminalSession:
    """A command on a terminal, and the person before it."""

    def __init__(self, controller: int, process: "subprocess.Popen[bytes]") -> None:
        self._controller = controller
        self._process = process
        self._shown = b""

    def type(self, text: str) -> None:
        os.write(self._controller, text.encode())

    def press_ctrl_c(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def await_text(self, text: str) -> None:
        """Look at the screen until it says so; fails the test if it never does."""
        while text not in self._text():
            assert self._read(), f"{text!r} never came:\n{self._text()}"

    def ended(self) -> Ran:
        """Look at the screen until the command has ended."""
        while self._read():
            pass
        os.close(self._controller)
        return Ran(self._process.wait(TIMEOUT_SECONDS), self._text())

    def _read(self) -> bytes:
        try:
            chunk = os.read(self._controller, 65_536)
        except OSError:
            # So Linux tells that nobody has the terminal open any more.
            return b""
        self._shown += chunk
        return chunk

    def _text(self) -> str:
        # A character may still be on its way in part.
        return _CONTROL_SEQUENCE.sub("", self._shown.decode(errors="replace"))
