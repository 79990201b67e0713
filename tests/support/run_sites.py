"""A store of runs with a clock and a doorbell, and processes on it that may die."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hoist.clock import FixedClock
from in_memory_doorbell import InMemoryDoorbell
from orchestrator.runs.claiming import LEASE_LENGTH
from orchestrator.runs.records import Claim, Progress, Run, Transition
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.service import RunService
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunKind, SliceOutcome
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.names import StackName
from orchestrator.state.storage import Records
from storages import NOON, OpenStorage, memory_opener
from watched_storage import Moment, Watch, watched

STACK = "stk-00000000000000000001"
OTHER_STACK = "stk-00000000000000000002"
LEASE_SECONDS = LEASE_LENGTH.total_seconds()

SUCCEEDED = SliceEnding(SliceOutcome.SUCCEEDED)
INTERRUPTED = SliceEnding(SliceOutcome.INTERRUPTED, Progress(resources_finished=1))


def request(
    stack_id: str = STACK,
    *,
    key: str = "",
    message: str = "",
    asked_by: str = "ada",
    kind: RunKind = RunKind.UP,
) -> RunRequest:
    """A wish for a run."""
    return RunRequest(
        stack_id,
        StackName("shop", stack_id[-1]),
        kind,
        asked_by=asked_by,
        program_digest="p" * 64,
        config_digest="c" * 64,
        message=message,
        idempotency_key=key,
    )


@dataclass(slots=True)
class RunSite:
    """One store, shared by all processes that are made here."""

    open_storage: OpenStorage = field(default_factory=memory_opener)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))
    doorbell: InMemoryDoorbell = field(default_factory=InMemoryDoorbell)
    heard: list[tuple[Run, Transition]] = field(default_factory=list)
    """What those were told who listen to transitions."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def records(self) -> Records:
        """The store itself, as somebody sees it who goes around the service."""
        return self.open_storage().records

    def service(self, watch: Watch | None = None) -> RunService:
        """A process that moves runs."""
        return RunService(
            watched(self.open_storage(), watch or Watch()).records,
            doorbell=self.doorbell,
            clock=self.clock,
            make_id=self._make_id,
            on_transition=lambda run, transition: self.heard.append((run, transition)),
        )

    def queued(self, count: int = 1, stack_id: str = STACK) -> list[Run]:
        """Runs that wait, oldest first; their rings are forgotten."""
        service = self.service()
        runs = [service.submit(request(stack_id)).run for _ in range(count)]
        self.doorbell.rings.clear()
        return runs

    def claimed(self, worker_id: str = "worker-1", stack_id: str = STACK) -> Claim:
        """The stack's next run in the hands of a worker."""
        claim = self.service().claim_next(stack_id, worker_id=worker_id)
        assert claim is not None
        return claim

    def _make_id(self, created_at: datetime) -> str:
        return f"run-{int(created_at.timestamp() * 1000):012x}-{next(self._numbers):010x}"


@dataclass(slots=True)
class MeanwhileAt(Watch):
    """Does something right before a call, counted from 1, as another process might."""

    at_call: int = 0
    action: Callable[[], object] = field(default=lambda: None)

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if moment is Moment.BEFORE and len(self.calls) == self.at_call:
            self.action()


@dataclass(slots=True)
class Throttled(Watch):
    """Fails a share of all calls, before or after they were done, as its seed has it."""

    seed: int = 0
    share: float = 0.1
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def at(self, moment: Moment, call: str) -> None:
        Watch.at(self, moment, call)
        if self._random.random() < self.share / 2:
            raise StoreUnavailableError(f"{call} was throttled")
