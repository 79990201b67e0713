"""Runs through their use cases: order, slices, cancels, decisions, and who rings when."""

from datetime import timedelta

import pytest

from orchestrator.runs.claiming import CRASHES_ALLOWED
from orchestrator.runs.errors import (
    ClaimLostError,
    DoorbellUnavailableError,
    RunNotFoundError,
)
from orchestrator.runs.records import Progress
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from run_sites import (
    INTERRUPTED,
    LEASE_SECONDS,
    OTHER_STACK,
    STACK,
    SUCCEEDED,
    RunSite,
    request,
)
from run_story import check_story, finish_everything

NEEDS_ATTENTION = SliceEnding(SliceOutcome.NEEDS_ATTENTION, reason="a create is pending")


def test_a_submitted_run_is_queued(site: RunSite) -> None:
    """It is stored as it was asked for, before the doorbell rings once."""
    wish = request(message="first")

    submission = site.service().submit(wish)

    assert submission.is_new
    assert submission.run == site.service().get(STACK, submission.run.id)
    assert submission.run.request == wish
    assert submission.run.state is RunState.QUEUED
    assert submission.run.created_at == site.clock.now()
    assert site.doorbell.rings == [STACK]


def test_a_silent_doorbell_loses_nothing(site: RunSite) -> None:
    """A run is accepted even if the ring does not go out."""

    class BrokenDoorbell:
        def ring(self, stack_id: str) -> None:
            raise DoorbellUnavailableError(f"no ring for {stack_id}")

    service = RunService(site.records(), doorbell=BrokenDoorbell(), clock=site.clock)

    submission = service.submit(request())

    assert site.service().get(STACK, submission.run.id) == submission.run


def test_runs_are_worked_on_in_order(site: RunSite) -> None:
    """The second run of a stack is not claimed before the first has ended."""
    first, second = site.queued(2)
    service = site.service()

    claim = service.claim_next(STACK, worker_id="worker-1")
    assert claim
    assert claim.run.id == first.id
    assert service.claim_next(STACK, worker_id="worker-2") is None

    service.end_slice(claim, SUCCEEDED)

    assert site.doorbell.rings == [STACK]
    assert site.claimed("worker-2").run.id == second.id


def test_stacks_do_not_wait_for_each_other(site: RunSite) -> None:
    """Each stack has its own queue and its own running run."""
    site.queued(stack_id=STACK)
    [other] = site.queued(stack_id=OTHER_STACK)
    site.claimed(stack_id=STACK)

    assert site.claimed(stack_id=OTHER_STACK).run.id == other.id


def test_order_survives_a_clock_that_goes_back(site: RunSite) -> None:
    """Of two runs the later one has the greater id and instant, whatever the clocks say."""
    first = site.service().submit(request()).run
    site.clock.advance(-3600)

    second = site.service().submit(request()).run

    assert second.id > first.id
    assert second.created_at == first.created_at + timedelta(milliseconds=1)
    assert [run.id for run in site.service().unfinished(STACK)] == [first.id, second.id]


def test_a_run_goes_on_in_slices(site: RunSite) -> None:
    """An interrupted run rings, is claimed again at once, and comes before those behind it."""
    first, _ = site.queued(2)
    service = site.service()
    for number in range(1, 11):
        claim = site.claimed(f"worker-{number}")
        assert (claim.run.id, claim.slice_number) == (first.id, number)
        service.end_slice(claim, INTERRUPTED)
    assert site.doorbell.rings == [STACK] * 10

    run = service.end_slice(site.claimed("last"), SUCCEEDED)

    assert run.state is RunState.SUCCEEDED
    assert len(run.slices) == 11


def test_there_is_nothing_to_claim(site: RunSite) -> None:
    """An empty queue has no claim, and a needless ring changes nothing."""
    assert site.service().claim_next(STACK, worker_id="worker-1") is None

    site.queued()
    site.service().end_slice(site.claimed(), SUCCEEDED)

    assert site.service().claim_next(STACK, worker_id="worker-2") is None
    assert site.doorbell.rings == []


def test_a_crashed_worker_is_replaced(site: RunSite) -> None:
    """After 60 s without a heartbeat another worker goes on, and the first one is refused."""
    site.queued()
    service = site.service()
    lost = site.claimed("worker-1")
    site.clock.advance(LEASE_SECONDS - 1)
    assert service.claim_next(STACK, worker_id="worker-2") is None
    site.clock.advance(1)

    claim = site.claimed("worker-2")

    assert claim.run.crashes_in_a_row == 1
    with pytest.raises(ClaimLostError):
        service.heartbeat(lost, Progress())
    with pytest.raises(ClaimLostError):
        service.end_slice(lost, SUCCEEDED)
    assert service.end_slice(claim, SUCCEEDED).state is RunState.SUCCEEDED


def test_heartbeats_keep_a_run(site: RunSite) -> None:
    """A worker that beats is never taken for dead, and its progress is there to be read."""
    site.queued()
    service = site.service()
    claim = site.claimed("worker-1")

    for beat in range(1, 10):
        site.clock.advance(20)
        service.heartbeat(claim, Progress("upd-1", 7, beat))
        assert service.claim_next(STACK, worker_id="worker-2") is None

    assert service.get(STACK, claim.run.id).slices[-1].progress == Progress("upd-1", 7, 9)


def test_a_dead_run_makes_way(site: RunSite) -> None:
    """Who finds that a run has crashed too often gets the next run of the stack."""
    first, second = site.queued(2)
    for number in range(CRASHES_ALLOWED + 1):
        assert site.claimed(f"worker-{number}").run.id == first.id
        site.clock.advance(LEASE_SECONDS)

    claim = site.claimed("last")

    assert site.service().get(STACK, first.id).state is RunState.DEAD
    assert claim.run.id == second.id


def test_behind_a_crash_somebody_looks_once_more(site: RunSite) -> None:
    """A run that ends after a crash is rung for even if no other waits: it left something open."""
    [run] = site.queued()
    claim = site.claimed()
    site.service().end_slice(claim, SliceEnding(SliceOutcome.CRASHED))
    site.doorbell.rings.clear()

    site.service().cancel(STACK, run.id, who="eve")

    assert site.service().get(STACK, run.id).state is RunState.CANCELLED
    assert site.doorbell.rings == [STACK]
    assert site.service().claim_next(STACK, worker_id="worker-2") is None


def test_attention_holds_the_queue(site: RunSite) -> None:
    """Nothing of the stack runs until a person has decided; then the ring goes out."""
    first, second = site.queued(2)
    service = site.service()
    service.end_slice(site.claimed(), NEEDS_ATTENTION)
    assert service.claim_next(STACK, worker_id="worker-2") is None
    assert service.get(STACK, first.id).reason == "a create is pending"
    assert site.doorbell.rings == []

    service.resolve_attention(STACK, first.id, Resolution.RETRY, who="ada")

    assert site.doorbell.rings == [STACK]
    again = site.claimed("worker-3")
    assert again.run.id == first.id
    service.end_slice(again, NEEDS_ATTENTION)
    service.resolve_attention(STACK, first.id, Resolution.CANCEL, who="ada")
    assert site.doorbell.rings == [STACK, STACK]
    assert site.claimed("worker-4").run.id == second.id


def test_a_queued_run_is_cancelled_at_once(site: RunSite) -> None:
    """It leaves the queue wherever it stands, and those behind it move up."""
    first, second, third = site.queued(3)

    cancelled = site.service().cancel(STACK, second.id, who="eve")

    assert cancelled.state is RunState.CANCELLED
    assert [run.id for run in site.service().unfinished(STACK)] == [first.id, third.id]
    check_story(site.records(), STACK)


def test_a_running_run_is_told_with_its_heartbeat(site: RunSite) -> None:
    """The worker reads the wish with its next beat, and ends its slice as cancelled."""
    site.queued()
    service = site.service()
    claim = site.claimed()
    assert service.heartbeat(claim, Progress()).cancel is None

    assert service.cancel(STACK, claim.run.id, who="eve").state is RunState.RUNNING

    wish = service.heartbeat(claim, Progress()).cancel
    assert wish
    assert wish.who == "eve"
    run = service.end_slice(claim, SliceEnding(SliceOutcome.CANCELLED))
    assert run.state is RunState.CANCELLED
    assert service.cancel(STACK, run.id, who="eve") == run


def test_an_end_is_told_once(site: RunSite) -> None:
    """A worker that lost the answer ends its slice again: one transition, one slice, one end."""
    [run] = site.queued()
    service = site.service()
    claim = site.claimed()

    first = service.end_slice(claim, SUCCEEDED)
    site.clock.advance(5)
    second = service.end_slice(claim, SUCCEEDED)

    assert first == second
    ends = [transition for _, transition in site.heard if transition.to_state.is_final]
    assert len(ends) == 1
    assert service.get(STACK, run.id).transitions[-1] == ends[0]


def test_every_transition_is_heard(site: RunSite) -> None:
    """Who listens hears exactly what the run's record tells, in order."""
    run = site.service().submit(request()).run
    service = site.service()
    service.end_slice(site.claimed("worker-1"), INTERRUPTED)
    site.claimed("worker-2")
    site.clock.advance(LEASE_SECONDS)
    claim = site.claimed("worker-3")
    service.heartbeat(claim, Progress())
    service.cancel(STACK, run.id, who="eve")
    run = service.end_slice(claim, SliceEnding(SliceOutcome.CANCELLED))

    assert tuple(transition for _, transition in site.heard) == run.transitions
    assert [transition.event for transition in run.transitions] == [
        RunEvent.SUBMITTED,
        RunEvent.CLAIMED,
        RunEvent.SLICE_ENDED,
        RunEvent.CLAIMED,
        RunEvent.TAKEN_OVER,
        RunEvent.CANCEL_REQUESTED,
        RunEvent.SLICE_ENDED,
    ]
    assert site.heard[-1][0] == run
    check_story(site.records(), STACK)


def test_an_absent_run_is_an_error(site: RunSite) -> None:
    """Nobody reads, cancels or decides on a run that there is not, nor one of another stack."""
    [run] = site.queued()
    service = site.service()

    with pytest.raises(RunNotFoundError, match="run-none"):
        service.get(STACK, "run-none")
    with pytest.raises(RunNotFoundError):
        service.get(OTHER_STACK, run.id)
    with pytest.raises(RunNotFoundError):
        service.cancel(STACK, "run-none", who="eve")


def test_pages_are_newest_first(site: RunSite) -> None:
    """Pages follow each other without gap or repetition, though new runs come meanwhile."""
    runs = [run.id for run in site.queued(7)]
    service = site.service()

    first = service.list(STACK, limit=3)
    service.submit(request())
    second = service.list(STACK, limit=3, before=first.next_before)
    third = service.list(STACK, limit=3, before=second.next_before)

    pages = [*first.runs, *second.runs, *third.runs]
    assert [run.id for run in pages] == runs[::-1]
    assert (len(first.runs), len(second.runs), third.next_before) == (3, 3, "")
    assert service.list(OTHER_STACK).runs == ()


def test_everything_comes_to_an_end(site: RunSite) -> None:
    """With nobody but a sweep to ring, all runs of all stacks are worked on."""
    site.queued(3)
    site.queued(2, stack_id=OTHER_STACK)

    finish_everything(site, STACK, OTHER_STACK)

    runs = site.service().list(STACK).runs
    assert [run.state for run in runs] == [RunState.SUCCEEDED] * 3
