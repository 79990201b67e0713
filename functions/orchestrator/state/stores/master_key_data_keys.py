"""Data keys wrapped by a master key of this machine: a key file, or a passphrase.

A provider URL is `hoistkey://<id of the master key>?context_stack=<stack id>`; no Pulumi CLI knows
the scheme, so that it is never mistaken for a provider that a CLI could use by itself.
"""

from base64 import b64encode
from urllib.parse import quote, unquote, urlsplit

from hoist.secrets.errors import MasterKeyMismatchError, SecretFileDamagedError
from hoist.secrets.master_keys import MasterKeys, WrappedKey
from orchestrator.state.data_keys import DataKey, decoded
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.records import SecretsProvider
from orchestrator.state.stores.contexts import CONTEXT_PREFIX, encryption_context

_SCHEME = "hoistkey"


class MasterKeyDataKeys:
    """Data keys wrapped by `master_keys`, with the stack's id as context."""

    def __init__(self, master_keys: MasterKeys) -> None:
        self._master_keys = master_keys

    def new(self, stack_id: str) -> SecretsProvider:
        key_id = quote(self._master_keys.key_id, safe="")
        url = f"{_SCHEME}://{key_id}?{CONTEXT_PREFIX}stack={stack_id}"
        wrapped = self._master_keys.new_data_key(encryption_context(url)).wrapped
        return SecretsProvider(url, b64encode(wrapped.blob).decode())

    def open(self, provider: SecretsProvider) -> DataKey:
        """Raises CorruptStateError; MasterKeyUnavailableError without the file or passphrase."""
        address = urlsplit(provider.url)
        if address.scheme != _SCHEME:
            raise _cannot_be_unwrapped(provider)
        try:
            wrapped = WrappedKey(unquote(address.netloc), decoded(provider.encrypted_key))
            return DataKey(self._master_keys.unwrap(wrapped, encryption_context(provider.url)))
        except (ValueError, MasterKeyMismatchError, SecretFileDamagedError) as error:
            raise _cannot_be_unwrapped(provider) from error


def _cannot_be_unwrapped(provider: SecretsProvider) -> CorruptStateError:
    return CorruptStateError(
        "the stack's data key cannot be unwrapped",
        way_out=f"see that it belongs to this stack, and use the key of {provider.url}",
    )
