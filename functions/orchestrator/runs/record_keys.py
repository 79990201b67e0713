"""Where runs, their queues and what helps to find them are stored."""

import hashlib

from orchestrator.state.storage import RecordKey

WAITING_PARTITION = "run-waiting"
"""One marker per stack with an unfinished run: few, whatever the history is."""


def runs_partition(stack_id: str) -> str:
    """The partition that lists a stack's runs, in the order of their creation."""
    return f"runs#{stack_id}"


def run_key(stack_id: str, run_id: str) -> RecordKey:
    return RecordKey(runs_partition(stack_id), run_id)


def queue_key(stack_id: str) -> RecordKey:
    """Where the ids of a stack's unfinished runs are."""
    return RecordKey(f"run-queue#{stack_id}", "queue")


def idempotency_key(stack_id: str, key: str) -> RecordKey:
    """Where it is noted which run a key of a stack stands for."""
    # Whatever the caller chose, the store's keys stay short and plain.
    return RecordKey(f"run-keys#{stack_id}", hashlib.sha256(key.encode()).hexdigest())


def waiting_key(stack_id: str) -> RecordKey:
    return RecordKey(WAITING_PARTITION, stack_id)
