"""The real engine for workers of tests: the probe provider, and stores that need no AWS."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import probe_provider
from hoist.aws import AwsCredentials, AwsSettings
from hoist.secret import Secret
from local.engine_binary import obtain_engine
from local.progress import SilentProgress
from local.provider.plugin_files import write_plugin
from local.settings import LocalSettings
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.programs.archive import build_archive
from orchestrator.engine.room import EngineRoom
from orchestrator.engine.runner import Runner
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord
from orchestrator.state.service import StateService
from probe_provider.world import World
from work_sites import WorkSite

PROBE_VERSION = "1.0.0"
PROJECT = "trial"
CREDENTIALS = AwsCredentials("nobody", Secret("a-key-that-is-good-for-nothing"))


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What a process needs to run the engine."""

    room: EngineRoom
    zygote: Zygote

    def runner(self, site: WorkSite, service: StateService | None = None) -> Runner:
        return Runner(
            self.room, service or site.service(), site.data_keys, self.zygote, clock=site.clock
        )


def engine_room(home: Path, runs: Path, *, kms_url: str) -> EngineRoom:
    """The engine with the probe provider; `home` may be shared, `runs` is a process's own."""
    engine = obtain_engine(LocalSettings.of_this_process(), progress=SilentProgress())
    write_plugin(
        home,
        name="probe",
        version=PROBE_VERSION,
        module=f"{probe_provider.__name__}.plugin",
        python=Path(sys.executable),
    )
    return EngineRoom(
        engine=engine,
        plugins=home / "plugins",
        runs=runs,
        credentials=CREDENTIALS,
        aws_environment=AwsSettings("eu-central-1", kms_url).as_environment(),
    )


@contextmanager
def engine_parts(home: Path, runs: Path, *, kms_url: str) -> Iterator[EngineParts]:
    zygote = Zygote()
    try:
        yield EngineParts(engine_room(home, runs, kms_url=kms_url), zygote)
    finally:
        zygote.close()


@dataclass(slots=True)
class Trial:
    """A stack whose resources are files of a world, and the program that wants them."""

    site: WorkSite
    stack: StackRecord
    world: World
    directory: Path

    def store_program(self, text: str, *, files: Mapping[str, str] | None = None) -> str:
        """The digest of a program with this text; `import probe` works in it."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        project = f"name: {self.stack.name.project}\nruntime: python\n"
        sdk = (Path(probe_provider.__path__[0]) / "sdk.py").read_text()
        texts = {"Pulumi.yaml": project, "probe.py": sdk, "__main__.py": textwrap.dedent(text)}
        for path, content in {**texts, **(files or {})}.items():
            (self.directory / path).write_text(content)
        return self.site.programs.put(build_archive(self.directory).body)

    def urn(self, name: str) -> str:
        """The URN of an item without a parent."""
        stack = self.stack.name
        return f"urn:pulumi:{stack.stack}::{stack.project}::probe:index:Item::{name}"

    @property
    def names_in_state(self) -> list[str]:
        """The items in the state."""
        resources = self.site.service().stacks.state(self.stack.name).resources
        urns = [resource["urn"] for resource in resources]
        return sorted(urn.rsplit("::", 1)[-1] for urn in urns if "::probe:" in urn)

    @property
    def creates(self) -> list[str]:
        """What was created, in order; a double create is twice in it."""
        return [name for operation, name in self.world.operations() if operation == "create"]


def new_trial(
    site: WorkSite, directory: Path, stack: str = "dev", *, secret: Mapping[str, str] | None = None
) -> Trial:
    """A fresh stack with a world below `directory`; `secret` is config, encrypted."""
    name = StackName(PROJECT, stack)
    record = site.new_stack(name)
    world = World(directory / f"world-{stack}")
    config = {"probe:world": ConfigValue(str(world.folder))}
    if secret and record.secrets:
        key = site.data_keys.open(record.secrets)
        config |= {
            name: ConfigValue(key.encrypt(Secret(value)), is_secret=True)
            for name, value in secret.items()
        }
    site.service().stacks.change(name, lambda found: replace(found, config=config))
    return Trial(site, record, world, directory / f"program-{stack}")
