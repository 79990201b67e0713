"""What dead or sleeping workers left open: who may take it over, and what happens else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hoist.clock import FixedClock
from journals import batch, begin
from orchestrator.engine.operations import Operation, OperationKind
from orchestrator.engine.pending_creates import MESSAGE, settle_pending_creates
from orchestrator.engine.results import OperationResult, Outcome
from orchestrator.runs.claiming import LEASE_LENGTH
from orchestrator.runs.options import RunOptions
from orchestrator.runs.records import Run
from orchestrator.runs.run_environment import environment_of, run_id_in
from orchestrator.runs.slices import SliceEnding
from orchestrator.runs.states import RunKind, RunState, SliceOutcome
from orchestrator.state.names import StackName
from orchestrator.state.records import Holder, StackRecord, UpdateKind, UpdateRecord, UpdateStatus
from orchestrator.state.updates import UpdateRequest
from orchestrator.work.slice_engine import SliceEngine
from storages import NOON, memory_opener
from work_queue import FifoQueue, Invocation, deliver, deliver_all
from work_simulation import Cloud, SimulatedRunner, wanting
from work_sites import FolderOfPrograms, WorkSite

LEASE_SECONDS = LEASE_LENGTH.total_seconds()


@dataclass(slots=True)
class Scene:
    """A stack with a run, and workers with a simulated engine."""

    site: WorkSite
    queue: FifoQueue
    clock: FixedClock
    stack: StackRecord
    digest: str
    cloud: Cloud = field(default_factory=Cloud)

    def submit(self, **wish: Any) -> Run:
        return self.site.submit(self.stack, **{"digest": self.digest, **wish})

    def engine(self) -> SliceEngine:
        return SimulatedRunner(self.site.service(), self.cloud, self.clock)

    def work(self, make_engine: Callable[[], SliceEngine] | None = None) -> None:
        answering = self.site.answering(make_engine or self.engine, visibility=self.queue)
        deliver_all(self.queue, answering.answer)

    def work_once(self, make_engine: Callable[[], SliceEngine]) -> None:
        answering = self.site.answering(make_engine, visibility=self.queue)
        delivery = self.queue.receive()
        assert delivery
        deliver(self.queue, delivery, answering.answer, Invocation())

    def open_update(self, run_id: str = "") -> UpdateRecord:
        """What a worker of the run would have open; somebody else's, without one."""
        environment = {"ci.system": "hoist", "ci.build.id": run_id} if run_id else {}
        updates = self.site.service().updates
        request = UpdateRequest(UpdateKind.UPDATE, is_dry_run=False, environment=environment)
        created = updates.create(self.stack.name, request)
        return updates.start(self.stack.name, created.id, tags={}, holder=Holder()).update

    def die(self, run: Run, times: int = 1) -> None:
        """Workers claim the run, open an update and are not heard of any more."""
        for _ in range(times):
            claim = self.site.runs().claim_next(self.stack.id, worker_id=str(self.clock.now()))
            assert claim
            if self.present.active is None:
                self.open_update(run.id)
            self.clock.advance(LEASE_SECONDS + 1)

    @property
    def present(self) -> StackRecord:
        return self.site.service().stacks.require(self.stack.name)

    def status_of(self, update: UpdateRecord) -> UpdateStatus:
        return self.site.service().updates.require(self.stack, update.id).status


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    clock = FixedClock(NOON)
    queue = FifoQueue(clock)
    site = WorkSite(memory_opener(), clock, queue, FolderOfPrograms(tmp_path / "programs"))
    stack = site.new_stack(StackName("shop", "dev"))
    digest = site.programs.put(wanting(tmp_path / "program", "a", "b").body)
    return Scene(site, queue, clock, stack, digest)


def test_a_former_slice_is_taken_over_at_once(scene: Scene) -> None:
    """Its client's lease of 330 s would last for minutes; the run's own was over."""
    run = scene.submit()
    scene.die(run)
    left = scene.present.active
    assert left
    assert not left.is_expired(scene.clock.now())

    scene.work()

    assert scene.site.run(run).state is RunState.SUCCEEDED
    update = scene.site.service().updates.require(scene.stack, left.update_id)
    assert update.status is UpdateStatus.ABANDONED


def test_a_run_that_has_ended_holds_up_nobody(scene: Scene) -> None:
    """What the workers of a dead run left open is taken over by the next run."""
    dead = scene.submit()
    scene.die(dead, times=3)
    following = scene.submit()

    scene.work()

    assert scene.site.run(dead).state is RunState.DEAD
    assert scene.site.run(following).state is RunState.SUCCEEDED


def test_a_stack_is_closed_behind_its_last_run(scene: Scene) -> None:
    """Without a next run too: the worker that finds the run dead takes its update over."""
    run = scene.submit()
    scene.die(run, times=3)

    scene.work()

    assert scene.site.run(run).state is RunState.DEAD
    assert scene.present.active is None
    assert "update_taken_over" in scene.site.facts.events


def test_a_cancelled_run_closes_its_stack_too(scene: Scene) -> None:
    """Cancelled between a crash and the next slice, it is over: a worker is rung for it."""
    run = scene.submit()
    scene.die(run)
    claim = scene.site.runs().claim_next(scene.stack.id, worker_id="failing")
    assert claim
    scene.site.runs().end_slice(claim, SliceEnding(SliceOutcome.CRASHED))
    while scene.queue.receive():
        pass
    scene.site.runs().cancel(scene.stack.id, run.id, who="eve")
    assert scene.site.run(run).state is RunState.CANCELLED
    scene.clock.advance(901)

    scene.work()

    assert scene.present.active is None


def test_somebody_elses_update_is_left_alone(scene: Scene) -> None:
    """Alive, it fails the run; neither it nor its name is touched."""
    theirs = scene.open_update()
    run = scene.submit()

    scene.work()

    assert scene.site.run(run).state is RunState.FAILED
    assert theirs.id in scene.site.run(run).reason
    assert scene.status_of(theirs) is UpdateStatus.RUNNING


@pytest.mark.parametrize("run_id", ["run-unknown", "../run"])
def test_an_update_that_names_no_run_of_the_stack_is_left_alone(scene: Scene, run_id: str) -> None:
    """Anybody can set two variables: only the stack's own runs count."""
    theirs = scene.open_update(run_id)
    run = scene.submit()

    scene.work()

    assert scene.site.run(run).state is RunState.FAILED
    assert scene.status_of(theirs) is UpdateStatus.RUNNING


def test_another_system_may_use_the_same_ids() -> None:
    """An update of somebody's CI names no run of ours."""
    assert run_id_in({"ci.system": "other", "ci.build.id": "run-1"}) == ""
    assert run_id_in({"ci.build.id": "run-1"}) == ""
    assert run_id_in({"ci.system": "hoist", "ci.build.id": "run-1"}) == "run-1"


def test_settling_pending_creates_names_the_run(scene: Scene) -> None:
    """That update has no engine, and still says whose it is: a death in it is taken over."""
    run = scene.submit(
        kind=RunKind.REFRESH, options=RunOptions(clear_pending_creates=True), digest=""
    )
    updates, name = scene.site.service().updates, scene.stack.name
    theirs = scene.open_update()
    updates.append(name, theirs, batch(begin(1, 1, "creating", name="b")))
    updates.take_over(name, theirs.id, "its client is gone")
    operation = Operation(
        OperationKind.REFRESH,
        name,
        clear_pending_creates=True,
        extra_environment=environment_of(run),
    )

    settle_pending_creates(scene.site.service(), operation)

    newest, *_ = updates.history(scene.present)
    assert (newest.message, run_id_in(newest.environment)) == (MESSAGE, run.id)


def test_a_worker_that_comes_back_first_costs_a_slice(scene: Scene) -> None:
    """A sleeper opened the stack after the look for it: the next slice takes over, and succeeds."""
    run = scene.submit()

    def late_sleeper() -> SliceEngine:
        scene.open_update(run.id)
        return scene.engine()

    scene.work_once(late_sleeper)
    assert scene.site.run(run).state is RunState.INTERRUPTED
    assert "came back" in scene.site.run(run).reason
    scene.work()

    now = scene.site.run(run)
    assert now.state is RunState.SUCCEEDED
    assert [part.outcome for part in now.slices] == [SliceOutcome.CRASHED, SliceOutcome.SUCCEEDED]
    assert [name for _, name in scene.cloud.creates] == ["a", "b"]


def test_a_worker_that_comes_back_while_the_engine_starts_costs_a_slice(scene: Scene) -> None:
    """The engine was refused the update: that is no failure of the run."""
    run = scene.submit()

    class KeptOut:
        def run(self, operation: Operation, program: Any = None, **_: Any) -> OperationResult:
            scene.open_update(run.id)
            return OperationResult(OperationKind.UP, Outcome.FAILED, 255, 0.1)

    scene.work_once(KeptOut)
    assert scene.site.run(run).state is RunState.INTERRUPTED
    scene.work()

    assert scene.site.run(run).state is RunState.SUCCEEDED
