"""What each journal entry means for the deployment."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestrator.state.deployment import Deployment, Resource
from orchestrator.state.errors import JournalEntryError
from orchestrator.state.fold.aliases import resolve_aliases
from orchestrator.state.fold.references import without_dangling_references
from orchestrator.state.fold.sides import NewResources, OldResources
from orchestrator.state.journal import JournalEntry, JournalEntryKind

_CREATING = "creating"
_INTEGRITY_ERROR = "integrity_error"


class Replay:
    """A deployment under way: a base, and the entries added so far."""

    def __init__(self, base: Deployment) -> None:
        self._has_refresh = False
        self._start_from(base)
        self._apply: Mapping[JournalEntryKind, Callable[[JournalEntry], None]] = {
            JournalEntryKind.BEGIN: self._begin,
            JournalEntryKind.SUCCESS: self._succeed,
            JournalEntryKind.FAILURE: self._end,
            JournalEntryKind.REFRESH_SUCCESS: self._refresh,
            JournalEntryKind.OUTPUTS: self._replace_state,
            JournalEntryKind.WRITE: self._write_base,
            JournalEntryKind.SECRETS_MANAGER: self._change_secrets_provider,
            JournalEntryKind.REBUILT_BASE_STATE: self._rebuild_base,
            JournalEntryKind.EXTENSION_PARAMETERIZE: self._extend,
            JournalEntryKind.SNIPPETS: self._change_snippets,
        }

    def add(self, entry: JournalEntry) -> None:
        """Take in the next entry in the order of sequence ids.

        Raises JournalEntryError if it refers to a resource that is not there.
        """
        self._apply[entry.kind](entry)

    def deployment(self) -> dict[str, Any]:
        """What base and entries add up to, without a manifest."""
        # What this update made comes first, in the order of success: whatever a resource depends on
        # has succeeded before it. What is left of the base follows in its own order; if something
        # it depends on has moved to the front, it is there before it all the same.
        resources: Sequence[Resource] = [*self._new.remaining(), *self._old.remaining()]
        if self._has_refresh:
            resources = without_dangling_references(resources)
        resources, snippets = resolve_aliases(resources, self._base.get("snippets") or [])
        metadata = self._base.get("metadata") or {}
        parts = {
            "secrets_providers": self._base.get("secrets_providers"),
            "resources": resources,
            "pending_operations": self._pending_operations(),
            "metadata": {key: metadata[key] for key in metadata if key != _INTEGRITY_ERROR},
            "snippets": snippets,
            "extensions": {**self._extensions, **(self._base.get("extensions") or {})},
        }
        unknown = {key: self._base[key] for key in self._base if key not in {*parts, "manifest"}}
        return {**{key: part for key, part in parts.items() if part}, **unknown}

    def _start_from(self, base: Deployment) -> None:
        self._base = base
        self._old = OldResources(base.get("resources") or [])
        self._new = NewResources()
        self._begun: dict[int, JournalEntry] = {}
        self._extensions: dict[str, Any] = {}

    def _pending_operations(self) -> list[Mapping[str, Any]]:
        # A create that was cut off left something in the cloud whose id nobody knows: it stays
        # until a person settles it. Of other operations the next update finds out the truth.
        begun = [entry.operation for entry in self._begun.values() if entry.operation]
        from_base = self._base.get("pending_operations") or []
        return [*begun, *(left for left in from_base if left["type"] == _CREATING)]

    def _begin(self, entry: JournalEntry) -> None:
        self._begun[entry.operation_id] = entry

    def _end(self, entry: JournalEntry) -> None:
        self._begun.pop(entry.operation_id, None)

    def _succeed(self, entry: JournalEntry) -> None:
        self._end(entry)
        self._has_refresh = self._has_refresh or entry.is_refresh
        if entry.state:
            self._new.add(entry.operation_id, entry.state)
        self._demand_references(entry)
        self._mark_old(entry)
        self._mark_new(entry)

    def _mark_old(self, entry: JournalEntry) -> None:
        if entry.remove_old is not None:
            self._old.remove(entry.remove_old)
        if entry.delete_old is not None:
            self._old.mark_for_deletion(entry.delete_old)
        if entry.pending_replacement_old is not None:
            self._old.mark_for_replacement(entry.pending_replacement_old)

    def _mark_new(self, entry: JournalEntry) -> None:
        if entry.remove_new is not None:
            self._new.remove(entry.remove_new)
        if entry.delete_new is not None:
            self._new.mark_for_deletion(entry.delete_new)
        if entry.pending_replacement_new is not None:
            self._new.mark_for_replacement(entry.pending_replacement_new)

    def _refresh(self, entry: JournalEntry) -> None:
        self._end(entry)
        self._has_refresh = True
        if entry.state:
            self._replace_state(entry)
            return
        self._demand_references(entry)
        if entry.remove_old is not None:
            self._old.remove(entry.remove_old)
        if entry.remove_new is not None:
            self._new.remove(entry.remove_new)

    def _replace_state(self, entry: JournalEntry) -> None:
        if not entry.state:
            return
        self._demand_references(entry)
        if entry.remove_old is not None:
            self._old.replace(entry.remove_old, entry.state)
        if entry.remove_new is not None:
            self._new.replace(entry.remove_new, entry.state)

    def _write_base(self, entry: JournalEntry) -> None:
        # The engine writes a base before any other step, so that there are no marks yet; should it
        # ever do otherwise, they go on to mean the same indexes, as in the engine.
        self._base = entry.new_snapshot
        self._old.rebase(self._base.get("resources") or [])
        for index in self._old.marked:
            self._demand(index in self._old, entry, f"takes away resource {index} of the base")

    def _change_secrets_provider(self, entry: JournalEntry) -> None:
        if entry.secrets_provider:
            self._base = {**self._base, "secrets_providers": entry.secrets_provider}

    def _rebuild_base(self, entry: JournalEntry) -> None:
        self._start_from(self.deployment())

    def _extend(self, entry: JournalEntry) -> None:
        self._extensions[entry.raw["extensionRef"]] = entry.raw["extension"]

    def _change_snippets(self, entry: JournalEntry) -> None:
        self._base = {**self._base, "snippets": entry.snippets}

    def _demand_references(self, entry: JournalEntry) -> None:
        # The engine's replayer passes over an unknown index, and takes an unknown operation for
        # the first resource of the update: a damaged journal would damage the state.
        for index in entry.old_indexes:
            self._demand(index in self._old, entry, f"refers to resource {index} of the base")
        for operation_id in entry.new_operations:
            self._demand(operation_id in self._new, entry, f"refers to operation {operation_id}")

    def _demand(self, holds: bool, entry: JournalEntry, what: str) -> None:
        if not holds:
            raise JournalEntryError(
                f"journal entry {entry.sequence_id} {what}, which is not there",
                way_out="restore the journal; the checkpoint before the update is untouched",
            )
