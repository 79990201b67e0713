"""The real Pulumi CLI on a state service of this process, over a directory and real HTTP."""

import json
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import probe_provider
from deployments import PROBE_VERSION, test_settings
from hoist.clock import SystemClock
from hoist.secret import Secret
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from local.engine_binary import obtain_engine
from local.progress import SilentProgress
from local.provider.plugin_files import write_plugin
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.requests import ProgramRequest
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.state.holders import ProcessHolders, this_process
from orchestrator.state.journal_contents import read_contents
from orchestrator.state.loopback import serve_loopback
from orchestrator.state.names import StackName
from orchestrator.state.protocol.app import App
from orchestrator.state.records import UpdateKind
from orchestrator.state.service import StateService
from orchestrator.state.serving.access import WholeStoreAccess
from orchestrator.state.storage import Log
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.master_key_data_keys import MasterKeyDataKeys
from orchestrator.state.updates import UpdateRequest
from protocol_client import TOKEN

PROJECT = "shop"
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class CliParts:
    """What all CLIs of a test process share."""

    engine: Path
    plugins: Path
    zygote: Zygote


@contextmanager
def cli_parts(directory: Path) -> Iterator[CliParts]:
    """The engine, the probe provider, and a program host."""
    engine = obtain_engine(test_settings(directory), progress=SilentProgress())
    write_plugin(
        directory,
        name="probe",
        version=PROBE_VERSION,
        module=f"{probe_provider.__name__}.plugin",
        python=Path(sys.executable),
    )
    zygote = Zygote()
    try:
        yield CliParts(engine, directory / "plugins", zygote)
    finally:
        zygote.close()


@dataclass(slots=True)
class StateCli:
    """A person with a home, a project and a login; `url` is the backend's address."""

    parts: CliParts
    directory: Path
    service: StateService
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.make_home()
        self.world.mkdir()
        self.write_program("")
        self.environment = {"PULUMI_ACCESS_TOKEN": TOKEN, **self.environment}

    def make_home(self) -> None:
        """A home without a login."""
        self.home.mkdir(parents=True)
        (self.home / "plugins").symlink_to(self.parts.plugins, target_is_directory=True)

    @property
    def home(self) -> Path:
        return self.directory / "home"

    @property
    def project(self) -> Path:
        return self.directory / "project"

    @property
    def world(self) -> Path:
        return self.directory / "world"

    def settings_file(self, stack: str) -> Path:
        return self.project / f"Pulumi.{stack}.yaml"

    def write_program(self, text: str, *, project: str = PROJECT) -> None:
        """Replace the program; `import probe` works in it."""
        self.project.mkdir(exist_ok=True)
        (self.project / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        shutil.copy(Path(probe_provider.__path__[0]) / "sdk.py", self.project / "probe.py")
        (self.project / "__main__.py").write_text(textwrap.dedent(text))

    def run(self, *arguments: str, given: str = "") -> Done:
        """A command, whatever comes of it."""
        return subprocess.run(
            [str(self.parts.engine), "--non-interactive", *arguments],
            cwd=self.project,
            env=self._environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def ok(self, *arguments: str, given: str = "") -> str:
        """A command that must go well; what it printed."""
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *arguments: str) -> Any:
        """The same for a command that answers in JSON."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def fails(self, *arguments: str, given: str = "") -> str:
        """A command that must fail; what it said."""
        done = self.run(*arguments, given=given)
        assert done.returncode != 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def operate(self, operation: str, *flags: str) -> Done:
        """An operation that runs the program."""
        variables = {"PATH": "/usr/bin:/bin", "HOME": str(self.home)}
        request = ProgramRequest(self.project, self.project, (), variables)
        with serve_program(self.parts.zygote, request, on_output=lambda _line: None) as address:
            return self.run(operation, f"--client={address}", *flags)

    def import_resource(self, *arguments: str) -> str:
        """`pulumi import`, which must go well; it looks for a language host, though no program
        runs."""
        variables = {"PATH": "/usr/bin:/bin", "HOME": str(self.home)}
        request = ProgramRequest(self.project, self.project, (), variables)
        with serve_program(self.parts.zygote, request, on_output=lambda _line: None) as address:
            runtime = {"name": "client", "options": {"address": address}}
            settings = {"name": PROJECT, "runtime": runtime}
            (self.project / "Pulumi.yaml").write_text(json.dumps(settings))
            return self.ok("import", "--yes", "--skip-preview", *arguments)

    def up(self, *flags: str) -> str:
        """An update that must go well."""
        done = self.operate("up", "--yes", "--skip-preview", *flags)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def preview(self, *flags: str) -> str:
        """A preview that must go well."""
        done = self.operate("preview", *flags)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def new_stack(self, stack: str, *flags: str) -> None:
        """Make and select a stack that the program can work in."""
        self.ok("stack", "init", stack, *flags)
        self.ok("config", "set", "probe:world", str(self.world))

    def state(self, *flags: str) -> dict[str, Any]:
        """The deployment as `stack export` shows it."""
        deployment: dict[str, Any] = self.json("stack", "export", *flags)["deployment"]
        return deployment

    def names(self, *flags: str) -> list[str]:
        """Names of the resources in the state, without the stack itself and its providers."""
        urns = [resource["urn"] for resource in self.state(*flags).get("resources") or ()]
        return sorted(urn.rsplit("::", 1)[-1] for urn in urns if "::pulumi:" not in urn)

    def import_state(self, exported: Mapping[str, Any], stack: str = "dev") -> None:
        """Put an edited export back as it is: the CLI would drop pending operations."""
        body = json.dumps(exported).encode()
        self.service.edits.import_state(StackName(PROJECT, stack), body, holder=this_process())

    def open_update(self, stack: str) -> str:
        """Somebody else opens an update of the stack; its id."""
        name = StackName(PROJECT, stack)
        request = UpdateRequest(UpdateKind.UPDATE, is_dry_run=False)
        update = self.service.updates.create(name, request)
        self.service.updates.start(name, update.id, tags={}, holder=this_process())
        return update.id

    def names_in_journal(self, stack: str = "dev") -> list[str]:
        """Names of the resources that the open update has made so far."""
        record = self.service.stacks.require(StackName(PROJECT, stack))
        contents = read_contents(self.log, record.last_update_id)
        made = [entry.state for entry in contents.entries if entry.state]
        if contents.checkpoint and contents.checkpoint.deployment:
            made = list(contents.checkpoint.deployment.get("resources") or ())
        return [resource["urn"].rsplit("::", 1)[-1] for resource in made]

    @property
    def log(self) -> Log:
        """The journals in the store, as another process sees them."""
        return directory_storage(self.directory.parent / "store").log

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": self.url,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "PULUMI_JOURNALING_BATCH_PERIOD": "5",
            **self.environment,
        }


def key_file_service(directory: Path) -> StateService:
    """The state service on a directory, its keys wrapped by a key file."""
    key_file = directory / "keys" / "master"
    if not key_file.exists():
        key_file.parent.mkdir(parents=True, exist_ok=True)
        create_key_file(key_file)
    return StateService.over(
        directory_storage(directory / "store"),
        holders=ProcessHolders(),
        clock=SystemClock(),
        data_keys=MasterKeyDataKeys(master_keys_in_file(key_file)),
    )


@contextmanager
def served_cli(
    parts: CliParts, directory: Path, environment: Mapping[str, str] | None = None
) -> Iterator[StateCli]:
    """A CLI on a service of its own below `directory`."""
    service = key_file_service(directory)
    cli = StateCli(parts, directory / "laptop", service, environment=dict(environment or {}))
    with serving(cli):
        yield cli


@contextmanager
def serving(cli: StateCli) -> Iterator[None]:
    """Serve the CLI's backend, on another port each time."""
    app = App(cli.service, WholeStoreAccess(Secret(TOKEN)), holder=this_process())
    with serve_loopback(app) as server:
        cli.url = server.url
        yield
