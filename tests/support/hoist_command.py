"""The installed `hoist` command, run as a person or a script runs it."""

import json
import os
import pty
import re
import subprocess
import sys
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


@dataclass(frozen=True, slots=True)
class HoistCommand:
    """Runs `hoist` in a project's directory, against an installation."""

    installation: LocalInstallation
    directory: Path

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

    def run_on_terminal(self, *arguments: str, typed: str = "") -> Ran:
        """Run it to its end on a terminal of its own, where somebody has typed ahead.

        What was shown comes back without colours and movements of the cursor.
        """
        controller, terminal = pty.openpty()
        os.write(controller, typed.encode())
        process = subprocess.Popen(
            [HOIST, *arguments],
            cwd=self.directory,
            env={**self._environment, "TERM": "xterm"},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
        )
        os.close(terminal)
        shown = _read_to_end(controller)
        return Ran(process.wait(TIMEOUT_SECONDS), _CONTROL_SEQUENCE.sub("", shown))

    @property
    def _environment(self) -> dict[str, str]:
        given = process_environment()
        kept = {name: given[name] for name in _KEPT if name in given}
        return {**kept, "HOIST_LOCAL_DIR": str(self.installation.settings.directory)}


def _read_to_end(descriptor: int) -> str:
    chunks = []
    try:
        while chunk := os.read(descriptor, 65_536):
            chunks.append(chunk)
    except OSError:
        # So Linux tells that nobody has the terminal open any more.
        pass
    finally:
        os.close(descriptor)
    return b"".join(chunks).decode()
