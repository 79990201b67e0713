"""Stacks to try things on: a program text, the operations on it, and what came of them."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import probe_provider
from hoist.aws import Aws
from hoist.clock import SystemClock
from hoist.secret import Secret
from local.emulator import start_emulator, stop_emulator
from local.installation import LocalInstallation, local_installation
from local.progress import SilentProgress
from local.provider.plugin_files import write_plugin
from local.settings import LocalSettings
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.programs.archive import ProgramArchive, build_archive
from orchestrator.engine.results import OperationResult
from orchestrator.engine.runner import OperationEvent, Runner
from orchestrator.state.checkpoints import State
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord, UpdateRecord
from probe_provider.world import World

PROBE_VERSION = "1.0.0"
PROJECT = "trial"
STACK_TYPE = "pulumi:pulumi:Stack"


def test_settings(directory: Path) -> LocalSettings:
    """Settings of a local installation in `directory`, on a free port."""
    chosen = {**os.environ, "HOIST_LOCAL_DIR": str(directory / "installation")}
    chosen.pop("HOIST_LOCAL_PORT", None)
    return LocalSettings.from_environment(chosen)


@contextmanager
def fresh_installation(directory: Path) -> Iterator[LocalInstallation]:
    """Hoist on a local AWS of its own below `directory`, with the probe provider beside `aws`."""
    settings = test_settings(directory)
    clock, progress = SystemClock(), SilentProgress()
    running = start_emulator(settings, clock=clock, progress=progress)
    try:
        installed = local_installation(settings, running, clock=clock, progress=progress)
        write_plugin(
            settings.directory,
            name="probe",
            version=PROBE_VERSION,
            module=f"{probe_provider.__name__}.plugin",
            python=Path(sys.executable),
        )
        yield installed
    finally:
        stop_emulator(settings, progress=progress)


@dataclass(frozen=True, slots=True)
class Workshop:
    """Makes stacks on an installation."""

    installation: LocalInstallation
    runner: Runner

    def new_stack(self, directory: Path, *, project: str = PROJECT) -> "TestStack":
        name = StackName(project, f"s{secrets.token_hex(5)}")
        world = directory / "world"
        world.mkdir()
        self.installation.service.stacks.create(
            name, tags={}, secrets=self.installation.data_keys.new
        )
        stack = TestStack(self, name, directory / "program", World(world))
        stack.configure({"probe:world": str(world)})
        return stack


@dataclass(slots=True)
class TestStack:
    """One stack, its program and its world."""

    __test__ = False

    workshop: Workshop
    name: StackName
    directory: Path
    world: World
    events: list[OperationEvent] = field(default_factory=list)

    def write_program(self, text: str, *, files: Mapping[str, str] | None = None) -> None:
        """Replace the program; `import probe` works in it."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir()
        (self.directory / "Pulumi.yaml").write_text(f"name: {self.name.project}\nruntime: python\n")
        sdk = Path(probe_provider.__path__[0]) / "sdk.py"
        shutil.copy(sdk, self.directory / "probe.py")
        (self.directory / "__main__.py").write_text(textwrap.dedent(text))
        for path, content in (files or {}).items():
            target = self.directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(content))

    def configure(
        self, plain: Mapping[str, str], *, secret: Mapping[str, str] | None = None
    ) -> None:
        """Set config values; secret ones are encrypted under the stack's data key."""
        values = {key: ConfigValue(value) for key, value in plain.items()}
        record = self.record
        if secret and record.secrets:
            key = self.workshop.installation.data_keys.open(record.secrets)
            values |= {
                name: ConfigValue(key.encrypt(Secret(value)), is_secret=True)
                for name, value in secret.items()
            }
        self.workshop.installation.service.stacks.change(
            self.name, lambda stack: replace(stack, config={**stack.config, **values})
        )

    @property
    def record(self) -> StackRecord:
        return self.workshop.installation.service.stacks.require(self.name)

    @property
    def history(self) -> Sequence[UpdateRecord]:
        """The numbered updates, newest first."""
        return self.workshop.installation.service.updates.history(self.record)

    @property
    def state(self) -> State:
        return self.workshop.installation.service.stacks.state(self.name)

    @property
    def resource_names(self) -> list[str]:
        """Names of the resources in the state, without the stack itself and its providers."""
        urns = [resource["urn"] for resource in self.state.resources]
        return sorted(urn.rsplit("::", 1)[-1] for urn in urns if "::pulumi:" not in urn)

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, as they stand in the state."""
        [root] = [found for found in self.state.resources if found["type"] == STACK_TYPE]
        return dict(root.get("outputs") or {})

    def resource(self, name: str) -> dict[str, Any]:
        """The one resource of that name in the state."""
        [found] = [found for found in self.state.resources if found["urn"].endswith(f"::{name}")]
        return dict(found)

    def urn(self, name: str) -> str:
        """The URN of an item without a parent."""
        return f"urn:pulumi:{self.name.stack}::{self.name.project}::probe:index:Item::{name}"

    @property
    def program(self) -> ProgramArchive:
        return build_archive(self.directory)

    def run(
        self,
        kind: OperationKind,
        *,
        runner: Runner | None = None,
        deadline: Deadline | None = None,
        cancel: threading.Event | None = None,
        listener: Callable[[OperationEvent], None] | None = None,
        **options: Any,
    ) -> OperationResult:
        """Run an operation; its events are in `events` as well."""

        def listen(event: OperationEvent) -> None:
            self.events.append(event)
            if listener:
                listener(event)

        self.events.clear()
        return (runner or self.workshop.runner).run(
            Operation(kind, self.name, **options),
            self.program if kind.runs_program else None,
            listener=listen,
            deadline=deadline,
            cancel=cancel,
        )

    def up(self, **options: Any) -> OperationResult:
        return self.run(OperationKind.UP, **options)

    def preview(self, **options: Any) -> OperationResult:
        return self.run(OperationKind.PREVIEW, **options)

    def refresh(self, **options: Any) -> OperationResult:
        return self.run(OperationKind.REFRESH, **options)

    def destroy(self, **options: Any) -> OperationResult:
        return self.run(OperationKind.DESTROY, **options)


@dataclass(frozen=True, slots=True)
class BareCli:
    """The plain Pulumi CLI on the state bucket, as a person would use it with Hoist broken."""

    installation: LocalInstallation
    home: Path
    extra_environment: Mapping[str, str] = field(default_factory=dict)
    bucket: str = ""
    """Hoist's own state bucket unless another one is named."""

    def run(self, *arguments: str, directory: Path) -> "subprocess.CompletedProcess[str]":
        self.prepare_home()
        return subprocess.run(
            [str(self.installation.room.engine), *arguments],
            cwd=directory,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def export(self, name: StackName, *, directory: Path) -> dict[str, Any]:
        """The deployment as the CLI reads it; fails the test if it does not."""
        done = self.run("stack", "export", "--stack", name.qualified, directory=directory)
        assert done.returncode == 0, done.stderr
        exported: dict[str, Any] = json.loads(done.stdout)["deployment"]
        return exported

    def prepare_home(self) -> None:
        """Put the installation's plugins where this CLI looks for them."""
        self.home.mkdir(exist_ok=True)
        plugins = self.home / "plugins"
        if not plugins.exists():
            plugins.symlink_to(self.installation.room.plugins, target_is_directory=True)

    @property
    def environment(self) -> dict[str, str]:
        """All that the CLI sees."""
        settings = self.installation.settings
        endpoint = self.installation.aws_settings.endpoint_url or ""
        bucket = self.bucket or self.installation.bootstrap.state_bucket
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home),
            "PULUMI_BACKEND_URL": f"s3://{bucket}?region={settings.region}&s3ForcePathStyle=true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            **settings.aws_environment(endpoint),
            **self.extra_environment,
        }


def lock_keys(stack: TestStack) -> list[str]:
    """What lies where Pulumi's S3 backend keeps a stack's locks."""
    installation = stack.workshop.installation
    listed = (
        Aws(installation.aws_settings)
        .s3()
        .list_objects_v2(Bucket=installation.bootstrap.state_bucket, Prefix=stack.name.lock_prefix)
    )
    return [found["Key"] for found in listed.get("Contents", [])]
