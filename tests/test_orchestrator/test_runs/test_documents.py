"""Runs, queues and requests as documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.runs.claiming import LEASE_LENGTH, MAX_SLICES
from orchestrator.runs.documents import document_of, run_in
from orchestrator.runs.errors import RunRequestError
from orchestrator.runs.queue_documents import RunQueue, queue_document, queue_in
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.runs.wishes import request_cancel
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import RecordKey
from orchestrator.state.stores.documents import MAX_DOCUMENT_BYTES, decode_document, encode_document
from run_builders import SOON, crashed_often, ended, in_state, queued, running
from run_sites import STACK, request
from storages import NOON

RUNS = [in_state(state) for state in RunState] + [
    crashed_often(2),
    request_cancel(running(), who="eve", now=SOON).run,
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.state}")
def test_a_run_is_read_as_it_was_written(run: Run) -> None:
    """Every part of a run survives the way through JSON; its revision is the store's."""
    found = run_in(_stored(document_of(run)), revision=run.revision)

    assert found == run


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_survives(message: str, asked_by: str) -> None:
    """What people write is kept as they wrote it."""
    wish = request(message=message, asked_by=asked_by)
    run = Run("run-1", wish, NOON, RunState.QUEUED, NOON)

    assert run_in(_stored(document_of(run)), revision=0).request == wish


@pytest.mark.parametrize("newest", [None, queued()])
def test_a_queue_is_read_as_it_was_written(newest: Run | None) -> None:
    """The ids, the newest run and the instants of a queue survive the way through JSON."""
    queue = RunQueue(STACK, ("run-1", "run-2"), newest, NOON, SOON, revision=4)

    found = queue_in(_stored(queue_document(queue)), stack_id=STACK, revision=4)

    assert found == queue


def test_the_longest_run_fits() -> None:
    """A run with as many slices as one may have, two crashes before each end, is far from the
    largest record that a store takes."""
    run, now = queued(), NOON
    while not run.state.is_final:
        worker_id = f"{len(run.slices):0100d}"
        run = running(run, worker_id, now)
        assert len(run.slices) <= MAX_SLICES
        if run.lease and len(run.slices) % 3 == 0:
            run = ended(SliceOutcome.INTERRUPTED, run=run, finished=1, now=now)
        now += LEASE_LENGTH

    assert len(run.slices) == MAX_SLICES
    encoded = encode_document(RecordKey("runs", "run-1"), document_of(run))
    assert len(encoded) < MAX_DOCUMENT_BYTES / 3


def test_another_format_is_refused() -> None:
    """A record of a version that this one does not know is not misread."""
    document = {**document_of(queued()), "format": 2}

    with pytest.raises(CorruptStateError, match="run record has format 2"):
        run_in(document, revision=1)
    with pytest.raises(CorruptStateError, match="queue record has format 2"):
        queue_in({"format": 2}, stack_id=STACK, revision=1)


@pytest.mark.parametrize(("field", "limit"), [("message", 2000), ("asked_by", 500), ("key", 200)])
def test_texts_of_a_request_are_short(field: str, limit: int) -> None:
    """A text at its limit is taken, a longer one is refused by name."""
    request(**{field: "x" * limit})  # type: ignore[arg-type]

    with pytest.raises(RunRequestError, match=f"has {limit + 1} characters"):
        request(**{field: "x" * (limit + 1)})  # type: ignore[arg-type]


def _stored(document: object) -> dict[str, object]:
    key = RecordKey("runs", "run-1")
    return decode_document(encode_document(key, document), source="a test")  # type: ignore[arg-type]
