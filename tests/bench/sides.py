"""The sides of the comparisons: Hoist's runner, the bare CLI, the plain Automation API."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pulumi import automation

from deployments import BareCli, TestStack
from orchestrator.engine.host.language_host import serve_program
from orchestrator.engine.host.zygotes import ProgramRequest, Zygote
from orchestrator.engine.operations import DEFAULT_PARALLEL
from orchestrator.engine.results import Outcome


class SideFailedError(Exception):
    """A side did not do its work, so its time means nothing."""


def run_ours(stack: TestStack) -> None:
    """One up through the runner, warm."""
    result = stack.up()
    if result.outcome is not Outcome.SUCCEEDED:
        raise SideFailedError(f"up {result.outcome}: {result.diagnostics}")


@dataclass(frozen=True, slots=True)
class TheirStack:
    """A stack of the bare CLI on the S3 backend. Its program runs through our host as well."""

    cli: BareCli
    zygote: Zygote
    project: Path
    name: str

    def init(self, *, secrets_provider: str, config: Mapping[str, str]) -> None:
        """Make it; its settings file is where the CLI looks for it."""
        self._check(
            self.cli.run(
                "stack",
                "init",
                self.name,
                f"--secrets-provider={secrets_provider}",
                directory=self.project,
            )
        )
        file = self.project / f"Pulumi.{self.name}.yaml"
        settings = yaml.safe_load(file.read_text()) if file.exists() else {}
        file.write_text(yaml.safe_dump({**settings, "config": dict(config)}))

    def up(self) -> None:
        """One bare `pulumi up`, with the parallelism that Hoist uses."""
        path = self.cli.environment["PATH"]
        request = ProgramRequest(self.project, self.project, (self.project,), {"PATH": path})
        with serve_program(self.zygote, request, on_output=lambda _line: None) as address:
            self._check(
                self.cli.run(
                    "up",
                    "--yes",
                    "--skip-preview",
                    "--non-interactive",
                    "--json",
                    f"--parallel={DEFAULT_PARALLEL}",
                    f"--client={address}",
                    f"--stack={self.name}",
                    directory=self.project,
                )
            )

    def outputs(self) -> None:
        """All outputs of the stack, as the CLI reads them."""
        self._check(
            self.cli.run(
                "stack", "output", "--json", f"--stack={self.name}", directory=self.project
            )
        )

    def _check(self, done: "subprocess.CompletedProcess[str]") -> None:
        if done.returncode != 0:
            raise SideFailedError(f"{done.args}: {done.stdout[-2000:]} {done.stderr[-2000:]}")


@dataclass(frozen=True, slots=True)
class AutomationSide:
    """What a service built on the plain Automation API does for one deployment."""

    cli: BareCli
    project: str
    stack: str
    config: Mapping[str, str]
    secrets_provider: str
    program: automation.PulumiFn
    command: automation.PulumiCommand

    def deploy(self) -> None:
        """Select the stack, set its config, up, read the outputs: as its examples show."""
        stack = automation.create_or_select_stack(
            stack_name=self.stack,
            project_name=self.project,
            program=self.program,
            opts=automation.LocalWorkspaceOptions(
                pulumi_command=self.command,
                pulumi_home=str(self.cli.home),
                # Its workspace is a new one each time, which knows no data key: from the state.
                env_vars={
                    **self.cli.environment,
                    "PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER": "true",
                },
                secrets_provider=self.secrets_provider,
            ),
        )
        stack.set_all_config(
            {key: automation.ConfigValue(value) for key, value in self.config.items()}
        )
        stack.up(parallel=DEFAULT_PARALLEL)
        stack.outputs()
