"""Config values: read, set, removed in the stack's record; secret ones are ciphertext there."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hoist.errors import UsageError
from hoist.secret import Secret
from orchestrator.stack_config.keys import full_key
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.first_use import find_or_make, require_used
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord
from orchestrator.state.stack_keys import open_data_key
from orchestrator.state.stacks import Stacks


class ConfigNotSetError(UsageError):
    """The stack has no value for this key."""

    code = "config_not_set"

    def __init__(self, stack: StackName, key: str) -> None:
        super().__init__(
            f"stack '{stack}' has no config {key}", way_out=f"set it with `hoist config set {key}`"
        )


def tell_nobody(stack: StackName) -> None:
    """For those whose callers need not know that a stack was made."""


class StackConfig:
    """The config of one stack. Keys may be given without their namespace."""

    def __init__(
        self,
        stacks: Stacks,
        stack: StackName,
        *,
        data_keys: DataKeys,
        on_made: Callable[[StackName], None] = tell_nobody,
    ) -> None:
        self._stacks = stacks
        self._stack = stack
        self._data_keys = data_keys
        self._on_made = on_made

    def values(self) -> Mapping[str, ConfigValue]:
        """All values by their full keys, sorted; raises StackNotFoundError."""
        return dict(sorted(require_used(self._stacks, self._stack).config.items()))

    def get(self, key: str) -> ConfigValue:
        """Raises StackNotFoundError, ConfigNotSetError."""
        wanted = self.full_key(key)
        value = self.values().get(wanted)
        if value is None:
            raise ConfigNotSetError(self._stack, wanted)
        return value

    def reveal(self, value: ConfigValue) -> Secret:
        """The text of a value, a secret one decrypted."""
        if not value.is_secret:
            return Secret(value.text)
        record = require_used(self._stacks, self._stack)
        return open_data_key(record, self._data_keys).decrypt(value.text)

    def set_plain(self, key: str, text: str) -> None:
        """Set a value that everybody may see; the stack is made on its first use."""
        self._put(key, ConfigValue(text))

    def set_secret(self, key: str, secret: Secret) -> None:
        """Set a value of which only the ciphertext is kept; the stack is made on its first use."""
        wanted = self.full_key(key)
        ciphertext = open_data_key(self._made(), self._data_keys).encrypt(secret)
        self._put(wanted, ConfigValue(ciphertext, is_secret=True))

    def remove(self, key: str) -> None:
        """Raises StackNotFoundError, ConfigNotSetError."""
        unwanted = self.full_key(key)
        self.get(unwanted)

        def without(stack: StackRecord) -> StackRecord:
            kept = {each: value for each, value in stack.config.items() if each != unwanted}
            return replace(stack, config=kept)

        self._stacks.change(self._stack, without)

    def full_key(self, key: str) -> str:
        """The key with its namespace; raises ConfigKeyError."""
        return full_key(key, project=self._stack.project)

    def _put(self, key: str, value: ConfigValue) -> None:
        wanted = self.full_key(key)
        self._made()
        self._stacks.change(
            self._stack, lambda stack: replace(stack, config={**stack.config, wanted: value})
        )

    def _made(self) -> StackRecord:
        used = find_or_make(self._stacks, self._stack, data_keys=self._data_keys)
        if used.is_new:
            self._on_made(self._stack)
        return used.record
