"""Runs PostgreSQL's programs as a user that they accept, with files that this user may read."""

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from local.errors import ToolFailedError
from local.external_tool import LAST_LINES

# Nothing of the caller's: PGPORT and its like mean something to a server, too.
_ENVIRONMENT = {"LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """The programs in a directory."""

    directory: Path

    def run(self, program: str, *arguments: str) -> str:
        """What the program prints; raises ToolFailedError."""
        # Into a file: a server that inherits a pipe keeps it open.
        with tempfile.TemporaryFile() as output:
            status = self._run([program, *arguments], output)
            output.seek(0)
            told = output.read().decode(errors="replace")
        if status != 0:
            last_lines = told.splitlines()[-LAST_LINES:]
            raise ToolFailedError(program, f"ended with status {status}", last_lines)
        return told

    def _run(self, command: Sequence[str], output: IO[bytes]) -> int:
        program, *arguments = command
        try:
            return subprocess.run(
                [str(self.directory / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_ENVIRONMENT,
                check=False,
                **_as_server_user(),
            ).returncode
        except OSError as error:
            raise ToolFailedError(program, f"cannot be run ({error.strerror})") from error


def within_reach(directory: Path, spare: Path) -> Path:
    """The directory of the programs, or of a copy of them below `spare`, for the server's user.

    Who is root may have them where nobody else comes: in a home, for one.
    """
    if _server_user() is None or all(_lets_all_through(parent) for parent in directory.parents):
        return directory
    installation = directory.parent
    package = installation.parent
    copied = spare / package.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    # Where wheels keep the libraries that they bring along: found by the way from one to the other.
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, spare / libraries.name)
    return copied / directory.name


def _lets_all_through(directory: Path) -> bool:
    return bool(directory.stat().st_mode & stat.S_IXOTH)


def write_for_server(path: Path, text: str) -> None:
    """Write a file that the server's user alone may read."""
    path.touch(mode=0o600)
    path.write_text(text)
    give_to_server(path)


def give_to_server(path: Path) -> None:
    if user := _server_user():
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def _as_server_user() -> dict[str, Any]:
    if user := _server_user():
        return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    return {}


def _server_user() -> str | None:
    """PostgreSQL does not run as root."""
    return "nobody" if os.geteuid() == 0 else None
