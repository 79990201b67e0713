"""`hoist` in this process, against a server that a test names, on a clock that does not wait."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hoist.cli.context import CliContext
from hoist.cli.door import run_command
from hoist.cli.main import hoist
from hoist.clock import Clock, FixedClock
from hoist_command import Ran
from project_directories import write_project
from scripted_runs import BEGINNING


@dataclass(slots=True)
class CommandLine:
    """Runs commands off a terminal, in a project's directory."""

    project: Path
    url: str
    environ: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=lambda: FixedClock(BEGINNING))

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        """Run one to its end; the directory is told by whoever calls."""
        environ = {"HOIST_SERVER": self.url, "HOME": str(self.project.parent), **self.environ}
        context = CliContext(environ=environ, clock=self.clock)
        with CliRunner().isolation(input=stdin) as (out, err, _):
            code = run_command(hoist, arguments, context)
            return Ran(code, out.getvalue().decode(), err.getvalue().decode())

    def operate(self, command: str, *options: str) -> Ran:
        """Run an operation on the project."""
        return self.run(command, str(self.project), *options)

    def ask(self, *arguments: str, stdin: str = "") -> Ran:
        """Run a command that takes the project as an option."""
        return self.run(*arguments, "-C", str(self.project), stdin=stdin)

    def json(self, *arguments: str) -> Any:
        """What such a command prints with `--json`."""
        ran = self.ask(*arguments, "--json")
        assert ran.exit_code == 0, ran.err
        return json.loads(ran.out)


def command_line(directory: Path, url: str) -> CommandLine:
    """A command line beside a project named `shop` whose program does nothing."""
    return CommandLine(write_project(directory / "shop", {"__main__.py": b""}), url)
