"""A store of stacks and runs, the doorbell's queue, and workers that answer it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hoist.clock import Clock
from local_states import UnwrappedDataKeys
from orchestrator.run_events import RunEvents
from orchestrator.runs.doorbell import Doorbell
from orchestrator.runs.options import RunOptions
from orchestrator.runs.records import Run
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.service import RunService
from orchestrator.runs.states import RunKind
from orchestrator.state.holders import UnknownHolders
from orchestrator.state.names import StackName
from orchestrator.state.records import StackRecord
from orchestrator.state.service import StateService
from orchestrator.uploads.errors import ProgramNotUploadedError
from orchestrator.work.answering import Answering, SliceTimes, Workshop
from orchestrator.work.attempt import Attempt
from orchestrator.work.keeping import Keep, keep_in_thread
from orchestrator.work.leftovers import Leftovers
from orchestrator.work.slice_engine import MakeEngine
from orchestrator.work.slice_work import SliceWork
from orchestrator.work.visibility import Visibility
from storages import OpenStorage
from watched_storage import Watch, watched

FACTS_AT_MOST = 10_000


@dataclass(slots=True)
class ClockAhead:
    """A clock that runs that much ahead of another one: time passes in no time."""

    clock: Clock
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.clock.now() + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.clock.monotonic() + self.seconds

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


@dataclass(slots=True)
class RecordedFacts:
    """Implements orchestrator.work.facts.FactLog."""

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failures: list[tuple[str, BaseException]] = field(default_factory=list)

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.told]

    def tell(self, event: str, /, **fields: str | int | float) -> None:
        self.told.append((event, fields))
        del self.told[:-FACTS_AT_MOST]

    def warn(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        self.tell(event, **fields, error=str(error))

    def fail(self, event: str, error: BaseException, /, **fields: str | int | float) -> None:
        self.tell(event, **fields, error=str(error))
        self.failures.append((event, error))


@dataclass(frozen=True, slots=True)
class FolderOfPrograms:
    """Implements orchestrator.work.programs.StoredPrograms, for several processes."""

    folder: Path

    def put(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        self.folder.mkdir(exist_ok=True)
        (self.folder / digest).write_bytes(body)
        return digest

    def read(self, digest: str) -> bytes:
        try:
            return (self.folder / digest).read_bytes()
        except FileNotFoundError as error:
            raise ProgramNotUploadedError(digest) from error


@dataclass(slots=True)
class WorkSite:
    """One store for everything; each view of it is another process."""

    open_storage: OpenStorage
    clock: Clock
    doorbell: Doorbell
    programs: FolderOfPrograms
    facts: RecordedFacts = field(default_factory=RecordedFacts)
    data_keys: UnwrappedDataKeys = field(default_factory=UnwrappedDataKeys)

    def service(self, watch: Watch | None = None) -> StateService:
        storage = watched(self.open_storage(), watch or Watch())
        return StateService.over(storage, holders=UnknownHolders(), clock=self.clock)

    def runs(self, watch: Watch | None = None) -> RunService:
        records = watched(self.open_storage(), watch or Watch()).records
        return RunService(records, doorbell=self.doorbell, clock=self.clock)

    def events(self, watch: Watch | None = None) -> RunEvents:
        storage = watched(self.open_storage(), watch or Watch())
        return RunEvents(storage.log, storage.objects, self.clock)

    def events_of(self, run: Run) -> Sequence[dict[str, Any]]:
        """All events of the run, read as somebody does who comes late."""
        events: list[dict[str, Any]] = []
        run = self.runs().get(run.stack_id, run.id)
        page = self.events().read(run)
        while page.events:
            events += map(dict, page.events)
            page = self.events().read(run, page.next)
        return events

    def new_stack(self, name: StackName) -> StackRecord:
        return self.service().stacks.create(name, tags={}, secrets=self.data_keys.new)

    def submit(
        self,
        stack: StackRecord,
        kind: RunKind = RunKind.UP,
        *,
        digest: str = "",
        options: RunOptions | None = None,
        key: str = "",
    ) -> Run:
        request = RunRequest(
            stack.id,
            stack.name,
            kind,
            asked_by="ada",
            program_digest=digest,
            options=options or RunOptions(),
            idempotency_key=key,
        )
        return self.runs().submit(request).run

    def run(self, run: Run) -> Run:
        """As it is now."""
        return self.runs().get(run.stack_id, run.id)

    def answering(
        self,
        make_engine: MakeEngine,
        *,
        visibility: Visibility,
        worker_id: str | None = None,
        watch: Watch | None = None,
        keep: Keep = keep_in_thread,
        events: RunEvents | None = None,
        runs: RunService | None = None,
        service: StateService | None = None,
        times: SliceTimes | None = None,
    ) -> Answering:
        """A worker: a process of its own, with a view of the store of its own."""
        runs = runs or self.runs(watch)
        service = service or self.service(watch)
        leftovers = Leftovers(service=service, runs=runs, log=self.facts)
        work = SliceWork(
            attempt=Attempt(
                service=service,
                leftovers=leftovers,
                programs=self.programs,
                make_engine=make_engine,
                log=self.facts,
            ),
            runs=runs,
            events=events or self.events(watch),
            clock=self.clock,
            log=self.facts,
            keep=keep,
        )
        return Answering(
            visibility=visibility,
            workshop=lambda: Workshop(runs, leftovers, work),
            times=times or SliceTimes(0.0, 0.0),
            clock=self.clock,
            log=self.facts,
            make_worker_id=lambda: worker_id or f"worker-{next(_numbers)}",
        )


_numbers = iter(range(1, 1_000_000))
