"""One journal entry, as the engine sends it."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from orchestrator.state.deployment import Deployment, Resource


class JournalEntryKind(Enum):
    """What an entry says; the numbers are the protocol's."""

    BEGIN = 0
    SUCCESS = 1
    FAILURE = 2
    REFRESH_SUCCESS = 3
    OUTPUTS = 4
    WRITE = 5
    SECRETS_MANAGER = 6
    REBUILT_BASE_STATE = 7
    EXTENSION_PARAMETERIZE = 8
    SNIPPETS = 9


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry. `*_old` are indexes into the base's resources, `*_new` ids of operations.

    Two entries with one digest say the same.
    """

    sequence_id: int
    kind: JournalEntryKind
    operation_id: int
    remove_old: int | None
    remove_new: int | None
    delete_old: int | None
    delete_new: int | None
    pending_replacement_old: int | None
    pending_replacement_new: int | None
    is_refresh: bool
    digest: str
    raw: dict[str, Any] = field(repr=False, compare=False)

    @property
    def state(self) -> Resource | None:
        return self.raw.get("state")

    @property
    def operation(self) -> dict[str, Any] | None:
        return self.raw.get("operation")

    @property
    def secrets_provider(self) -> dict[str, Any] | None:
        return self.raw.get("secretsProvider")

    @property
    def names_provider(self) -> dict[str, Any] | None:
        """The secrets provider that the state has from this entry on; None if it stays."""
        if self.kind is JournalEntryKind.WRITE:
            provider: dict[str, Any] | None = self.new_snapshot.get("secrets_providers")
            return provider
        return self.secrets_provider

    @property
    def new_snapshot(self) -> Deployment:
        """Only a WRITE has one."""
        snapshot: Deployment = self.raw["newSnapshot"]
        return snapshot

    @property
    def snippets(self) -> list[dict[str, Any]]:
        return self.raw.get("snippets") or []

    @property
    def old_indexes(self) -> tuple[int, ...]:
        marks = (self.remove_old, self.delete_old, self.pending_replacement_old)
        return tuple(index for index in marks if index is not None)

    @property
    def new_operations(self) -> tuple[int, ...]:
        marks = (self.remove_new, self.delete_new, self.pending_replacement_new)
        return tuple(operation_id for operation_id in marks if operation_id is not None)
