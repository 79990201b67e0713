"""The ends of updates: completed by the client, cancelled by a person, taken over, refused."""

from dataclasses import replace

from hoist.clock import Clock
from orchestrator.state.conflicts import Conflicts
from orchestrator.state.errors import UpdateLostError
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.names import StackName
from orchestrator.state.open_updates import OpenUpdates
from orchestrator.state.publish import Publisher
from orchestrator.state.records import UpdateRecord, UpdateStatus
from orchestrator.state.stacks import Stacks
from orchestrator.state.update_records import UpdateRecords


class Endings:
    """Seals journals, and has them published."""

    def __init__(
        self,
        stacks: Stacks,
        records: UpdateRecords,
        open_updates: OpenUpdates,
        publisher: Publisher,
        conflicts: Conflicts,
        *,
        clock: Clock,
    ) -> None:
        self._stacks = stacks
        self._records = records
        self._open_updates = open_updates
        self._publisher = publisher
        self._conflicts = conflicts
        self._clock = clock

    def end(self, name: StackName, update_id: str, seal: Seal) -> UpdateRecord:
        """Seal the journal, whoever wrote it, and publish it; an earlier seal stays in force."""
        update = self._records.require(self._stacks.require(name).id, update_id)
        if not update.status.is_final:
            self._open_updates.journal(update).seal(seal)
        return self._finish(name, update)

    def complete(self, name: StackName, update: UpdateRecord, *, succeeded: bool) -> UpdateRecord:
        """As Updates.complete promises."""
        if update.is_dry_run:
            return self._complete_dry_run(name, update, succeeded=succeeded)
        # `update` may be as it was when it started; whoever noted its changes was maybe another.
        stored = self._records.require(update.stack_id, update.id)
        seal = Seal(
            SealReason.COMPLETED,
            succeeded=succeeded,
            resource_changes=stored.resource_changes,
        )
        in_force = self._open_updates.journal(update).complete(seal)
        ended = self._finish(name, update)
        if in_force.reason is not SealReason.COMPLETED:
            raise UpdateLostError(str(in_force), way_out="start a new update")
        if ended.status is UpdateStatus.CONFLICTED:
            raise self._conflicts.error(name, ended)
        return ended

    def cancel(self, name: StackName, update_id: str) -> UpdateRecord:
        """As Updates.cancel promises."""
        stack = self._stacks.require(name)
        update = self._records.require(stack.id, update_id)
        if not stack.is_held_by(update_id):
            if update.status.is_final:
                raise UpdateLostError(f"update {update_id} has already ended")
            update = self._records.change(update, self._withdrawn)
            if update.status.is_final:
                return update
        return self.end(name, update_id, Seal(SealReason.CANCELLED, "on request"))

    def _finish(self, name: StackName, update: UpdateRecord) -> UpdateRecord:
        ended = self._publisher.finish(name, update)
        self._open_updates.forget(name, update)
        return ended

    def _complete_dry_run(
        self, name: StackName, update: UpdateRecord, *, succeeded: bool
    ) -> UpdateRecord:
        status = UpdateStatus.SUCCEEDED if succeeded else UpdateStatus.FAILED
        ended = self._records.change(update, lambda stored: self._ended(stored, status))
        self._open_updates.forget(name, update)
        return ended

    def _withdrawn(self, stored: UpdateRecord) -> UpdateRecord:
        """An update that never opened its stack is over with its record; one that did is not."""
        has_opened = stored.status is UpdateStatus.RUNNING and not stored.is_dry_run
        return stored if has_opened else self._ended(stored, UpdateStatus.FAILED, "cancelled")

    def _ended(self, stored: UpdateRecord, status: UpdateStatus, reason: str = "") -> UpdateRecord:
        if stored.status.is_final:
            return stored
        return replace(stored, status=status, ended_at=self._clock.now(), reason=reason)
