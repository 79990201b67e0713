"""The state of a local installation in memory, its data keys wrapped by nobody."""

import os
from base64 import b64decode, b64encode
from datetime import UTC, datetime

from hoist.aws import AwsSettings
from hoist.clock import FixedClock
from local.bootstrap import BootstrapOutputs
from local.local_state import LocalState
from orchestrator.state.data_keys import DATA_KEY_BYTES, DataKey
from orchestrator.state.holders import ProcessHolders
from orchestrator.state.records import SecretsProvider
from orchestrator.state.service import StateService
from orchestrator.state.stores.memory import in_memory_storage


class UnwrappedDataKeys:
    """Data keys that are not wrapped at all."""

    def new(self, stack_id: str) -> SecretsProvider:
        key = b64encode(os.urandom(DATA_KEY_BYTES)).decode()
        return SecretsProvider(f"awskms://nobody?context_stack={stack_id}", key)

    def open(self, provider: SecretsProvider) -> DataKey:
        return DataKey(b64decode(provider.encrypted_key))


def state_in_memory() -> LocalState:
    """A fresh one."""
    clock = FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    service = StateService.over(in_memory_storage(), holders=ProcessHolders(), clock=clock)
    return LocalState(
        aws_settings=AwsSettings(),
        bootstrap=BootstrapOutputs(
            state_bucket="bucket",
            state_table="table",
            state_key_arn="arn:key",
            state_key_alias="alias/key",
            audit_bucket="audit-bucket",
            audit_retention_days="7",
            audit_retention_mode="GOVERNANCE",
            signing_key_arn="arn:signing-key",
            signing_key_alias="alias/signing-key",
            worker_repository="repository",
        ),
        service=service,
        data_keys=UnwrappedDataKeys(),
    )
