"""Runs a program of the machine (go, pip) to its end and shows how far it has come."""

import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.errors import ToolFailedError

# Enough to show what went wrong, little enough to read.
LAST_LINES = 12


def run_tool(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    directory: Path,
    on_line: Callable[[str], None],
) -> None:
    """Run `command`; each line that it prints goes to `on_line`.

    Raises ToolFailedError with its last lines. The program ends with us: an exception here, a
    Ctrl-C among them, stops it.
    """
    tool = Path(command[0]).name
    try:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise ToolFailedError(tool, f"cannot be run ({error.strerror})") from error
    last_lines: deque[str] = deque(maxlen=LAST_LINES)
    with process:
        try:
            for line in process.stdout or ():
                last_lines.append(line.rstrip())
                on_line(line.rstrip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode != 0:
        raise ToolFailedError(tool, f"ended with status {process.returncode}", tuple(last_lines))
