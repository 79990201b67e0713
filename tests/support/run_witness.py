"""Somebody who asks for runs and works on them, and remembers what they were told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from orchestrator.runs.records import Claim, Progress, Run
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.storage import Records
from run_sites import STACK, request
from run_story import check_story

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Witness:
    """One process, and what it was told: all of that must stay true."""

    service: RunService
    run_ids: dict[str, str] = field(default_factory=dict)
    """Runs by the key with which they were asked for."""
    ends: dict[tuple[str, int], SliceOutcome] = field(default_factory=dict)
    """How slices ended, by run and number."""
    cancelled: set[str] = field(default_factory=set)

    def submit(self, key: str) -> Run:
        run = _repeated(lambda: self.service.submit(request(key=key))).run
        assert self.run_ids.setdefault(key, run.id) == run.id
        return run

    def claim(self, worker_id: str) -> Claim:
        claim = _repeated(lambda: self.service.claim_next(STACK, worker_id=worker_id))
        assert claim is not None
        return claim

    def beat(self, claim: Claim, finished: int = 0) -> Run:
        progress = Progress("upd-1", 7, finished)
        return _repeated(lambda: self.service.heartbeat(claim, progress))

    def end(self, claim: Claim, ending: SliceEnding) -> Run:
        run = _repeated(lambda: self.service.end_slice(claim, ending))
        self.ends[run.id, claim.slice_number] = ending.outcome
        return run

    def cancel(self, run: Run) -> Run:
        cancelled = _repeated(lambda: self.service.cancel(STACK, run.id, who="eve"))
        if cancelled.state.is_final:
            self.cancelled.add(run.id)
        return cancelled

    def retry(self, run: Run) -> Run:
        # Not to be repeated: a retry that was done leaves nothing to decide.
        return self.service.resolve_attention(STACK, run.id, Resolution.RETRY, who="ada")

    def check(self, records: Records) -> None:
        """What was told is in the store."""
        runs = {run.id: run for run in check_story(records, STACK)}
        assert set(self.run_ids.values()) <= set(runs)
        keys = [run.request.idempotency_key for run in runs.values()]
        assert len(set(keys)) == len(keys)
        for (run_id, number), outcome in self.ends.items():
            assert runs[run_id].slices[number - 1].outcome is outcome
        assert all(runs[run_id].state is RunState.CANCELLED for run_id in self.cancelled)


def _repeated(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except StoreUnavailableError:
        return call()
