"""The first unfinished run of a stack, as far as it tells whether somebody is at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from health.dependencies.errors import UnreadableRecordError
from health.dependencies.fields import instant_in, text_in
from health.dependencies.records import Document, StoredRecords

WAITING_PARTITION = "run-waiting"
# A worker that died is taken over within 150 s. Ten minutes later it is none of the usual delays.
STUCK_AFTER = timedelta(minutes=10)

NEEDS_ATTENTION = "needs_attention"
RUNNING = "running"
_WAITING = frozenset({"queued", "interrupted"})


class Standstill(StrEnum):
    """Why a run does not go on."""

    NOBODY_CAME = "nobody_came"
    WORKER_LOST = "worker_lost"
    PERSON_ASKED = "person_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRun:
    """The run that its stack's queue waits for."""

    id: str
    stack_id: str
    project: str
    stack: str
    state: str
    state_since: datetime
    first_since: datetime
    """Since when it is the first: before that it was not its turn."""
    lease_ends_at: datetime | None

    def standstill(self, now: datetime) -> Standstill | None:
        """None while everything takes its course, and when the run is over."""
        if self.state == NEEDS_ATTENTION:
            return Standstill.PERSON_ASKED
        if self.state == RUNNING:
            is_lost = self.lease_ends_at is not None and now >= self.lease_ends_at + STUCK_AFTER
            return Standstill.WORKER_LOST if is_lost else None
        if self.state in _WAITING and now >= self.waits_since + STUCK_AFTER:
            return Standstill.NOBODY_CAME
        return None

    @property
    def waits_since(self) -> datetime:
        return max(self.state_since, self.first_since)


def front_run_of(records: StoredRecords, stack_id: str) -> FrontRun | None:
    """The first run of the stack's queue; None when it is empty."""
    queue = records.get(f"run-queue#{stack_id}", "queue")
    run_id = _first_id(queue, stack_id) if queue else ""
    if not queue or not run_id:
        return None
    run = records.get(f"runs#{stack_id}", run_id)
    if run is None:
        # Admitted this very moment: its own record is still to be written.
        run = queue.get("newest") or {}
    return front_run_in(run, queue, stack_id)


def front_run_in(run: Document, queue: Document, stack_id: str) -> FrontRun:
    """The run of two documents; raises UnreadableRecordError."""
    try:
        stack, lease = run["request"]["stack"], run["lease"]
        state_since = instant_in(run["state_since"])
        first_since = queue["first_since"]
        return FrontRun(
            id=text_in(run["id"]),
            stack_id=stack_id,
            project=text_in(stack["project"]),
            stack=text_in(stack["stack"]),
            state=text_in(run["state"]),
            state_since=state_since,
            first_since=instant_in(first_since) if first_since else state_since,
            lease_ends_at=instant_in(lease["ends_at"]) if lease else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRecordError(f"the first run of {stack_id}") from error


def _first_id(queue: Document, stack_id: str) -> str:
    run_ids = queue.get("run_ids")
    if not isinstance(run_ids, list):
        raise UnreadableRecordError(f"the queue of {stack_id}")
    return str(run_ids[0]) if run_ids else ""
