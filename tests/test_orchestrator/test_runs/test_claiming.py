"""Claims, heartbeats, and leases that run out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.runs.claiming import (
    CRASHES_ALLOWED,
    LEASE_LENGTH,
    MAX_SLICES,
    claim,
    heartbeat,
)
from orchestrator.runs.errors import ClaimLostError, RunNotClaimableError
from orchestrator.runs.records import Claim, Progress
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from run_builders import (
    AFTER_THE_LEASE,
    SOON,
    claim_of,
    crashed_often,
    ended,
    in_state,
    queued,
    running,
)
from storages import NOON


def test_a_claim_begins_a_slice() -> None:
    """A claimed run is running, in its first slice, under a lease of 60 s."""
    move = claim(queued(), worker_id="worker-1", now=NOON)

    assert move.run.state is RunState.RUNNING
    assert [(found.number, found.worker_id) for found in move.run.slices] == [(1, "worker-1")]
    assert move.run.lease
    assert move.run.lease.ends_at == NOON + timedelta(seconds=60)
    assert move.transition
    assert move.transition.event is RunEvent.CLAIMED
    assert (move.transition.from_state, move.transition.to_state) == ("queued", "running")
    assert (move.transition.who, move.transition.at) == ("worker-1", NOON)


def test_a_run_between_slices_is_claimed_at_once() -> None:
    """An interrupted run goes on in its second slice."""
    run = claim(ended(SliceOutcome.INTERRUPTED, finished=1), worker_id="w", now=NOON).run

    assert run.state is RunState.RUNNING
    assert [found.outcome for found in run.slices] == [SliceOutcome.INTERRUPTED, None]


@pytest.mark.parametrize("state", [state for state in RunState if state.is_final])
def test_a_finished_run_is_not_claimed(state: RunState) -> None:
    """The refusal names the run and the state that it is in."""
    with pytest.raises(RunNotClaimableError, match=f"Run run-1 is {state}") as refused:
        claim(in_state(state), worker_id="w", now=NOON + timedelta(days=9))

    assert refused.value.state is state
    assert refused.value.code == "run_not_claimable"


def test_a_run_that_needs_attention_is_not_claimed() -> None:
    """It waits for a person, however long."""
    with pytest.raises(RunNotClaimableError, match="a person has to decide"):
        claim(in_state(RunState.NEEDS_ATTENTION), worker_id="w", now=NOON + timedelta(days=9))


def test_a_living_lease_keeps_others_away() -> None:
    """Until the instant at which the lease ends nobody else may claim the run."""
    last_instant = AFTER_THE_LEASE - timedelta(microseconds=1)

    with pytest.raises(RunNotClaimableError, match="worker-1 holds it until"):
        claim(running(), worker_id="worker-2", now=last_instant)


def test_an_expired_lease_is_a_crash() -> None:
    """Who takes over counts a crash and says so, in the one move in which it claims."""
    move = claim(running(), worker_id="worker-2", now=AFTER_THE_LEASE)

    assert move.run.crashes_in_a_row == 1
    first, second = move.run.slices
    assert (first.outcome, first.ended_at) == (SliceOutcome.CRASHED, AFTER_THE_LEASE)
    assert (second.number, second.worker_id, second.outcome) == (2, "worker-2", None)
    assert move.transition
    assert move.transition.event is RunEvent.TAKEN_OVER
    assert "worker-1 was not heard of for 60 s" in move.transition.reason


def test_too_many_crashes_end_the_run() -> None:
    """The crash above the limit leaves the run dead, with nobody working on it."""
    run = crashed_often(CRASHES_ALLOWED)
    assert run.state is RunState.RUNNING
    assert run.lease

    move = claim(run, worker_id="last", now=run.lease.ends_at)

    assert move.run.state is RunState.DEAD
    assert move.run.lease is None
    assert move.run.slices[-1].outcome is SliceOutcome.CRASHED
    assert len(move.run.slices) == CRASHES_ALLOWED + 1
    assert move.transition
    assert move.transition.event is RunEvent.GIVEN_UP
    assert "crash 3 in a row, 2 are allowed" in move.run.reason


def test_crashes_count_in_a_row() -> None:
    """A slice that ended on its own makes the count start anew."""
    run = crashed_often(CRASHES_ALLOWED)

    assert ended(SliceOutcome.INTERRUPTED, run=run, finished=1).crashes_in_a_row == 0


def test_slices_are_bounded() -> None:
    """A run with as many slices as its record can tell of is failed rather than claimed."""
    run = ended(SliceOutcome.INTERRUPTED, finished=1)
    run = replace(run, slices=run.slices * MAX_SLICES)

    move = claim(run, worker_id="w", now=NOON)

    assert move.run.state is RunState.FAILED
    assert "100 slices" in move.run.reason


def test_the_same_invocation_may_ask_again() -> None:
    """Who lost the answer to its claim gets the same slice, and nothing is counted."""
    move = claim(running(), worker_id="worker-1", now=SOON)

    assert move.transition is None
    assert len(move.run.slices) == 1
    assert move.run.lease
    assert move.run.lease.ends_at == SOON + LEASE_LENGTH


def test_a_heartbeat_extends_the_lease() -> None:
    """A beat notes the progress, and is no transition."""
    run = running()
    progress = Progress("upd-1", 7, 3)

    move = heartbeat(run, claim_of(run), progress=progress, now=SOON)

    assert move.transition is None
    assert move.run.lease
    assert move.run.lease.heartbeat_at == SOON
    assert move.run.lease.ends_at == SOON + LEASE_LENGTH
    assert move.run.slices[-1].progress == progress


def test_a_late_heartbeat_counts() -> None:
    """A lease that has run out lives again, if nobody took over meanwhile."""
    run = running()

    late = heartbeat(run, claim_of(run), progress=Progress(), now=AFTER_THE_LEASE).run

    assert not late.is_claimable(AFTER_THE_LEASE)


def test_a_heartbeat_after_a_take_over_is_refused() -> None:
    """The former worker learns that its claim is lost, even under the name of the new one."""
    run = running()
    lost = claim_of(run)
    taken = claim(run, worker_id="worker-2", now=AFTER_THE_LEASE).run

    for claim_lost in (lost, Claim(lost.run, "worker-2")):
        with pytest.raises(ClaimLostError, match="Run run-1 is running: slice 1"):
            heartbeat(taken, claim_lost, progress=Progress(), now=AFTER_THE_LEASE)


@pytest.mark.parametrize("state", [state for state in RunState if state is not RunState.RUNNING])
def test_a_heartbeat_needs_a_running_run(state: RunState) -> None:
    """A claim on a run that is in any other state is lost."""
    with pytest.raises(ClaimLostError, match=f"is {state}"):
        heartbeat(in_state(state), claim_of(running()), progress=Progress(), now=SOON)
