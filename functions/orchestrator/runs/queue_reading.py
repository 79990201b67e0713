"""Looking at a queue without taking part in it: one read, however many runs wait."""

from orchestrator.runs.queue_documents import RunQueue, queue_in
from orchestrator.runs.record_keys import queue_key
from orchestrator.state.storage import Records


class QueueReader:
    """The queues of all stacks, as they are at the moment."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def read(self, stack_id: str) -> RunQueue:
        """The queue; an empty one for a stack that never had a run."""
        found = self._records.get(queue_key(stack_id))
        if found is None:
            return RunQueue(stack_id)
        return queue_in(found.value, stack_id=stack_id, revision=found.revision)
