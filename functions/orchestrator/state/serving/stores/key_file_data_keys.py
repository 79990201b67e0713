"""Data keys of stacks under a master key in a file, which comes into being with the first of them.

Who never uses the secrets provider `service` has no such file, and does not wait for the cipher.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from orchestrator.state.records import SecretsProvider
from orchestrator.state.serving.layout import ServingLayout

if TYPE_CHECKING:
    from orchestrator.state.data_keys import DataKey
    from orchestrator.state.stores.master_key_data_keys import MasterKeyDataKeys


class KeyFileDataKeys:
    """Implements DataKeys for the store of a server."""

    def __init__(self, layout: ServingLayout) -> None:
        self._layout = layout

    def new(self, stack_id: str) -> SecretsProvider:
        """Raises MasterKeyUnavailableError if there are data keys, but their master key is gone."""
        from hoist.secrets.key_file import create_key_file

        # Another one in place of a lost key would split the stacks in two.
        if not self._layout.data_keys.exists():
            create_key_file(self._layout.master_key)
        return self._wrapping.new(stack_id)

    def open(self, provider: SecretsProvider) -> "DataKey":
        return self._wrapping.open(provider)

    @cached_property
    def _wrapping(self) -> "MasterKeyDataKeys":
        from hoist.secrets.key_file import master_keys_in_file
        from orchestrator.state.stores.master_key_data_keys import MasterKeyDataKeys

        return MasterKeyDataKeys(master_keys_in_file(self._layout.master_key))
