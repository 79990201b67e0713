"""Deleting a stack that runs are asked of."""

from contextlib import suppress

import pytest

from api_estate import InMemoryEstate
from orchestrator.runs.states import RunKind, RunState
from orchestrator.stack_life.errors import StackBeingDeletedError, UnfinishedRunsError
from orchestrator.stack_life.removal import StackRemoval
from orchestrator.stack_life.submission import RunSubmissions, WantedRun
from orchestrator.state.errors import StackNotFoundError
from run_sites import MeanwhileAt
from state_sites import DEV
from watched_storage import Died, Killer, Watch, watched


@pytest.fixture
def estate() -> InMemoryEstate:
    made = InMemoryEstate()
    made.stacks.create(DEV, tags={}, secrets=made.data_keys.new)
    return made


def delete(estate: InMemoryEstate) -> None:
    StackRemoval(estate.stacks, estate.runs, estate.queues).delete(DEV, force=False, who="ada")


def submit(estate: InMemoryEstate) -> None:
    submissions = RunSubmissions(
        estate.stacks, estate.runs, data_keys=estate.data_keys, programs=estate.programs
    )
    submissions.submit(WantedRun(stack=DEV, kind=RunKind.DESTROY, asked_by="bob"))


def test_a_stack_with_unfinished_runs_stays(estate: InMemoryEstate) -> None:
    """It is refused as long as one of them is not over, and says how many."""
    submit(estate)
    submit(estate)

    with pytest.raises(UnfinishedRunsError, match="2 unfinished"):
        delete(estate)

    stack_id = estate.stacks.require(DEV).id
    for run in estate.runs.unfinished(stack_id):
        estate.runs.cancel(stack_id, run.id, who="ada")
    delete(estate)
    assert estate.stacks.find(DEV) is None


def test_a_finished_run_is_no_hindrance(estate: InMemoryEstate) -> None:
    """Though it may still stand in the queue, when its worker died before it took it out."""
    submit(estate)
    record = estate.stacks.require(DEV)
    [run] = estate.runs.unfinished(record.id)
    estate.runs.cancel(record.id, run.id, who="ada")

    delete(estate)

    assert estate.stacks.find(DEV) is None


def test_a_run_that_comes_meanwhile_is_cancelled() -> None:
    """At whatever call of the deletion it comes: it is refused, or nobody has to work on it."""
    for number in range(1, _calls_of_a_deletion() + 1):
        estate = InMemoryEstate()
        estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
        stack_id = estate.stacks.require(DEV).id
        storage = estate.storage
        met = _Met(estate)
        estate.storage = watched(storage, MeanwhileAt(at_call=number, action=met.submit))
        try:
            delete(estate)
        except UnfinishedRunsError:
            # It came before the deletion had looked.
            assert len(estate.runs.unfinished(stack_id)) == 1
            continue
        estate.storage = storage

        assert estate.stacks.find(DEV) is None
        assert estate.runs.unfinished(stack_id) == []
        for run in estate.runs.list(stack_id).runs:
            assert run.state is RunState.CANCELLED


def test_a_deletion_that_died_is_finished(estate: InMemoryEstate) -> None:
    """At whatever call: deleting again takes the stack away."""
    for number in range(1, _calls_of_a_deletion() + 1):
        estate = InMemoryEstate()
        estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
        storage = estate.storage
        estate.storage = watched(storage, Killer(at_call=number))
        with pytest.raises(Died):
            delete(estate)
        estate.storage = storage

        if estate.stacks.find(DEV) is not None:
            delete(estate)

        assert estate.stacks.find(DEV) is None


def test_what_is_not_there_cannot_be_deleted() -> None:
    """It is told as such."""
    with pytest.raises(StackNotFoundError):
        delete(InMemoryEstate())


class _Met:
    """Somebody who submits while the stack is being deleted, and may be refused."""

    def __init__(self, estate: InMemoryEstate) -> None:
        self._estate = InMemoryEstate(estate.storage)
        self._estate.runs = estate.runs

    def submit(self) -> None:
        with suppress(StackNotFoundError, StackBeingDeletedError):
            submit(self._estate)


def _calls_of_a_deletion() -> int:
    estate, watch = InMemoryEstate(), Watch()
    estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
    estate.storage = watched(estate.storage, watch)
    delete(estate)
    return len(watch.calls)
