"""Ringing again for stacks that nobody comes for."""

from api_estate import RecordingDoorbell
from orchestrator.lost_rings import ring_lost_doorbells
from orchestrator.runs.lost_doorbells import RING_AGAIN_AFTER, STACKS_PER_SWEEP
from run_sites import RunSite


def test_every_waiting_stack_is_rung_for_once() -> None:
    """However many there are: a sweep looks at some, and the next goes on behind them."""
    site, doorbell = RunSite(), RecordingDoorbell()
    stacks = [f"stk-{number:020x}" for number in range(STACKS_PER_SWEEP + 3)]
    for stack_id in stacks:
        site.queued(stack_id=stack_id)
    assert ring_lost_doorbells(site.service(), doorbell) == 0
    site.clock.advance(RING_AGAIN_AFTER.total_seconds())

    assert ring_lost_doorbells(site.service(), doorbell) == len(stacks)

    assert doorbell.rings_past == stacks
    assert doorbell.rings == []
