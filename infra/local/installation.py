"""A local installation of Hoist: state on the emulator, the engine, and the plugins it may use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hoist.aws import AwsSettings
from hoist.clock import Clock
from local.bootstrap import BootstrapOutputs
from local.emulator_status import RunningEmulator
from local.engine_binary import obtain_engine
from local.local_state import local_state_on
from local.progress import Progress
from local.provider.aws.install import install_aws_plugin
from local.settings import LocalSettings
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.engine.room import EngineRoom
from orchestrator.engine.runner import Runner
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.service import StateService


@dataclass(frozen=True, slots=True)
class LocalInstallation:
    """What is needed to run operations against the local AWS."""

    settings: LocalSettings
    aws_settings: AwsSettings
    bootstrap: BootstrapOutputs
    room: EngineRoom
    service: StateService
    data_keys: DataKeys
    clock: Clock

    @contextmanager
    def runner(self) -> Iterator[Runner]:
        """A runner with its program host, until the block ends."""
        zygote = Zygote()
        try:
            yield Runner(self.room, self.service, self.data_keys, zygote, clock=self.clock)
        finally:
            zygote.close()


def local_installation(
    settings: LocalSettings, running: RunningEmulator, *, clock: Clock, progress: Progress
) -> LocalInstallation:
    """The installation on a running emulator, made as far as it is missing.

    Raises BootstrapError, EngineUnavailableError.
    """
    state = local_state_on(running, settings, clock=clock, progress=progress)
    engine = obtain_engine(settings, progress=progress)
    install_aws_plugin(settings.directory, python=Path(sys.executable))
    return LocalInstallation(
        settings=settings,
        aws_settings=state.aws_settings,
        bootstrap=state.bootstrap,
        room=EngineRoom(
            engine=engine,
            plugins=settings.directory / "plugins",
            runs=settings.directory / "runs",
            credentials=settings.aws_credentials,
            aws_environment=state.aws_settings.as_environment(),
        ),
        service=state.service,
        data_keys=state.data_keys,
        clock=clock,
    )
