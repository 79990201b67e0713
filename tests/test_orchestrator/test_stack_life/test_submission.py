"""Asking for a run."""

from dataclasses import replace

import pytest

from api_estate import InMemoryEstate
from orchestrator.runs.errors import RunRequestError
from orchestrator.runs.options import RunOptions
from orchestrator.runs.states import RunKind, RunState
from orchestrator.stack_life.errors import StackBeingDeletedError
from orchestrator.stack_life.submission import RunSubmissions, WantedRun
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import StackName
from orchestrator.state.record_documents import document_of, stack_in
from orchestrator.state.storage import Storage
from orchestrator.uploads.errors import ProgramNotUploadedError
from run_sites import MeanwhileAt
from state_sites import DEV
from watched_storage import Watch, watched


def submissions(estate: InMemoryEstate) -> RunSubmissions:
    return RunSubmissions(
        estate.stacks, estate.runs, data_keys=estate.data_keys, programs=estate.programs
    )


def wanted(kind: RunKind = RunKind.UP, *, program: str = "", stack: StackName = DEV) -> WantedRun:
    return WantedRun(stack=stack, kind=kind, asked_by="ada", program=program)


@pytest.mark.parametrize("kind", [RunKind.UP, RunKind.PREVIEW])
def test_a_program_makes_its_stack(kind: RunKind) -> None:
    """The run is of the stack's own id, and of the program that was admitted for it."""
    estate = InMemoryEstate()
    digest = estate.upload()

    submission = submissions(estate).submit(wanted(kind, program=digest))

    request = submission.run.request
    assert submission.is_new
    assert request.stack_id == estate.stacks.require(DEV).id
    assert (request.program_digest, request.asked_by) == (digest, "ada")
    assert estate.programs.exists(digest)


def test_a_missing_program_makes_nothing() -> None:
    """No stack, and no run."""
    estate = InMemoryEstate()

    with pytest.raises(ProgramNotUploadedError):
        submissions(estate).submit(wanted(program="a" * 64))
    assert estate.stacks.find(DEV) is None


def test_destroying_what_is_not_there() -> None:
    """A stack must exist to be refreshed or destroyed."""
    estate = InMemoryEstate()

    with pytest.raises(StackNotFoundError, match="shop/dev"):
        submissions(estate).submit(wanted(RunKind.DESTROY))


@pytest.mark.parametrize(
    ("kind", "program"), [(RunKind.UP, ""), (RunKind.REFRESH, "a" * 64), (RunKind.DESTROY, "a")]
)
def test_a_program_goes_with_its_kinds(kind: RunKind, program: str) -> None:
    """It is named exactly where one runs."""
    with pytest.raises(RunRequestError):
        wanted(kind, program=program)


def test_an_option_goes_with_its_kinds() -> None:
    """What the engine would refuse is refused before it is queued."""
    with pytest.raises(RunRequestError, match="clear_pending_creates"):
        WantedRun(
            stack=DEV,
            kind=RunKind.DESTROY,
            asked_by="ada",
            options=RunOptions(clear_pending_creates=True),
        )


def test_a_stack_that_is_being_deleted_takes_no_run() -> None:
    """Its deletion has begun and died half-way."""
    estate = InMemoryEstate()
    estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
    _mark_as_deleted(estate)

    with pytest.raises(StackBeingDeletedError):
        submissions(estate).submit(wanted(RunKind.DESTROY))
    assert estate.queues.read(estate.stacks.require(DEV).id).run_ids == ()


def test_a_deletion_may_come_at_any_moment() -> None:
    """Whenever a stack's deletion begins under a submission, no run of it stays behind."""
    for number in range(1, _calls_of_a_submission() + 1):
        estate = InMemoryEstate()
        estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
        stack_id = estate.stacks.require(DEV).id
        storage = estate.storage
        meanwhile = MeanwhileAt(
            at_call=number,
            action=lambda storage=storage: _mark(storage),  # type: ignore[misc]
        )
        estate.storage = watched(storage, meanwhile)

        with pytest.raises(StackBeingDeletedError):
            submissions(estate).submit(wanted(RunKind.DESTROY))

        runs = estate.runs.list(stack_id).runs
        assert all(run.state is RunState.CANCELLED for run in runs)
        assert estate.runs.unfinished(stack_id) == []


def test_two_may_make_the_stack_at_once() -> None:
    """Both get a run of the one stack that there is then."""
    estate = InMemoryEstate()
    digest = estate.upload()
    storage = estate.storage

    def other() -> None:
        estate.storage = storage
        submissions(estate).submit(wanted(program=digest))

    estate.storage = watched(storage, MeanwhileAt(at_call=2, action=other))

    submission = submissions(estate).submit(wanted(program=digest))

    assert submission.run.stack_id == estate.stacks.require(DEV).id
    assert len(estate.runs.unfinished(submission.run.stack_id)) == 2


def _mark_as_deleted(estate: InMemoryEstate) -> None:
    _mark(estate.storage)


def _mark(storage: Storage) -> None:
    """What the deletion of shop/dev does first."""
    found = storage.records.get(DEV.record_key)
    assert found
    marked = replace(stack_in(found.value), is_being_deleted=True)
    storage.records.put(DEV.record_key, document_of(marked), expected_revision=found.revision)


def _calls_of_a_submission() -> int:
    estate, watch = InMemoryEstate(), Watch()
    estate.stacks.create(DEV, tags={}, secrets=estate.data_keys.new)
    estate.storage = watched(estate.storage, watch)
    submissions(estate).submit(wanted(RunKind.DESTROY))
    return len(watch.calls)
