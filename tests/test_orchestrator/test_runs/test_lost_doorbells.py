"""Rings that were lost, and the markers by which waiting stacks are found."""

import pytest

from orchestrator.runs.lost_doorbells import RING_AGAIN_AFTER
from orchestrator.runs.record_keys import WAITING_PARTITION
from orchestrator.runs.records import Progress
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import SliceOutcome
from run_sites import (
    INTERRUPTED,
    LEASE_SECONDS,
    OTHER_STACK,
    STACK,
    SUCCEEDED,
    MeanwhileAt,
    RunSite,
    request,
)
from run_story import check_story, queue_of
from watched_storage import Died, Killer, Moment, Watch

LONG = RING_AGAIN_AFTER.total_seconds()


def test_a_lost_ring_is_found_in_time(site: RunSite) -> None:
    """A queued run that nobody came for is found when 80 s are over, and not before."""
    assert LONG == 80
    site.queued()
    site.clock.advance(LONG - 1)
    assert site.service().stacks_to_ring().stack_ids == []

    site.clock.advance(1)

    assert site.service().stacks_to_ring().stack_ids == [STACK]


def test_a_run_between_slices_is_found(site: RunSite) -> None:
    """The time counts from the end of its slice."""
    site.queued()
    site.clock.advance(LONG)
    site.service().end_slice(site.claimed(), INTERRUPTED)
    assert site.service().stacks_to_ring().stack_ids == []

    site.clock.advance(LONG)

    assert site.service().stacks_to_ring().stack_ids == [STACK]


def test_a_dead_worker_is_found(site: RunSite) -> None:
    """The time counts from its last heartbeat; who beats is left alone."""
    site.queued()
    service = site.service()
    claim = site.claimed()
    for _ in range(6):
        site.clock.advance(LEASE_SECONDS / 2)
        service.heartbeat(claim, Progress())
        assert service.stacks_to_ring().stack_ids == []

    site.clock.advance(LONG)

    assert service.stacks_to_ring().stack_ids == [STACK]


def test_the_next_run_has_time_of_its_own(site: RunSite) -> None:
    """A run that waited long behind another is not rung for as soon as it is the first."""
    site.queued(2)
    claim = site.claimed()
    for _ in range(9):
        site.clock.advance(LEASE_SECONDS / 2)
        site.service().heartbeat(claim, Progress())
    site.service().end_slice(claim, SUCCEEDED)
    assert site.service().stacks_to_ring().stack_ids == []

    site.clock.advance(LONG)

    assert site.service().stacks_to_ring().stack_ids == [STACK]


def test_attention_is_no_lost_ring(site: RunSite) -> None:
    """Nobody is woken for a run that waits for a person."""
    site.queued(2)
    site.service().end_slice(site.claimed(), SliceEnding(SliceOutcome.NEEDS_ATTENTION))

    site.clock.advance(LONG)

    assert site.service().stacks_to_ring().stack_ids == []


def test_idle_stacks_are_not_looked_at(site: RunSite) -> None:
    """When the last run of a stack has ended, no marker of it is left, and a sweep is one read."""
    site.queued()
    site.service().end_slice(site.claimed(), SUCCEEDED)
    watch = Watch()

    assert site.service(watch).stacks_to_ring().stack_ids == []

    assert list(site.records().list(WAITING_PARTITION)) == []
    assert watch.calls == ["records.list"]


def test_a_sweep_is_bounded(site: RunSite) -> None:
    """A sweep looks at so many stacks and says where to go on."""
    stacks = [f"stk-{number:020x}" for number in range(5)]
    for stack_id in stacks:
        site.queued(stack_id=stack_id)
    site.clock.advance(LONG)
    watch = Watch()

    first = site.service(watch).stacks_to_ring(limit=2)
    second = site.service().stacks_to_ring(limit=2, after=first.next_after)
    third = site.service().stacks_to_ring(limit=2, after=second.next_after)

    assert [first.stack_ids, second.stack_ids, third.stack_ids] == [
        stacks[:2],
        stacks[2:4],
        stacks[4:],
    ]
    assert third.next_after == ""
    assert len(watch.calls) == 1 + 2 * 2


@pytest.mark.parametrize("moment", Moment)
def test_what_a_death_leaves_is_found(moment: Moment) -> None:
    """Whatever call is the last of a worker that ends a stack's last run or the first of two, the
    rest is found by a sweep."""
    for count in (1, 2):
        for number in range(1, _calls_of_end(count) + 1):
            site = RunSite()
            site.queued(count)
            claim = site.claimed()
            with pytest.raises(Died):
                site.service(Killer(at_call=number, moment=moment)).end_slice(claim, SUCCEEDED)
            check_story(site.records(), STACK)

            _sweep_up(site)

            assert all(run.state.is_final for run in check_story(site.records(), STACK))
            assert list(site.records().list(WAITING_PARTITION)) == []


def test_a_submit_may_meet_the_last_leaving(site: RunSite) -> None:
    """A run that comes while the last one leaves the queue keeps its marker, at whatever call."""
    for number in range(1, _calls_of_end(1) + 1):
        site = RunSite()
        site.queued()
        claim = site.claimed()

        site.service(_submit_at(number, site)).end_slice(claim, SUCCEEDED)

        assert len(queue_of(site.records(), STACK).run_ids) == 1
        check_story(site.records(), STACK)


def test_a_submit_may_meet_a_sweep() -> None:
    """A run that comes while a sweep removes the marker of an empty queue keeps its marker."""
    for number in range(1, 5):
        site = RunSite()
        _leave_marker(site)

        site.service(_submit_at(number, site)).stacks_to_ring()

        assert len(queue_of(site.records(), STACK).run_ids) == 1
        check_story(site.records(), STACK)


def test_a_sweep_may_meet_a_submit() -> None:
    """A sweep that comes at any call of a submit takes no marker that the run needs."""
    watch = Watch()
    RunSite().service(watch).submit(request())
    for number in range(1, len(watch.calls) + 1):
        site = RunSite()
        sweep = MeanwhileAt(at_call=number, action=site.service().stacks_to_ring)

        site.service(sweep).submit(request())

        assert len(queue_of(site.records(), STACK).run_ids) == 1
        check_story(site.records(), STACK)


def test_a_sweep_removes_markers_of_nothing(site: RunSite) -> None:
    """A marker that a dead submitter left is gone after a sweep; others stay."""
    _leave_marker(site)
    site.queued(stack_id=OTHER_STACK)

    assert site.service().stacks_to_ring().stack_ids == []

    assert [found.key.sort for found in site.records().list(WAITING_PARTITION)] == [OTHER_STACK]


def _submit_at(number: int, site: RunSite) -> MeanwhileAt:
    return MeanwhileAt(at_call=number, action=lambda: site.service().submit(request()))


def _leave_marker(site: RunSite) -> None:
    """A submitter puts the marker and dies before its run is in the queue."""
    watch = Watch()
    RunSite().service(watch).submit(request())
    with pytest.raises(Died):
        site.service(Killer(at_call=watch.calls.index("records.put") + 2)).submit(request())
    assert queue_of(site.records(), STACK).run_ids == ()
    assert len(site.records().list(WAITING_PARTITION)) == 1


def _calls_of_end(count: int) -> int:
    site, watch = RunSite(), Watch()
    site.queued(count)
    site.service(watch).end_slice(site.claimed(), SUCCEEDED)
    return len(watch.calls)


def _sweep_up(site: RunSite) -> None:
    for number in range(5):
        site.clock.advance(LONG)
        for stack_id in site.service().stacks_to_ring().stack_ids:
            if claim := site.service().claim_next(stack_id, worker_id=f"sweeper-{number}"):
                site.service().end_slice(claim, SUCCEEDED)
