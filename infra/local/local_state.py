"""The state of the local installation, for commands that need no engine: it opens in a moment."""

from dataclasses import dataclass

from hoist.aws import Aws, AwsSettings
from hoist.clock import Clock
from local.bootstrap import BootstrapOutputs
from local.emulator_bootstrap import bootstrap_emulator
from local.emulator_status import RunningEmulator, running_emulator
from local.progress import Progress
from local.settings import LocalSettings
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.holders import ProcessHolders
from orchestrator.state.service import StateService
from orchestrator.state.stores.aws import aws_storage
from orchestrator.state.stores.kms_data_keys import KmsDataKeys


@dataclass(frozen=True, slots=True)
class LocalState:
    """Stacks, the keys of their secrets, and where both are."""

    aws_settings: AwsSettings
    bootstrap: BootstrapOutputs
    service: StateService
    data_keys: DataKeys


def open_local_state(settings: LocalSettings, *, clock: Clock, progress: Progress) -> LocalState:
    """The state on the local AWS that runs.

    Raises EmulatorNotRunningError, EmulatorNotAnsweringError, BootstrapError.
    """
    running = running_emulator(settings)
    return local_state_on(running, settings, clock=clock, progress=progress)


def local_state_on(
    running: RunningEmulator, settings: LocalSettings, *, clock: Clock, progress: Progress
) -> LocalState:
    """The state on this emulator, with bucket, table and key made first where they are missing."""
    bootstrap = bootstrap_emulator(settings, running, clock=clock, progress=progress)
    aws_settings = settings.aws_settings(running.endpoint_url)
    return state_at(bootstrap, aws_settings, region=settings.region, clock=clock)


def state_at(
    bootstrap: BootstrapOutputs, aws_settings: AwsSettings, *, region: str, clock: Clock
) -> LocalState:
    """The state in what a bootstrap made, here or on an account; makes nothing itself."""
    aws = Aws(aws_settings)
    storage = aws_storage(
        dynamodb=aws.dynamodb(),
        s3=aws.s3(),
        table=bootstrap.state_table,
        bucket=bootstrap.state_bucket,
        clock=clock,
    )
    data_keys = KmsDataKeys(aws.kms(), key_alias=bootstrap.state_key_alias, region=region)
    return LocalState(
        aws_settings=aws_settings,
        bootstrap=bootstrap,
        service=StateService.over(
            storage, holders=ProcessHolders(), clock=clock, data_keys=data_keys
        ),
        data_keys=data_keys,
    )
