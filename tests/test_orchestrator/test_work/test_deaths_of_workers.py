"""A worker process is killed with SIGKILL, at every step of its life: the run ends all the same.

Another worker finds it by a message that comes again, or by a sweep that rings for stacks which
nobody came for. There is one record of the run, nothing is applied twice, nothing is lost.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine_processes import await_start_of
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunEvent, RunState, SliceOutcome
from orchestrator.runs.wishes import Resolution
from run_story import check_story
from work_doomed import Death, Place, doomed_worker
from work_engine_room import EngineParts, Trial, new_trial
from work_queue import VISIBILITY_SECONDS, FifoQueue, deliver_all
from work_sites import ClockAhead, WorkSite

pytestmark = [pytest.mark.engine]

BEFORE = """
    import probe
    for name in ("one", "two", "three"):
        probe.Item(name, value=1)
"""
AFTER = """
    import probe, pulumi
    one = probe.Item("one", value=2)
    two = probe.Item(
        "two", value=2, waitForUpdate={update!r}, opts=pulumi.ResourceOptions(depends_on=[one])
    )
    three = probe.Item("three", value=2, opts=pulumi.ResourceOptions(depends_on=[two]))
    probe.Item(
        "four", value=2, waitFor={create!r}, opts=pulumi.ResourceOptions(depends_on=[three])
    )
"""
# A little more than a lease, and than a message stays hidden.
A_MINUTE = 70.0

IN_THE_LIFE = [
    Death.RECEIVED,
    Death.HELD,
    Death.CLAIMED,
    Death.STARTED,
    Death.BEATEN,
    Death.COMPLETED,
    Death.BEFORE_END,
    Death.ENDED,
    Death.ANSWERED,
]
TWICE = [
    (Death.CLAIMED, Death.CLAIMED),
    (Death.STARTED, Death.STARTED),
    (Death.BEATEN, Death.COMPLETED),
    (Death.COMPLETED, Death.STARTED),
    (Death.BEFORE_END, Death.BEFORE_END),
    (Death.RECEIVED, Death.ENDED),
]


class Scene:
    """A stack of three items, and a run that changes them and makes a fourth."""

    def __init__(
        self,
        site: WorkSite,
        queue: FifoQueue,
        clock: ClockAhead,
        engine: EngineParts,
        place: Place,
        trial: Trial,
    ) -> None:
        self.site = site
        self.queue = queue
        self.clock = clock
        self.place = place
        self.trial = trial
        self.update_release = place.store / "update"
        self.create_release = place.store / "create"
        self._engine = engine
        site.submit(trial.stack, digest=trial.store_program(BEFORE))
        self.work()
        text = AFTER.format(update=str(self.update_release), create=str(self.create_release))
        self.run = site.submit(trial.stack, digest=trial.store_program(text), key="once")

    def work(self) -> int:
        """A healthy worker answers whatever there is; how many messages there were."""
        worker = self.site.answering(lambda: self._engine.runner(self.site), visibility=self.queue)
        return deliver_all(self.queue, worker.answer)

    def die(self, death: Death, *, when: Callable[[], None] | None = None) -> None:
        """A worker receives a message and is killed; nothing that it started is left."""
        delivery = self.queue.receive()
        assert delivery, "no worker is rung for"
        if death not in (Death.BEATEN, Death.NEVER):
            self._let_flow()
        with doomed_worker(
            self.place, delivery, death, queue=self.queue, clock=self.clock
        ) as worker:
            (when or worker.await_moment)()
            assert worker.kill() == []

    def recover(self) -> None:
        """Time passes: messages come to light again, sweeps ring, healthy workers answer."""
        self._let_flow()
        # At last even a message that its worker never touched comes to light again.
        for seconds in (A_MINUTE, A_MINUTE, A_MINUTE, VISIBILITY_SECONDS):
            self.clock.seconds += seconds
            for stack_id in self.site.runs().stacks_to_ring().stack_ids:
                self.queue.ring_past(stack_id)
            self.work()

    @property
    def present(self) -> Run:
        return self.site.run(self.run)

    def _let_flow(self) -> None:
        """Nothing waits in the middle of an operation any more."""
        self.create_release.touch()
        self.update_release.touch()

    def check_done(self) -> Run:
        """Everything was done, once."""
        run = self.present
        assert run.state is RunState.SUCCEEDED, run
        runs = check_story(self.site.open_storage().records, run.stack_id)
        assert [found.request.idempotency_key for found in runs] == ["", "once"]
        operations = self.trial.world.operations()
        assert sorted(operations) == sorted(
            [("create", name) for name in ("one", "two", "three", "four")]
            + [("update", name) for name in ("one", "two", "three")]
        )
        assert {item["value"] for item in self.trial.world.resources().values()} == {2}
        assert self.trial.names_in_state == ["four", "one", "three", "two"]
        stack = self.site.service().stacks.require(self.trial.stack.name)
        assert stack.active is None
        assert [event["type"] for event in self.site.events_of(run)].count("result") == 1
        return run


@pytest.fixture
def scene(
    shared_site: WorkSite,
    queue: FifoQueue,
    clock: ClockAhead,
    engine: EngineParts,
    engine_home: Path,
    kms_url: str,
    tmp_path: Path,
) -> Scene:
    place = Place(
        store=tmp_path / "store",
        programs=tmp_path / "programs",
        home=engine_home,
        runs=tmp_path / "runs",
        kms_url=kms_url,
    )
    return Scene(shared_site, queue, clock, engine, place, new_trial(shared_site, tmp_path))


@pytest.mark.parametrize("death", IN_THE_LIFE)
def test_a_run_outlives_its_worker(scene: Scene, death: Death) -> None:
    """Whenever its worker is killed, another one finishes the run, and nothing is done twice."""
    scene.die(death)

    scene.recover()

    run = scene.check_done()
    outcomes = [part.outcome for part in run.slices]
    has_crashed = death in IN_THE_LIFE[2:7]
    assert outcomes == [SliceOutcome.CRASHED] * has_crashed + [SliceOutcome.SUCCEEDED]
    assert len(scene.queue) == 0
    assert scene.queue.dead_letters == []


@pytest.mark.parametrize(("first", "second"), TWICE)
def test_a_run_outlives_two_workers(scene: Scene, first: Death, second: Death) -> None:
    """A second worker that is killed as well changes nothing of that."""
    scene.die(first)
    scene.clock.seconds += A_MINUTE
    if first is Death.RECEIVED:
        scene.clock.seconds += A_MINUTE
        for stack_id in scene.site.runs().stacks_to_ring().stack_ids:
            scene.queue.ring_past(stack_id)
    scene.die(second)

    scene.recover()

    scene.check_done()


def test_three_deaths_in_a_row_are_enough(scene: Scene) -> None:
    """The third death of a worker ends the run as dead, and the stack is free for the next."""
    for _ in range(3):
        scene.die(Death.STARTED)
        scene.clock.seconds += A_MINUTE

    scene.recover()

    run = scene.present
    assert run.state is RunState.DEAD
    assert "crash 3 in a row" in run.reason
    again = scene.site.submit(scene.trial.stack, digest=run.request.program_digest)
    scene.recover()
    assert scene.site.run(again).state is RunState.SUCCEEDED


def test_a_create_in_doubt_waits_for_a_person(scene: Scene) -> None:
    """Killed in a create: the run stops, names it and the ways out, and goes on when told to."""
    scene.update_release.touch()
    scene.die(Death.NEVER, when=lambda: await_start_of(scene.trial.world, "four"))
    scene.recover()
    run = scene.present
    assert run.state is RunState.NEEDS_ATTENTION
    assert scene.trial.urn("four") in run.reason
    assert "hoist refresh" in run.reason
    assert "retry" in run.reason
    [result] = [event for event in scene.site.events_of(run) if event["type"] == "result"]
    assert [create["urn"] for create in result["pending_creates"]] == [scene.trial.urn("four")]

    scene.site.runs().resolve_attention(run.stack_id, run.id, Resolution.RETRY, who="ada")
    scene.work()

    scene.check_done()


def test_a_cancelled_run_of_a_dead_worker_does_not_go_on(scene: Scene) -> None:
    """Cancelled while its worker is dead, a run ends with what was done; no engine starts."""
    scene.die(Death.BEATEN)
    scene.site.runs().cancel(scene.run.stack_id, scene.run.id, who="eve")

    scene.recover()

    run = scene.present
    assert run.state is RunState.CANCELLED
    assert run.transitions[-1].event is RunEvent.SLICE_ENDED
    assert "update_taken_over" in scene.site.facts.events
    assert ("update", "three") not in scene.trial.world.operations()
    stack = scene.site.service().stacks.require(scene.trial.stack.name)
    assert stack.active is None
