"""The events of runs: written while a slice works, read by whoever follows it, kept for good.

    EventWriter   batches of events, each into the next slot of its slice's log     batches, writer
    RunEvents     pages of a run's events behind a cursor, whichever slice          cursors, pages
    archive       a finished run's events as one object, and its logs gone          archives

A reader sees the slices one after the other, each to its end, and exactly one `result`: the last
event of a run that is over. What a slice that did not end the run thought to be the result is
passed over.
"""

from orchestrator.run_events.pages import EventPage
from orchestrator.run_events.service import RunEvents
from orchestrator.run_events.writer import EventWriter

__all__ = ["EventPage", "EventWriter", "RunEvents"]
