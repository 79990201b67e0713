"""What becomes of a run when a slice ends."""

from dataclasses import replace

import pytest

from orchestrator.runs.claiming import CRASHES_ALLOWED, claim
from orchestrator.runs.errors import ClaimLostError
from orchestrator.runs.moves import MAX_REASON_LENGTH
from orchestrator.runs.records import CancelRequest, Claim, Progress
from orchestrator.runs.slices import SliceEnding, slice_ended
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from run_builders import AFTER_THE_LEASE, SOON, claim_of, crashed_often, ended, running
from storages import NOON


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (SliceOutcome.SUCCEEDED, RunState.SUCCEEDED),
        (SliceOutcome.FAILED, RunState.FAILED),
        (SliceOutcome.CANCELLED, RunState.CANCELLED),
        (SliceOutcome.NEEDS_ATTENTION, RunState.NEEDS_ATTENTION),
        (SliceOutcome.INTERRUPTED, RunState.INTERRUPTED),
        (SliceOutcome.CRASHED, RunState.INTERRUPTED),
    ],
)
def test_the_outcome_decides(outcome: SliceOutcome, state: RunState) -> None:
    """Each way in which a slice may end leads to one state, and slice and run both tell of it."""
    run = running()
    ending = SliceEnding(outcome, Progress("upd-1", 7, 3), reason="because")

    move = slice_ended(run, claim_of(run), ending, now=SOON)

    assert (move.run.state, move.run.state_since) == (state, SOON)
    assert move.run.lease is None
    assert move.run.slices[-1].outcome is outcome
    assert move.run.slices[-1].ended_at == SOON
    assert move.run.slices[-1].progress == Progress("upd-1", 7, 3)
    assert move.transition
    assert move.transition.event is RunEvent.SLICE_ENDED
    assert (move.transition.from_state, move.transition.to_state) == ("running", state)
    assert move.transition.who == "worker-1"
    assert move.transition.reason == move.run.reason
    assert move.run.transitions[-1] == move.transition


def test_the_worker_says_why() -> None:
    """The reason that a worker gives is the run's; an interrupted slice is told in numbers."""
    run = running()
    because = SliceEnding(SliceOutcome.FAILED, reason="because")
    interrupted = SliceEnding(SliceOutcome.INTERRUPTED, Progress(resources_finished=3))

    assert slice_ended(run, claim_of(run), because, now=SOON).run.reason == "because"
    assert (
        slice_ended(run, claim_of(run), interrupted, now=SOON).run.reason
        == "slice 1 reached its deadline, 3 resources finished"
    )


def test_an_end_without_progress_keeps_the_last_beat() -> None:
    """Who tells nothing newer leaves the slice's progress as it was."""
    run = running()
    told = replace(run.slices[-1], progress=Progress("upd-1", 7, 3))
    run = replace(run, slices=(told,))

    after = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.FAILED), now=SOON).run

    assert after.slices[-1].progress == Progress("upd-1", 7, 3)


def test_an_end_is_noted_once() -> None:
    """Telling the same end again changes nothing and is no transition."""
    run = running()
    ending = SliceEnding(SliceOutcome.SUCCEEDED)
    after = slice_ended(run, claim_of(run), ending, now=NOON).run

    again = slice_ended(after, claim_of(run), ending, now=SOON)

    assert again.run == after
    assert again.transition is None


def test_an_end_is_not_replaced() -> None:
    """Another end than the one that was noted is refused."""
    run = running()
    after = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.SUCCEEDED), now=NOON).run

    with pytest.raises(ClaimLostError, match="is succeeded"):
        slice_ended(after, claim_of(run), SliceEnding(SliceOutcome.FAILED), now=SOON)


def test_an_end_after_a_take_over_is_refused() -> None:
    """The former worker cannot end the slice of the new one, nor its own."""
    run = running()
    taken = claim(run, worker_id="worker-2", now=AFTER_THE_LEASE).run

    for lost in (claim_of(run), Claim(run, "worker-2")):
        with pytest.raises(ClaimLostError):
            slice_ended(taken, lost, SliceEnding(SliceOutcome.SUCCEEDED), now=AFTER_THE_LEASE)


def test_an_end_after_the_lease_counts() -> None:
    """A worker that comes late has ended its slice all the same, if nobody took over."""
    run = running()

    after = slice_ended(
        run, claim_of(run), SliceEnding(SliceOutcome.SUCCEEDED), now=AFTER_THE_LEASE
    ).run

    assert after.state is RunState.SUCCEEDED


def test_two_slices_without_progress_are_one_too_many() -> None:
    """The second slice in a row that finishes no resource fails the run, which says why."""
    once = ended(SliceOutcome.INTERRUPTED)
    assert once.state is RunState.INTERRUPTED

    twice = ended(SliceOutcome.INTERRUPTED, run=once)

    assert twice.state is RunState.FAILED
    assert twice.reason == "2 slices in a row finished no resource"


def test_progress_makes_the_count_start_anew() -> None:
    """Slices without progress fail a run only in a row."""
    run = ended(SliceOutcome.INTERRUPTED)
    run = ended(SliceOutcome.INTERRUPTED, run=run, finished=1)

    assert ended(SliceOutcome.INTERRUPTED, run=run).state is RunState.INTERRUPTED


def test_a_crash_does_not_hide_a_stall() -> None:
    """A crashed slice between two without progress is passed over."""
    run = ended(SliceOutcome.INTERRUPTED)
    run = claim(running(run), worker_id="worker-2", now=AFTER_THE_LEASE).run
    ending = SliceEnding(SliceOutcome.INTERRUPTED)

    assert slice_ended(run, claim_of(run), ending, now=SOON).run.state is RunState.FAILED


def test_a_crash_with_progress_is_progress() -> None:
    """What a worker finished before it crashed counts."""
    run = ended(SliceOutcome.INTERRUPTED)
    run = ended(SliceOutcome.CRASHED, run=run, finished=1)

    assert ended(SliceOutcome.INTERRUPTED, run=run).state is RunState.INTERRUPTED


def test_a_cancelled_run_does_not_go_on() -> None:
    """A slice that was interrupted before its worker read the wish ends the run as cancelled."""
    run = replace(running(), cancel=CancelRequest("eve", NOON))

    after = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.INTERRUPTED), now=SOON).run

    assert (after.state, after.reason) == (RunState.CANCELLED, "cancelled by eve")


def test_a_run_that_ended_before_the_wish_was_read_keeps_its_end() -> None:
    """A wish to cancel that came too late changes nothing."""
    run = replace(running(), cancel=CancelRequest("eve", NOON))

    after = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.SUCCEEDED), now=SOON).run

    assert after.state is RunState.SUCCEEDED


def test_workers_that_give_up_are_counted() -> None:
    """A crash that a worker reports itself counts like one that was noticed."""
    run = crashed_often(CRASHES_ALLOWED)
    ending = SliceEnding(SliceOutcome.CRASHED, reason="out of memory")

    after = slice_ended(run, claim_of(run), ending, now=SOON).run

    assert (after.state, after.reason) == (RunState.DEAD, "3 crashes in a row: out of memory")


def test_a_timeline_never_goes_back() -> None:
    """A move by a machine whose clock is late is noted at the instant of the move before it."""
    run = running(now=SOON)

    after = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.SUCCEEDED), now=NOON).run

    assert after.transitions[-1].at == after.state_since == SOON


def test_reasons_are_short() -> None:
    """A reason of any length is cut, since the record is rewritten as a whole."""
    run = running()
    ending = SliceEnding(SliceOutcome.FAILED, reason="x" * 10_000)

    after = slice_ended(run, claim_of(run), ending, now=SOON).run

    assert len(after.reason) == MAX_REASON_LENGTH
    assert after.reason.endswith("x...")
