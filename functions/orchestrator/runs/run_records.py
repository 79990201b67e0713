"""Runs in a store: each move is one write under the revision that it was decided on."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from orchestrator.runs.documents import document_of, run_in
from orchestrator.runs.errors import RunNotFoundError
from orchestrator.runs.moves import Decision, Move
from orchestrator.runs.record_keys import run_key, runs_partition
from orchestrator.runs.records import Run, Transition
from orchestrator.state.errors import RecordChangedError, StateConflictError
from orchestrator.state.record_changes import MAX_WRITE_ATTEMPTS
from orchestrator.state.storage import Record, Records

OnTransition = Callable[[Run, Transition], None]
"""Is told of each transition after its write, and raises nothing: the run's record has it too."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Some runs of a stack, newest first."""

    runs: Sequence[Run]
    next_before: str = ""
    """The id to go on with; empty at the end."""


class RunRecords:
    """The runs of all stacks."""

    def __init__(self, records: Records, *, on_transition: OnTransition) -> None:
        self._records = records
        self._on_transition = on_transition

    def find(self, stack_id: str, run_id: str) -> Run | None:
        found = self._records.get(run_key(stack_id, run_id))
        return _run(found) if found else None

    def require(self, stack_id: str, run_id: str) -> Run:
        """The run; raises RunNotFoundError."""
        run = self.find(stack_id, run_id)
        if run is None:
            raise RunNotFoundError(
                f"the stack has no run '{run_id}'", way_out="list the stack's runs"
            )
        return run

    def add(self, move: Move) -> None:
        """Write a run for the first time; does nothing if it is there, however it is by now."""
        with suppress(RecordChangedError):
            self._write(move)

    def change(self, stack_id: str, run_id: str, decide: Decision) -> Run:
        """Make a move; if somebody else was first, it is decided anew.

        Raises RunNotFoundError, whatever `decide` raises, and StateConflictError if the record
        never holds still.
        """
        for _ in range(MAX_WRITE_ATTEMPTS):
            run = self.require(stack_id, run_id)
            move = decide(run)
            if move.run == run:
                return run
            with suppress(RecordChangedError):
                return self._write(move)
        raise StateConflictError(
            f"run {run_id} is changing too fast", way_out="try again in a moment"
        )

    def page(self, stack_id: str, *, limit: int, before: str = "") -> RunPage:
        """At most `limit` runs older than `before`, or the newest ones.

        A page costs as much as all runs that are newer than its last one.
        """
        window = limit + 1
        while True:
            found = self._records.list(runs_partition(stack_id), descending=True, limit=window)
            older = [record for record in found if not before or record.key.sort < before]
            if len(older) > limit or len(found) < window:
                break
            window *= 2
        runs = tuple(map(_run, older[:limit]))
        return RunPage(runs, next_before=runs[-1].id if len(older) > limit else "")

    def _write(self, move: Move) -> Run:
        run = move.run
        written = self._records.put(
            run_key(run.stack_id, run.id), document_of(run), expected_revision=run.revision
        )
        run = replace(run, revision=written.revision)
        if move.transition is not None:
            self._on_transition(run, move.transition)
        return run


def _run(record: Record) -> Run:
    return run_in(record.value, revision=record.revision)
