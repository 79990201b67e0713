"""What the engine writes into its journal for each step, several steps running side by side.

The steps are generators that pause wherever another step's entry may come in between. Chance
decides which one goes on, and which one fails.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from journals import Entry, entry
from orchestrator.state.journal import JournalEntryKind

State = dict[str, Any]
Steps = Iterator[None]


class StepFailedError(Exception):
    """The provider has refused; the failure is in the journal."""


@dataclass(slots=True)
class Known:
    """A resource in the engine's memory, and by what the journal knows it."""

    state: State
    old_index: int | None = None
    operation_id: int | None = None

    def named_as(self, role: str) -> dict[str, int | None]:
        """The fields of an entry that say what happens to this resource."""
        return {f"{role}Old": self.old_index, f"{role}New": self.operation_id}


@dataclass(slots=True)
class Chain:
    """The steps for one resource, one after the other, and what must have ended before."""

    steps: Steps
    provides: str
    waits_for: frozenset[str] = frozenset()


@dataclass(slots=True)
class SimulatedEngine:
    """One update's journal in the making."""

    chance: Random
    failure_rate: float
    continue_on_error: bool
    entries: list[Entry] = field(default_factory=list)
    has_failed: bool = False
    has_removed_anything: bool = False
    _last_operation: int = 0

    def write(self, kind: JournalEntryKind, operation_id: int = 0, **fields: Any) -> None:
        self.entries.append(entry(kind, len(self.entries) + 1, operation_id, **fields))

    def next_operation(self) -> int:
        self._last_operation += 1
        return self._last_operation

    def run(self, chains: Sequence[Chain]) -> set[str]:
        """Run all chains that can be run; returns what the finished ones provide."""
        waiting = list(chains)
        running: list[Chain] = []
        finished: set[str] = set()
        while True:
            may_start = self.continue_on_error or not self.has_failed
            ready = [c for c in waiting if c.waits_for <= finished] if may_start else []
            if not ready and not running:
                return finished
            chain = self.chance.choice([*ready, *running])
            if chain not in running:
                waiting.remove(chain)
                running.append(chain)
            try:
                next(chain.steps)
            except StopIteration:
                running.remove(chain)
                finished.add(chain.provides)
            except StepFailedError:
                running.remove(chain)

    # Steps. Each one begins, pauses while the provider works, and ends.

    def same(self, known: Known, state: State) -> Steps:
        yield from self._step(lambda op: self._succeed(op, known, state, known.named_as("remove")))

    def skip(self) -> Steps:
        """A create that was not among the targets: begun and ended without a state."""
        yield from self._step(lambda op: self.write(JournalEntryKind.SUCCESS, op), may_fail=False)

    def create(self, known: Known, state: State, operation: str = "creating") -> Steps:
        """Also an import. A predecessor that waits for its replacement goes away now."""
        marks = known.named_as("remove") if known.state.get("pendingReplacement") else {}
        yield from self._step(
            lambda op: self._succeed(op, known, state, marks), operation=operation, state=state
        )

    def create_replacement(self, known: Known, state: State, operation: str = "creating") -> Steps:
        """The new one first; the old one waits for its deletion."""
        marks = known.named_as("delete")
        yield from self._step(
            lambda op: self._succeed(op, known, state, marks), operation=operation, state=state
        )

    def update(self, known: Known, state: State, operation: str = "updating") -> Steps:
        """Also a read."""
        yield from self._step(
            lambda op: self._succeed(op, known, state, known.named_as("remove")),
            operation=operation,
            state=state,
        )

    def delete(self, known: Known) -> Steps:
        yield from self._step(
            lambda op: self._remove(op, known.named_as("remove")),
            operation="deleting",
            state=known.state,
        )

    def delete_before_replacement(self, known: Known) -> Steps:
        yield from self._step(
            lambda op: self._await_replacement(op, known), operation="deleting", state=known.state
        )

    def forget_pending_replacement(self, known: Known) -> Steps:
        yield from self._step(lambda op: self._remove(op, known.named_as("remove")), may_fail=False)

    def refresh_in_place(self, known: Known, state: State | None) -> Steps:
        """A refresh before the update: the resource keeps its place, or is gone."""
        yield from self._step(
            lambda op: self.write(
                JournalEntryKind.REFRESH_SUCCESS,
                op,
                **_present(state),
                **known.named_as("remove"),
                isRefresh=True,
            )
        )

    def refresh_as_step(self, known: Known, state: State) -> Steps:
        """A refresh of this resource alone, as part of the update."""
        marks = {**known.named_as("remove"), "isRefresh": True}
        yield from self._step(lambda op: self._succeed(op, known, state, marks))

    def register_outputs(self, known: Known, outputs: Mapping[str, Any]) -> None:
        known.state = {**known.state, "outputs": dict(outputs)}
        self.write(
            JournalEntryKind.OUTPUTS,
            self.next_operation(),
            state=known.state,
            **known.named_as("remove"),
        )

    def _step(
        self,
        succeed: Callable[[int], None],
        *,
        operation: str = "",
        state: State | None = None,
        may_fail: bool = True,
    ) -> Steps:
        operation_id = self.next_operation()
        begun = {"operation": {"type": operation, "resource": state}} if operation else {}
        self.write(JournalEntryKind.BEGIN, operation_id, **begun)
        yield
        if may_fail and self.chance.random() < self.failure_rate:
            self.has_failed = True
            self.write(JournalEntryKind.FAILURE, operation_id, **_present(state))
            raise StepFailedError
        succeed(operation_id)

    def _succeed(
        self, operation_id: int, known: Known, state: State, marks: Mapping[str, Any]
    ) -> None:
        self.write(JournalEntryKind.SUCCESS, operation_id, state=state, **marks)
        known.state, known.old_index, known.operation_id = state, None, operation_id

    def _remove(self, operation_id: int, marks: Mapping[str, Any]) -> None:
        self.has_removed_anything = True
        self.write(JournalEntryKind.SUCCESS, operation_id, **marks)

    def _await_replacement(self, operation_id: int, known: Known) -> None:
        self._remove(operation_id, known.named_as("pendingReplacement"))
        known.state = {**known.state, "pendingReplacement": True}


def _present(state: State | None) -> dict[str, Any]:
    return {"state": state} if state is not None else {}
