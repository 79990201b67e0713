"""The config of one stack: read, set, removed in its record; secret values are ciphertext there."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hoist.errors import UsageError
from hoist.secret import Secret
from local.config_keys import full_key
from local.local_state import LocalState
from local.stack_selection import find_or_make_stack, require_stack
from orchestrator.state.data_keys import DataKey
from orchestrator.state.names import StackName
from orchestrator.state.records import ConfigValue, StackRecord


class ConfigNotSetError(UsageError):
    """The stack has no value for this key."""

    code = "config_not_set"

    def __init__(self, stack: StackName, key: str) -> None:
        super().__init__(
            f"stack '{stack}' has no config {key}", way_out=f"set it with `hoist config set {key}`"
        )


class StackConfig:
    """Keys may be given without their namespace."""

    def __init__(self, state: LocalState, stack: StackName, *, say: Callable[[str], None]) -> None:
        self._state = state
        self._stack = stack
        self._say = say

    def values(self) -> Mapping[str, ConfigValue]:
        """All values by their full keys, sorted; raises StackNotFoundError."""
        record = require_stack(self._state.service.stacks, self._stack)
        return dict(sorted(record.config.items()))

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
        record = require_stack(self._state.service.stacks, self._stack)
        return self._data_key(record).decrypt(value.text)

    def set_plain(self, key: str, text: str) -> None:
        """Set a value that everybody may see; the stack is made on its first use."""
        self._put(key, ConfigValue(text))

    def set_secret(self, key: str, secret: Secret) -> None:
        """Set a value of which only the ciphertext is kept; the stack is made on its first use."""
        ciphertext = self._data_key(self._made()).encrypt(secret)
        self._put(key, ConfigValue(ciphertext, is_secret=True))

    def remove(self, key: str) -> None:
        """Raises StackNotFoundError, ConfigNotSetError."""
        unwanted = self.full_key(key)
        self.get(unwanted)

        def without(stack: StackRecord) -> StackRecord:
            kept = {each: value for each, value in stack.config.items() if each != unwanted}
            return replace(stack, config=kept)

        self._state.service.stacks.change(self._stack, without)

    def full_key(self, key: str) -> str:
        """The key with its namespace; raises ConfigKeyError."""
        return full_key(key, project=self._stack.project)

    def _put(self, key: str, value: ConfigValue) -> None:
        wanted = self.full_key(key)
        self._made()
        self._state.service.stacks.change(
            self._stack, lambda stack: replace(stack, config={**stack.config, wanted: value})
        )

    def _made(self) -> StackRecord:
        return find_or_make_stack(
            self._state.service.stacks,
            self._stack,
            data_keys=self._state.data_keys,
            say=self._say,
        )

    def _data_key(self, record: StackRecord) -> DataKey:
        if record.secrets is None:
            raise UsageError(
                f"the secrets of stack '{record.name}' are not encrypted with a key that Hoist "
                "can open",
                way_out="move the stack to a key: `pulumi stack change-secrets-provider awskms://…`",
            )
        return self._state.data_keys.open(record.secrets)
