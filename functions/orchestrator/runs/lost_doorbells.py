"""Stacks whose first run waits although nobody comes: their doorbell was lost, or never rang."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.runs.queues import Queues
from orchestrator.runs.waiting import WaitingMarker, WaitingStacks

RING_AGAIN_AFTER = timedelta(seconds=80)
"""Counted from when a worker was last heard of, or might have come.

Its lease is over after 60 s, and 20 s are left to a ring that is on its way. With a sweep each
minute a worker that died is noticed within 150 s, even if it never beat.
"""
STACKS_PER_SWEEP = 50


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one look over some of the stacks found."""

    stack_ids: Sequence[str]
    """Those to ring for."""
    next_after: str = ""
    """The stack to go on behind; empty when all were looked at."""


def sweep(
    queues: Queues, waiting: WaitingStacks, *, now: datetime, after: str, limit: int
) -> Sweep:
    """Look at `limit` stacks with unfinished runs, from the one behind `after` on."""
    markers = [marker for marker in waiting.all() if marker.stack_id > after]
    looked_at = markers[:limit]
    found = [marker.stack_id for marker in looked_at if _is_left_waiting(queues, marker, now)]
    has_more = len(markers) > len(looked_at)
    return Sweep(found, next_after=looked_at[-1].stack_id if has_more else "")


def _is_left_waiting(queues: Queues, marker: WaitingMarker, now: datetime) -> bool:
    queue = queues.read(marker.stack_id)
    run = queues.front(queue)
    if run is None:
        queues.remove_idle_marker(marker)
        return False
    waiting_since = run.waiting_since(now)
    if waiting_since is None:
        return False
    first_since = queue.first_since or waiting_since
    return now >= max(waiting_since, first_since) + RING_AGAIN_AFTER
