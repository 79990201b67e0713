"""The state service as its doors see it."""

from dataclasses import dataclass
from typing import Self

from hoist.clock import Clock
from orchestrator.state.claims import Claims
from orchestrator.state.conflicts import Conflicts
from orchestrator.state.data_keys import DataKeys
from orchestrator.state.edits import Edits
from orchestrator.state.holders import Holders
from orchestrator.state.late_outcomes import LateOutcomes
from orchestrator.state.open_updates import OpenUpdates
from orchestrator.state.publish import Publisher
from orchestrator.state.service_keys import ServiceKeys
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.update_endings import Endings
from orchestrator.state.update_records import UpdateRecords
from orchestrator.state.update_starts import Starts
from orchestrator.state.updates import UpdateParts, Updates


@dataclass(frozen=True, slots=True)
class StateService:
    """Stacks and updates over one store."""

    stacks: Stacks
    updates: Updates
    conflicts: Conflicts
    edits: Edits
    late_outcomes: LateOutcomes
    keys: ServiceKeys
    clock: Clock

    @classmethod
    def over(
        cls,
        storage: Storage,
        *,
        holders: Holders,
        clock: Clock,
        data_keys: DataKeys | None = None,
    ) -> Self:
        """The service over a store.

        Without data keys it encrypts for nobody: stacks need a secrets provider of their own.
        """
        stacks = Stacks(storage, clock=clock)
        records = UpdateRecords(storage.records)
        conflicts = Conflicts(storage.objects, stacks, records)
        claims = Claims(storage, stacks, holders=holders, clock=clock)
        open_updates = OpenUpdates(storage.log, stacks, records, clock=clock)
        publisher = Publisher(storage, stacks, records, clock=clock)
        endings = Endings(stacks, records, open_updates, publisher, conflicts, clock=clock)
        starts = Starts(stacks, records, claims, endings, conflicts, clock=clock)
        parts = UpdateParts(records, claims, open_updates, starts, endings)
        updates = Updates(stacks, parts, clock=clock)
        edits = Edits(stacks, updates, open_updates)
        return cls(
            stacks=stacks,
            updates=updates,
            conflicts=conflicts,
            edits=edits,
            late_outcomes=LateOutcomes(storage, edits, clock),
            keys=ServiceKeys(storage.objects, data_keys),
            clock=clock,
        )
