"""Cancelling runs, and deciding on those that need it."""

from datetime import timedelta

import pytest

from orchestrator.runs.claiming import claim
from orchestrator.runs.errors import NoAttentionNeededError, RunFinishedError
from orchestrator.runs.slices import SliceEnding, slice_ended
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution, request_cancel, resolve_attention
from run_builders import SOON, claim_of, in_state, running
from storages import NOON

NOT_RUNNING = [RunState.QUEUED, RunState.INTERRUPTED, RunState.NEEDS_ATTENTION]


@pytest.mark.parametrize("state", NOT_RUNNING)
def test_a_run_that_nobody_works_on_is_cancelled(state: RunState) -> None:
    """It ends at once, and tells who wanted that."""
    move = request_cancel(in_state(state), who="eve", now=SOON)

    assert move.run.state is RunState.CANCELLED
    assert move.run.reason == "cancelled by eve"
    assert move.transition
    assert move.transition.event is RunEvent.CANCELLED
    assert (move.transition.who, move.transition.at) == ("eve", SOON)


def test_the_worker_of_a_running_run_is_asked() -> None:
    """The run goes on running, with the wish in its record and its lease untouched."""
    run = running()

    move = request_cancel(run, who="eve", now=SOON)

    assert move.run.state is RunState.RUNNING
    assert move.run.lease == run.lease
    assert move.run.cancel
    assert (move.run.cancel.who, move.run.cancel.at) == ("eve", SOON)
    assert move.transition
    assert move.transition.event is RunEvent.CANCEL_REQUESTED


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_a_wish_may_be_repeated(state: RunState) -> None:
    """The first who asked is remembered; asking again changes nothing."""
    asked = request_cancel(in_state(state), who="eve", now=NOON).run

    again = request_cancel(asked, who="mallory", now=SOON)

    assert again.run == asked
    assert again.transition is None


@pytest.mark.parametrize("state", [RunState.SUCCEEDED, RunState.FAILED, RunState.DEAD])
def test_a_finished_run_is_not_cancelled(state: RunState) -> None:
    """The refusal names the run and how it ended."""
    with pytest.raises(RunFinishedError, match=f"Run run-1 is {state}") as refused:
        request_cancel(in_state(state), who="eve", now=SOON)

    assert refused.value.code == "run_finished"


def test_who_takes_over_sees_the_wish() -> None:
    """A run whose worker died before it could stop is taken over with the wish set."""
    run = request_cancel(running(), who="eve", now=NOON).run

    taken = claim(run, worker_id="worker-2", now=NOON + timedelta(hours=1)).run

    assert taken.cancel


def test_retry_makes_a_run_claimable() -> None:
    """After a person's decision any worker may go on."""
    move = resolve_attention(
        in_state(RunState.NEEDS_ATTENTION), Resolution.RETRY, who="ada", now=SOON
    )

    assert move.run.state is RunState.INTERRUPTED
    assert move.run.is_claimable(SOON)
    assert move.transition
    assert (move.transition.event, move.transition.who) == (RunEvent.RETRIED, "ada")


def test_retry_forgets_an_earlier_cancel() -> None:
    """A run that was to be cancelled, needed attention instead and is retried runs on."""
    run = request_cancel(running(), who="eve", now=NOON).run
    run = slice_ended(run, claim_of(run), SliceEnding(SliceOutcome.NEEDS_ATTENTION), now=NOON).run

    assert resolve_attention(run, Resolution.RETRY, who="ada", now=SOON).run.cancel is None
    assert request_cancel(run, who="eve", now=SOON).run.state is RunState.CANCELLED


def test_cancel_resolves_attention() -> None:
    """A person may give the run up."""
    run = in_state(RunState.NEEDS_ATTENTION)

    after = resolve_attention(run, Resolution.CANCEL, who="ada", now=SOON).run

    assert after.state is RunState.CANCELLED


@pytest.mark.parametrize("resolution", Resolution)
@pytest.mark.parametrize(
    "state", [state for state in RunState if state is not RunState.NEEDS_ATTENTION]
)
def test_only_attention_is_resolved(state: RunState, resolution: Resolution) -> None:
    """A run in any other state asks nobody for a decision."""
    with pytest.raises(NoAttentionNeededError, match=f"is {state}") as refused:
        resolve_attention(in_state(state), resolution, who="ada", now=SOON)

    assert refused.value.code == "run_needs_no_attention"
