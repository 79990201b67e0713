"""Hoist's own stack on an account: journaled and locked there from its first update on.

The engine runs here, as nothing runs there yet; later a worker could do it. Its first update finds
neither record nor config, so they are made of what the steps before have found.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from deployment.target import DeploymentTarget
from hoist import operation_events as shown
from hoist.aws import AwsCredentials, AwsSettings
from hoist.cli.context import CliContext
from hoist.cli.display.display import Display, display_for
from hoist.cli.exit_codes import ExitCode, exit_code_after
from local.bootstrap import BootstrapOutputs
from local.external_tool import run_tool
from local.local_state import state_at
from local.self_hosting import own_program
from local.settings import LocalSettings
from local.shown_run import show_run
from orchestrator.commands.program_packing import pack_program, worker_here
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.programs.project import read_project
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.engine.room import EngineRoom
from orchestrator.engine.runner import Runner
from orchestrator.reports.endings import Surroundings, operation_ended
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.first_use import find_or_make
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue
from orchestrator.state.service import StateService
from orchestrator.state.stack_outputs import stack_outputs

_ACCESS = "hoist:access"
_API_URL = "apiUrl"


@dataclass(frozen=True, slots=True)
class Deployed:
    """How the update ended, and where the API is then; empty where that is not known."""

    exit_code: ExitCode
    api_url: str


@dataclass(frozen=True, slots=True)
class OwnStack:
    """The stack `hoist/<environment>`, its state, and what an update of it needs."""

    name: StackName
    service: StateService
    data_keys: DataKeys
    room: EngineRoom
    context: CliContext

    def configure(self, config: Mapping[str, str], *, owner: str) -> None:
        """Set these, and leave all else as it is; the owner is an admin if nobody was anything."""
        stacks = self.service.stacks
        find_or_make(stacks, self.name, data_keys=self.data_keys)
        first_access = json.dumps([{"principal": owner, "role": "admin", "stacks": "*/*"}])
        given = {key: ConfigValue(value) for key, value in config.items()}
        stacks.change(
            self.name,
            lambda stack: replace(
                stack, config={_ACCESS: ConfigValue(first_access), **stack.config, **given}
            ),
        )

    def up(self, program: ProgramArchive) -> Deployed:
        """Update it, and show how; Ctrl-C stops it in order. Raises what Runner.run does."""
        zygote = Zygote()
        try:
            runner = Runner(
                self.room, self.service, self.data_keys, zygote, clock=self.context.clock
            )
            with display_for(self.context, as_json=False, is_verbose=False) as display:
                result = self._carry_out(runner, program, display)
        finally:
            zygote.close()
        return Deployed(exit_code_after(shown.Outcome(result.outcome)), self._api_url(result))

    def _carry_out(
        self, runner: Runner, program: ProgramArchive, display: Display
    ) -> OperationResult:
        clock, stacks = self.context.clock, self.service.stacks
        run = show_run(
            runner,
            Operation(OperationKind.UP, self.name, message="deployed from a checkout"),
            program,
            display,
            version=stacks.require(self.name).version,
            base=stacks.state(self.name),
            clock=clock,
        )
        around = Surroundings(stack=self.name, failed_operations=run.failed_operations)
        display.show(operation_ended(run.result, around, clock=clock))
        return run.result

    def _api_url(self, result: OperationResult) -> str:
        if result.outcome is not Outcome.SUCCEEDED:
            return ""
        return str(stack_outputs(self.service.stacks.state(self.name)).get(_API_URL, ""))


def open_own_stack(
    target: DeploymentTarget,
    bootstrap: BootstrapOutputs,
    credentials: AwsCredentials,
    *,
    engine: Path,
    directory: Path,
    context: CliContext,
) -> OwnStack:
    """The stack with its state in the bootstrap's bucket and table; makes nothing yet.

    The directory is for plugins and for what a run leaves.
    """
    settings = AwsSettings(target.region, credentials=credentials)
    state = state_at(bootstrap, settings, region=target.region, clock=context.clock)
    return OwnStack(
        name=StackName("hoist", target.environment),
        service=state.service,
        data_keys=state.data_keys,
        room=EngineRoom(
            engine=engine,
            plugins=directory / "plugins",
            runs=directory / "runs",
            credentials=credentials,
            aws_environment=settings.as_environment(),
        ),
        context=context,
    )


def install_plugin(
    engine: Path, directory: Path, settings: LocalSettings, *, on_line: Callable[[str], None]
) -> None:
    """Get the `aws` plugin of this environment's pulumi-aws; does nothing if it is there.

    Raises ToolFailedError.
    """
    version = metadata.version("pulumi-aws")
    run_tool(
        [str(engine), "plugin", "install", "resource", "aws", version],
        environment={**settings.tool_environment, "PULUMI_HOME": str(directory)},
        directory=directory,
        on_line=on_line,
    )


def pack_own_program(settings: LocalSettings, context: CliContext) -> ProgramArchive:
    """The program in infra/, for this machine. Raises a ProgramError."""
    directory = own_program(settings.repository)
    return pack_program(
        directory,
        read_project(directory),
        worker_here(),
        cache_directory=settings.cache_directory,
        say=context.progress().say,
    )
