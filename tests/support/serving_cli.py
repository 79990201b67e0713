"""The plain Pulumi CLI on a laptop: a home, a project with the probe provider, some backend."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import probe_provider
from deployments import PROBE_VERSION
from local.engine_binary import obtain_engine
from local.progress import SilentProgress
from local.provider.plugin_files import write_plugin
from local.settings import LocalSettings
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.state.names import StackName
from probe_provider.world import World

MAX_WAIT_SECONDS = 120
PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Done:
    """How a command of the CLI ended, and all that it said."""

    exit_code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class LaptopCli:
    """Runs `pulumi` on one project; programs run in our host, since the CLI has none here."""

    engine: Path
    home: Path
    project: Path
    zygote: Zygote
    backend: Mapping[str, str]
    """What of the environment says which backend, and who one is there."""
    extra: Mapping[str, str] = field(default_factory=dict)

    def on(self, backend: Mapping[str, str]) -> "LaptopCli":
        """The same laptop, on another backend."""
        return replace(self, backend=backend)

    def run(self, *arguments: str, program: bool = False, given: str = "") -> Done:
        """Run a command to its end; with `program` it can ask for the project's program."""
        with self.started(*arguments, program=program) as process:
            return ended(process, given)

    def succeed(self, *arguments: str, program: bool = False, given: str = "") -> str:
        """The same, and it must go well; what it printed."""
        done = self.run(*arguments, program=program, given=given)
        assert done.exit_code == 0, done.text
        return done.out

    def json(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.succeed(*arguments))

    def up(self, *options: str) -> str:
        """An `up` without its preview, which must go well."""
        return self.succeed(*UP, *options, program=True)

    @contextmanager
    def started(self, *arguments: str, program: bool = False) -> Iterator["subprocess.Popen[str]"]:
        """A command under way; it is killed at the end of the block if it has not ended."""
        with self._program(program) as flags:
            process = subprocess.Popen(
                [str(self.engine), *arguments, *flags],
                cwd=self.project,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                end_session(process)

    def write_program(self, text: str) -> None:
        """Replace the program; `import probe` works in it."""
        (self.project / "__main__.py").write_text(textwrap.dedent(text))

    @property
    def environment(self) -> dict[str, str]:
        """All that the CLI sees."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            **self.backend,
            **self.extra,
        }

    @contextmanager
    def _program(self, is_wanted: bool) -> Iterator[list[str]]:
        if not is_wanted:
            yield []
            return
        environment = {"PATH": self.environment["PATH"], "LANG": "C.UTF-8"}
        request = ProgramRequest(self.project, self.project, (), environment)
        with serve_program(self.zygote, request, on_output=lambda _line: None) as address:
            yield [f"--client={address}"]


UP = ("up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev")


def ended(process: "subprocess.Popen[str]", given: str = "") -> Done:
    """Wait for the end of a command; fails the test if it does not come."""
    out, err = process.communicate(given, timeout=MAX_WAIT_SECONDS)
    return Done(process.returncode, out, err)


def end_session(process: "subprocess.Popen[str]") -> None:
    """Kill what is left of a command, its plugins included."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(MAX_WAIT_SECONDS)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def laptop_cli(directory: Path, zygote: Zygote, backend: Mapping[str, str]) -> LaptopCli:
    """A laptop in `directory`: an empty project `shop`, and a world for its resources."""
    engine = obtain_engine(LocalSettings.of_this_process(), progress=SilentProgress())
    home, project = directory / "home", directory / "shop"
    home.mkdir(parents=True)
    project.mkdir()
    write_plugin(
        home,
        name="probe",
        version=PROBE_VERSION,
        module=f"{probe_provider.__name__}.plugin",
        python=Path(sys.executable),
    )
    (project / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (project / "__main__.py").write_text("")
    shutil.copy(Path(probe_provider.__path__[0]) / "sdk.py", project / "probe.py")
    return LaptopCli(engine, home, project, zygote, backend)


def served_backend(url: str, access_token: str) -> dict[str, str]:
    """The environment of a client of a server."""
    return {"PULUMI_BACKEND_URL": url, "PULUMI_ACCESS_TOKEN": access_token}


def bare_backend(url: str) -> dict[str, str]:
    """The environment of a CLI that works on files by itself."""
    return {"PULUMI_BACKEND_URL": url}


@dataclass(frozen=True, slots=True)
class LaptopStack:
    """The stack `shop/dev` of a laptop, and the world of its resources."""

    cli: LaptopCli
    world: World
    name: StackName = StackName("shop", "dev")

    def exported(self) -> dict[str, Any]:
        """The deployment as the CLI has it from its backend."""
        exported: dict[str, Any] = self.cli.json("stack", "export", "--stack", "dev")["deployment"]
        return exported


def new_stack(cli: LaptopCli) -> LaptopStack:
    """Make the stack by the CLI, with secrets under a passphrase."""
    world = World(cli.project.parent / "world")
    cli.succeed("stack", "init", "dev", "--secrets-provider", "passphrase")
    cli.succeed("config", "set", "--stack", "dev", "probe:world", str(world.folder))
    return LaptopStack(cli, world)
