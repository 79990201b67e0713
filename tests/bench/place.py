"""Where both sides meet: one local AWS, one engine, one program host each."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.sides import TheirStack, run_ours
from deployments import BareCli, TestStack, Workshop
from hoist.aws import Aws
from hoist.clock import Clock
from local.installation import LocalInstallation
from orchestrator.engine.host.zygotes import Zygote
from running_hoist import RunningHoist

THEIR_BUCKET = "bench-theirs"


@dataclass(slots=True)
class Place:
    """Makes stacks for either side below one directory."""

    hoist: RunningHoist
    zygote: Zygote
    directory: Path
    clock: Clock
    project: str = "bench"
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def installation(self) -> LocalInstallation:
        return self.hoist.installation

    @property
    def workshop(self) -> Workshop:
        return self.hoist.workshop

    def fresh_name(self) -> str:
        return f"run-{next(self._numbers)}"

    def world(self, name: str) -> Path:
        path = self.directory / "worlds" / name
        path.mkdir(parents=True)
        return path

    def cli(self, name: str, *, extra: Mapping[str, str]) -> BareCli:
        """A bare CLI with a home of its own."""
        home = self.directory / "homes" / name
        home.mkdir(parents=True, exist_ok=True)
        cli = BareCli(self.installation, home, extra, self._their_bucket())
        cli.prepare_home()
        return cli

    def _their_bucket(self) -> str:
        """A bucket without versions: the S3 backend would fill the disk with theirs."""
        Aws(self.installation.aws_settings).s3().create_bucket(Bucket=THEIR_BUCKET)
        return THEIR_BUCKET

    def secrets_provider(self, stack: str) -> str:
        """The provider that Hoist's own stacks have, for a stack of theirs."""
        provider = self.installation.data_keys.new(f"bench-{stack}")
        return provider.url

    def write_program(self, name: str, program: str) -> Path:
        stack = self.workshop.new_stack(self.fresh_directory(f"program-{name}"))
        stack.write_program(program)
        return stack.directory

    def our_stack(self, name: str, program: str, *, deploy: bool = True) -> TestStack:
        """A stack of ours, deployed once unless told otherwise."""
        stack = self.workshop.new_stack(self.fresh_directory(f"ours-{name}"), project=self.project)
        stack.write_program(program)
        if deploy:
            run_ours(stack)
        return stack

    def their_stack(self, name: str, program: str, *, skip_checkpoints: bool = False) -> TheirStack:
        """A stack of theirs, made and not yet deployed."""
        project = self.fresh_directory(f"theirs-{name}") / "program"
        project.mkdir()
        (project / "Pulumi.yaml").write_text(f"name: {self.project}\nruntime: python\n")
        (project / "__main__.py").write_text(program)
        sdk = self.write_program(f"sdk-{name}", program) / "probe.py"
        (project / "probe.py").write_text(sdk.read_text())
        extra = {"PULUMI_SKIP_CHECKPOINTS": "true"} if skip_checkpoints else {}
        cli = self.cli(f"bare-{skip_checkpoints}", extra=extra)
        stack = TheirStack(cli, self.zygote, project, name)
        stack.init(
            secrets_provider=self.secrets_provider(name),
            config={"probe:world": str(self.world(name))},
        )
        return stack

    def fresh_directory(self, name: str) -> Path:
        path = self.directory / name
        path.mkdir(parents=True)
        return path
