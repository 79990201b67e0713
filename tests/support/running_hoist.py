"""Hoist as a person has it on a laptop: deployed onto a local AWS, reached through its front."""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deployments import TestStack, Workshop, fresh_installation
from hoist.access.tokens import AccessToken
from hoist.aws import Aws
from hoist.cli.server.address import ServerAddress
from hoist.cli.server.connection import ServerConnection
from hoist.cli.server.credentials import BearerToken
from hoist.cli.server.saved_tokens import SavedTokens
from hoist.clock import SystemClock
from hoist_command import HoistCommand
from local.emulator_status import running_emulator
from local.front.lifecycle import start_front, stop_front
from local.installation import LocalInstallation
from local.progress import SilentProgress
from local.self_hosting import OWN_STACK
from orchestrator.commands.server.answers import RunFacts
from orchestrator.commands.server.api import HoistApi, StackApi
from orchestrator.commands.server.upload import upload_program
from orchestrator.doorbells.sqs import SqsDoorbell
from orchestrator.runs.states import RunKind
from orchestrator.state.names import StackName
from orchestrator.state.stack_outputs import stack_outputs

# Long enough for a worker that died to be noticed and for another one to finish its run.
PATIENCE_SECONDS = 200.0
POLL_SECONDS = 0.1

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class RunningHoist:
    """The installation, and its API, which its owner is signed in to."""

    installation: LocalInstallation
    workshop: Workshop
    url: str
    token: AccessToken

    def stack(self, directory: Path) -> "RemoteStack":
        """A fresh stack with a world of its own, for the owner to work on."""
        stack = self.workshop.new_stack(directory)
        api = self.api(self.token)
        return RemoteStack(self, stack, api.of_stack(stack.name), api)

    def api(self, token: AccessToken) -> HoistApi:
        """The API, as it is for the bearer of a token."""
        return HoistApi(ServerConnection(ServerAddress(self.url), BearerToken(token)))

    def api_of(self, name: StackName, token: AccessToken) -> StackApi:
        return self.api(token).of_stack(name)

    def token_of(self, command: HoistCommand) -> AccessToken:
        """The token that the user of a command is signed in with."""
        return _token_of(command, self.url)

    @property
    def doorbell(self) -> SqsDoorbell:
        return SqsDoorbell(self.aws().sqs(), queue_url=self.outputs["doorbellUrl"])

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What Hoist's own stack exports."""
        return stack_outputs(self.installation.service.stacks.state(OWN_STACK))

    def aws(self) -> Aws:
        return Aws(self.installation.aws_settings)


@dataclass(frozen=True, slots=True)
class RemoteStack:
    """A stack whose operations go through the API, its queue and its worker."""

    hoist: RunningHoist
    stack: TestStack
    api: StackApi
    programs: HoistApi

    def command(self) -> HoistCommand:
        """`hoist` in the directory of the program."""
        return HoistCommand(self.hoist.installation, self.stack.directory)

    def submit(self, kind: RunKind, *, key: str = "", program: str = "") -> RunFacts:
        """Ask for a run of the program, which is uploaded first unless `program` names it."""
        runs_program = kind in (RunKind.UP, RunKind.PREVIEW)
        return self.api.create_run(
            kind,
            program=(program or self.upload()) if runs_program else None,
            options={},
            message="",
            idempotency_key=key or secrets.token_hex(8),
        )

    def finished(self, run: RunFacts) -> RunFacts:
        """The run once it is final, or waits for a person."""
        return eventually(
            lambda: self.api.run(run.id),
            lambda found: found.is_final or found.needs_attention,
        )

    def running(self, run: RunFacts) -> RunFacts:
        """The run once a worker is at it."""
        return eventually(lambda: self.api.run(run.id), lambda found: bool(found.slices))

    def upload(self) -> str:
        """See that the server has the program; by what it is named."""
        archive = self.stack.program
        digest = hashlib.sha256(archive.body).hexdigest()
        offer = self.programs.offer_program(digest=digest, size=len(archive.body))
        if offer.upload:
            upload_program(archive.body, offer.upload, clock=SystemClock(), say=lambda _text: None)
        return offer.digest


def eventually(look: Callable[[], _Found], is_so: Callable[[_Found], bool]) -> _Found:
    """What `look` finds once it is so; fails the test if it never is."""
    clock = SystemClock()
    until = clock.monotonic() + PATIENCE_SECONDS
    while not is_so(found := look()):
        assert clock.monotonic() < until, f"still {found}"
        clock.sleep(POLL_SECONDS)
    return found


def _token_of(command: HoistCommand, url: str) -> AccessToken:
    saved = SavedTokens.of({"XDG_CONFIG_HOME": str(command.user_directory)}).find(url)
    assert saved
    return saved.token


@contextmanager
def running_hoist(directory: Path) -> Iterator[RunningHoist]:
    """Deploy Hoist by its own command, and take all of it down at the end."""
    clock, progress = SystemClock(), SilentProgress()
    with fresh_installation(directory) as installed, installed.runner() as runner:
        settings = installed.settings
        front = start_front(settings, running_emulator(settings), clock=clock, progress=progress)
        try:
            owner = HoistCommand(installed, settings.repository)
            deployed = owner.run("local", "deploy")
            assert deployed.exit_code == 0, deployed.err + deployed.out
            token = _token_of(owner, front.url)
            yield RunningHoist(installed, Workshop(installed, runner), front.url, token)
        finally:
            stop_front(settings, progress=progress)
