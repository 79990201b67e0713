"""Looking at a queue without taking part in it."""

from orchestrator.runs.queue_reading import QueueReader
from run_sites import OTHER_STACK, STACK, RunSite
from run_story import queue_of


def test_a_queue_is_read_as_it_stands() -> None:
    """With the ids of its runs in order; a stack that never had a run has an empty one."""
    site = RunSite()
    runs = site.queued(3)
    reader = QueueReader(site.records())

    assert reader.read(STACK) == queue_of(site.records(), STACK)
    assert reader.read(STACK).run_ids == tuple(run.id for run in runs)
    assert reader.read(OTHER_STACK).run_ids == ()
