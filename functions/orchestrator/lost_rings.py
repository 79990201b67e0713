"""Rings again for stacks that nobody comes for: what the schedule of the api function is for."""

from typing import TYPE_CHECKING

from orchestrator.estate import InsistentDoorbell

if TYPE_CHECKING:
    from orchestrator.runs.service import RunService


def ring_lost_doorbells(runs: "RunService", doorbell: InsistentDoorbell) -> int:
    """Ring for all of them, past what blocks them; returns for how many.

    Raises DoorbellUnavailableError: the next time finds the rest.
    """
    rung, after, is_done = 0, "", False
    while not is_done:
        sweep = runs.stacks_to_ring(after=after)
        for stack_id in sweep.stack_ids:
            doorbell.ring_past(stack_id)
        rung += len(sweep.stack_ids)
        after, is_done = sweep.next_after, not sweep.next_after
    return rung
