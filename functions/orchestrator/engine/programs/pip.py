"""Runs pip in a child process."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from orchestrator.engine.programs.errors import DependencyNotInstalledError

_TIMEOUT_SECONDS: Final = 600.0
_SHOWN_CHARACTERS: Final = 2_000
_CREDENTIALS: Final = re.compile(r"//[^/\s@]+@")


@dataclass(frozen=True, slots=True)
class PipResult:
    """How a run of pip ended, and the end of what it said, without credentials."""

    exit_code: int
    output: str


class Pip(Protocol):
    """Installs packages."""

    def __call__(self, arguments: Sequence[str]) -> PipResult:
        """Run `pip install` with these arguments to its end."""
        ...


class SubprocessPip:
    """The pip of an interpreter; it finds indexes and proxies as this user has set them."""

    def __init__(
        self,
        python: Path,
        *,
        options: Sequence[str] = (),
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._command = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
        self._command += ["--no-input", *options]
        self._timeout_seconds = timeout_seconds

    def __call__(self, arguments: Sequence[str]) -> PipResult:
        """Raises DependencyNotInstalledError when pip cannot be started or does not end."""
        try:
            child = subprocess.run(
                [*self._command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=self._timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DependencyNotInstalledError(
                f"pip was not done after {self._timeout_seconds:g} seconds",
                way_out="Look whether the package index answers, and try again.",
            ) from error
        except OSError as error:
            raise DependencyNotInstalledError(
                f"pip cannot be started with {self._command[0]}: {error.strerror}",
                way_out="Install Hoist in an environment that has pip.",
            ) from error
        said = _CREDENTIALS.sub("//****@", child.stdout.decode(errors="replace"))
        return PipResult(child.returncode, said.strip()[-_SHOWN_CHARACTERS:])
