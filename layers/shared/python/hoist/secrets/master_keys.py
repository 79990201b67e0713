"""Master keys: they wrap the data key of each value and never meet a value themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hoist.errors import UsageError
from hoist.secrets.errors import MasterKeyMismatchError

DATA_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key that only the named master key opens."""

    master_key_id: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class DataKey:
    """A fresh data key, and the form in which it may be stored."""

    plain: bytes = field(repr=False)
    wrapped: WrappedKey


class MasterKeys(Protocol):
    """A master key. The context is authenticated: a key unwraps only in that of its making."""

    @property
    def key_id(self) -> str:
        """Which key this is; the same key always has the same id, and the id gives nothing away."""
        ...

    def new_data_key(self, context: Mapping[str, str]) -> DataKey:
        """Raises MasterKeyUnavailableError."""
        ...

    def unwrap(self, wrapped: WrappedKey, context: Mapping[str, str]) -> bytes:
        """The plain data key.

        Raises MasterKeyUnavailableError, MasterKeyMismatchError for a key that another master key
        wrapped, and SecretFileDamagedError for one that was changed or has another context.
        """
        ...


class KeyRing:
    """The present master key and older ones, which only open what is still wrapped by them."""

    def __init__(self, current: MasterKeys, *older: MasterKeys) -> None:
        self._current = current
        self._by_id = {keys.key_id: keys for keys in (current, *older)}
        if len(self._by_id) != 1 + len(older):
            raise UsageError(
                "The old and the new master key are the same key.",
                way_out="Give the key file or passphrase that is to replace the old one.",
            )

    @property
    def key_id(self) -> str:
        return self._current.key_id

    def new_data_key(self, context: Mapping[str, str]) -> DataKey:
        return self._current.new_data_key(context)

    def unwrap(self, wrapped: WrappedKey, context: Mapping[str, str]) -> bytes:
        keys = self._by_id.get(wrapped.master_key_id)
        if keys is None:
            raise mismatch(wrapped)
        return keys.unwrap(wrapped, context)


def mismatch(wrapped: WrappedKey) -> MasterKeyMismatchError:
    return MasterKeyMismatchError(
        f"The value was written under the master key {wrapped.master_key_id}, which was not given.",
        way_out="Open the store with that key; after a change of keys, with the old one as well.",
    )
