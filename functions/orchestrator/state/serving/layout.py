"""What a server keeps in its store's folder, beside what the store keeps there."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServingLayout:
    """Paths below the folder of a store."""

    store: Path

    @property
    def token(self) -> Path:
        """The access token."""
        return self.store / ".hoist" / "serving" / "access-token"

    @property
    def master_key(self) -> Path:
        """The key that wraps the data keys of stacks whose secrets provider is `service`."""
        return self.store / ".hoist" / "serving" / "master-key"

    @property
    def data_keys(self) -> Path:
        """The wrapped data keys."""
        return self.store / ".hoist" / "keys"
