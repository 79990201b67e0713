"""Idempotency keys: which run a key of a stack stands for. They are kept as long as the runs."""

from contextlib import suppress

from orchestrator.runs.documents import FORMAT
from orchestrator.runs.record_keys import idempotency_key
from orchestrator.runs.records import Run
from orchestrator.runs.requests import RunRequest
from orchestrator.state.document_fields import known_fields
from orchestrator.state.errors import RecordChangedError
from orchestrator.state.storage import RecordKey, Records


class RunKeys:
    """The keys of all stacks."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def run_id_of(self, request: RunRequest) -> str:
        """The id of the run that came with the request's key; empty if none did."""
        if not request.idempotency_key:
            return ""
        found = self._records.get(_key_of(request))
        if found is None:
            return ""
        return str(known_fields(found.value, "run key", format_number=FORMAT)["run_id"])

    def note(self, run: Run) -> None:
        """Note the key that the run came with; does nothing if that was done."""
        if run.request.idempotency_key:
            document = {"format": FORMAT, "run_id": run.id}
            with suppress(RecordChangedError):
                self._records.put(_key_of(run.request), document, expected_revision=0)


def _key_of(request: RunRequest) -> RecordKey:
    return idempotency_key(request.stack_id, request.idempotency_key)
