"""Identifiers of runs, in the order of their creation."""

from collections.abc import Callable
from datetime import datetime

from orchestrator.state.ids import time_ordered_id

MakeRunId = Callable[[datetime], str]
"""Makes the id of a run that is created at that instant; later instants give greater ids."""


def new_run_id(created_at: datetime) -> str:
    """`run-<12 hex: milliseconds>-<10 hex>`: sorts by creation, to the millisecond, as text."""
    return time_ordered_id("run-", created_at)
