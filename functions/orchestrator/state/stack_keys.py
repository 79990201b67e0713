"""The data key of a stack, for who may see or set its secrets."""

from hoist.errors import UsageError
from orchestrator.state.data_keys import DataKey, DataKeys
from orchestrator.state.records import StackRecord


class ForeignSecretsError(UsageError):
    """The stack's secrets are encrypted with something that Hoist has no key for."""

    code = "secrets_foreign"


def open_data_key(record: StackRecord, data_keys: DataKeys) -> DataKey:
    """Raises ForeignSecretsError, and CorruptStateError if the key cannot be unwrapped."""
    if record.secrets is None:
        raise ForeignSecretsError(
            f"the secrets of stack '{record.name}' are not encrypted with a key that Hoist "
            "can open",
            way_out="move the stack to a key: `pulumi stack change-secrets-provider awskms://…`",
        )
    return data_keys.open(record.secrets)
