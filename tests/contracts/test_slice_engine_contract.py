"""What workers rely on of an engine: the real one does it, and the simulated one as well."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from hoist.clock import SystemClock
from journals import batch, begin, urn
from orchestrator.engine.events import StepDone, StepFailed
from orchestrator.engine.operation_errors import PendingCreatesError
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.programs.archive import ProgramArchive
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.engine.watching import OperationEvent
from orchestrator.state.errors import UpdateInProgressError
from orchestrator.state.names import StackName
from orchestrator.state.records import Holder, StackRecord, UpdateKind, UpdateStatus
from orchestrator.state.updates import UpdateRequest
from orchestrator.work.programs import stored_program
from orchestrator.work.slice_engine import SliceEngine
from orchestrator.work.stop import Stop, StopReason
from storages import memory_opener
from work_engine_room import Trial, engine_parts, new_trial
from work_kms import serving_kms
from work_queue import FifoQueue
from work_simulation import Cloud, SimulatedRunner, wanting
from work_sites import ClockAhead, FolderOfPrograms, WorkSite

ENVIRONMENT = {"PULUMI_CI_SYSTEM": "hoist", "PULUMI_CI_BUILD_ID": "run-1"}


class Bench(Protocol):
    """An engine, a stack, and a cloud to look at."""

    @property
    def site(self) -> WorkSite: ...

    @property
    def stack(self) -> StackRecord: ...

    def engine(self) -> SliceEngine: ...

    def program(self, *names: str, refused: str = "") -> ProgramArchive:
        """One that wants these, one after the other; the cloud refuses one of them."""
        ...

    def created(self) -> Sequence[str]:
        """What the cloud has created, in order."""
        ...


@dataclass(slots=True)
class SimulatedBench:
    site: WorkSite
    stack: StackRecord
    directory: Path
    cloud: Cloud

    def engine(self) -> SliceEngine:
        return SimulatedRunner(self.site.service(), self.cloud, self.site.clock)

    def program(self, *names: str, refused: str = "") -> ProgramArchive:
        self.cloud.refused = {refused}
        return wanting(self.directory, *names)

    def created(self) -> Sequence[str]:
        return [name for _, name in self.cloud.creates]


@dataclass(slots=True)
class RealBench:
    trial: Trial
    make_engine: Callable[[], SliceEngine]

    @property
    def site(self) -> WorkSite:
        return self.trial.site

    @property
    def stack(self) -> StackRecord:
        return self.trial.stack

    def engine(self) -> SliceEngine:
        return self.make_engine()

    def program(self, *names: str, refused: str = "") -> ProgramArchive:
        text = ["import probe, pulumi", "before = []"]
        for name in names:
            fails = ', failCreate="refused"' if name == refused else ""
            options = "opts=pulumi.ResourceOptions(depends_on=before)"
            text.append(f"before = [probe.Item({name!r}, {options}{fails})]")
        return stored_program(self.site.programs, self.trial.store_program("\n".join(text)))

    def created(self) -> Sequence[str]:
        return self.trial.creates


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.engine)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    clock = ClockAhead(SystemClock())
    programs = FolderOfPrograms(tmp_path / "programs")
    site = WorkSite(memory_opener(), clock, FifoQueue(clock), programs)
    if request.param == "simulated":
        stack = site.new_stack(StackName("shop", "dev"))
        yield SimulatedBench(site, stack, tmp_path / "program", Cloud())
        return
    with serving_kms() as url, engine_parts(tmp_path, tmp_path / "runs", kms_url=url) as engine:
        yield RealBench(new_trial(site, tmp_path), lambda: engine.runner(site))


def run(
    bench: Bench,
    program: ProgramArchive,
    kind: OperationKind = OperationKind.UP,
    *,
    heard: list[OperationEvent] | None = None,
    stop: Stop | None = None,
    recreate_pending: bool = False,
) -> OperationResult:
    operation = Operation(
        kind,
        bench.stack.name,
        recreate_pending=recreate_pending,
        extra_environment=ENVIRONMENT,
    )
    listener = (heard if heard is not None else []).append
    return bench.engine().run(operation, program, listener=listener, cancel=stop)


def names_in_state(bench: Bench) -> list[str]:
    state = bench.site.service().stacks.state(bench.stack.name)
    urns = [found["urn"] for found in state.resources if "::pulumi:" not in found["urn"]]
    return sorted(found.rsplit("::", 1)[-1] for found in urns)


def test_what_is_missing_is_created_once(bench: Bench) -> None:
    """A second up finds everything there; each is an update that names its run."""
    program = bench.program("a", "b")
    heard: list[OperationEvent] = []

    first = run(bench, program, heard=heard)
    second = run(bench, program)

    assert [first.outcome, second.outcome] == [Outcome.SUCCEEDED] * 2
    assert [first.version, second.version] == [1, 2]
    assert list(bench.created()) == ["a", "b"]
    assert names_in_state(bench) == ["a", "b"]
    done = [each.step for each in heard if isinstance(each, StepDone)]
    assert [step.name for step in done if step.is_custom] == ["a", "b"]
    service = bench.site.service()
    stack = service.stacks.require(bench.stack.name)
    assert stack.active is None
    for update in service.updates.history(stack):
        assert update.status is UpdateStatus.SUCCEEDED
        assert update.environment["ci.system"] == "hoist"
        assert update.environment["ci.build.id"] == "run-1"


def test_a_preview_changes_nothing(bench: Bench) -> None:
    """Neither the cloud, nor the state, nor the stack's number."""
    result = run(bench, bench.program("a"), OperationKind.PREVIEW)

    assert (result.outcome, result.version) == (Outcome.SUCCEEDED, 0)
    assert (list(bench.created()), names_in_state(bench)) == ([], [])


def test_what_fails_fails_the_operation(bench: Bench) -> None:
    """What was done before is kept, what depends on it is not begun."""
    heard: list[OperationEvent] = []

    result = run(bench, bench.program("a", "b", "c", refused="b"), heard=heard)

    assert result.outcome is Outcome.FAILED
    assert (result.version, bool(result.update_id)) == (1, True)
    assert [failed.rsplit("::", 1)[-1] for failed in result.failed_urns] == ["b"]
    assert [each.step.name for each in heard if isinstance(each, StepFailed)] == ["b"]
    assert list(bench.created()) == ["a"]
    assert names_in_state(bench) == ["a"]
    assert result.pending_creates == []


def test_a_stop_before_the_start_creates_nothing(bench: Bench) -> None:
    """The operation is cancelled in a known state, and the stack is free."""
    stop = Stop()
    stop.ask(StopReason.WISH)

    result = run(bench, bench.program("a"), stop=stop)

    assert result.outcome is Outcome.CANCELLED
    assert list(bench.created()) == []
    assert bench.site.service().stacks.require(bench.stack.name).active is None
    assert run(bench, bench.program("a")).outcome is Outcome.SUCCEEDED


def test_a_living_update_is_in_the_way(bench: Bench) -> None:
    """Until its lease is over; then it is taken over. A preview goes on beside it."""
    updates = bench.site.service().updates
    theirs = updates.create(bench.stack.name, UpdateRequest(UpdateKind.UPDATE, is_dry_run=False))
    updates.start(bench.stack.name, theirs.id, tags={}, holder=Holder())
    program = bench.program("a")

    with pytest.raises(UpdateInProgressError, match=theirs.id):
        run(bench, program)
    assert run(bench, program, OperationKind.PREVIEW).outcome is Outcome.SUCCEEDED

    assert isinstance(bench.site.clock, ClockAhead)
    bench.site.clock.seconds += 331
    assert run(bench, program).outcome is Outcome.SUCCEEDED


def test_a_create_in_doubt_stops_an_up(bench: Bench) -> None:
    """It is named; going on all the same creates it, and nothing is in doubt any more."""
    pending = _leave_pending(bench, "b")
    program = bench.program("a", "b")

    with pytest.raises(PendingCreatesError) as raised:
        run(bench, program)
    assert raised.value.urns == (pending,)
    assert list(bench.created()) == []

    result = run(bench, program, recreate_pending=True)
    assert result.outcome is Outcome.SUCCEEDED
    assert list(bench.created()) == ["a", "b"]
    assert list(result.pending_creates) == []


def _leave_pending(bench: Bench, name: str) -> str:
    """An update that died in the middle of a create."""
    updates = bench.site.service().updates
    created = updates.create(bench.stack.name, UpdateRequest(UpdateKind.UPDATE, is_dry_run=False))
    started = updates.start(bench.stack.name, created.id, tags={}, holder=Holder())
    updates.append(bench.stack.name, started.update, batch(begin(1, 1, "creating", name=name)))
    updates.take_over(bench.stack.name, created.id, "its client is gone")
    return urn(name)
