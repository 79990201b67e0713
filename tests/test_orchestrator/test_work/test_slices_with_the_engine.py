"""Slices with the real engine: how they end, what is told of them, and what stops them."""

import json
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine_children import eventually
from engine_processes import await_start_of, in_background
from orchestrator.runs.claiming import LEASE_LENGTH
from orchestrator.runs.options import ImportedCreate, RunOptions
from orchestrator.runs.records import Run
from orchestrator.runs.states import RunKind, RunState, SliceOutcome
from orchestrator.state.holders import this_process
from orchestrator.state.records import UpdateKind, UpdateStatus
from orchestrator.state.updates import UpdateRequest
from orchestrator.work.answering import Answering, SliceTimes
from work_doomed import Death, Place, doomed_worker
from work_engine_room import CREDENTIALS, EngineParts, Trial, new_trial
from work_queue import FifoQueue, Invocation, deliver, deliver_all
from work_sites import ClockAhead, WorkSite

pytestmark = [pytest.mark.engine]

MakeWorker = Callable[[], Answering]

TWO = """
    import probe, pulumi
    probe.Item("one")
    probe.Item("two")
    pulumi.export("answer", 42)
"""
WAITING = """
    import probe, pulumi
    one = probe.Item("one")
    two = probe.Item("two", waitFor={release!r}, opts=pulumi.ResourceOptions(depends_on=[one]))
    probe.Item("three", opts=pulumi.ResourceOptions(depends_on=[two]))
"""


def types_of(site: WorkSite, run: Run) -> list[str]:
    return [event["type"] for event in site.events_of(run)]


def result_of(site: WorkSite, run: Run) -> dict[str, object]:
    """The last event, which is the only one of its kind."""
    *others, last = site.events_of(run)
    assert last["type"] == "result"
    assert "result" not in [event["type"] for event in others]
    return last


def test_an_up_succeeds(trial: Trial, queue: FifoQueue, worker: MakeWorker) -> None:
    """One slice, its update in the record, its events told from the start to the result."""
    run = trial.site.submit(trial.stack, digest=trial.store_program(TWO))

    assert deliver_all(queue, worker().answer) == 1

    now = trial.site.run(run)
    [part] = now.slices
    assert (now.state, part.outcome) == (RunState.SUCCEEDED, SliceOutcome.SUCCEEDED)
    assert (part.progress.version, part.progress.resources_finished) == (1, 2)
    told = trial.site.events_of(run)
    assert told[0]["type"] == "operation_started"
    result = result_of(trial.site, run)
    assert result["outcome"] == "succeeded"
    assert result["outputs"] == {"answer": {"value": 42, "is_secret": False}}
    assert trial.names_in_state == ["one", "two"]
    assert trial.site.facts.events == ["run_claimed", "slice_ended"]
    assert len(queue) == 0


def test_an_update_names_its_run(trial: Trial, queue: FifoQueue, worker: MakeWorker) -> None:
    """The history of a stack tells which run an update belongs to, as the engine reports it."""
    run = trial.site.submit(trial.stack, digest=trial.store_program(TWO))

    deliver_all(queue, worker().answer)

    service = trial.site.service()
    [update] = service.updates.history(service.stacks.require(trial.stack.name))
    assert update.id == trial.site.run(run).slices[0].progress.update_id
    named = {key: update.environment[key] for key in ("ci.system", "ci.build.id")}
    assert named == {"ci.system": "hoist", "ci.build.id": run.id}


def test_all_kinds_of_runs_in_order(trial: Trial, queue: FifoQueue, worker: MakeWorker) -> None:
    """Preview, up, refresh and destroy of one stack, asked for at once, happen one by one."""
    digest = trial.store_program(TWO)
    kinds = (RunKind.PREVIEW, RunKind.UP, RunKind.REFRESH, RunKind.DESTROY)
    runs = [
        trial.site.submit(trial.stack, kind, digest=digest if number < 2 else "")
        for number, kind in enumerate(kinds)
    ]

    deliver_all(queue, worker().answer)

    ended = [trial.site.run(run) for run in runs]
    assert [run.state for run in ended] == [RunState.SUCCEEDED] * 4
    finished = [run.slices[0].progress.resources_finished for run in ended]
    assert finished[1:] == [2, 0, 2]
    assert [run.slices[0].progress.version for run in ended] == [0, 1, 2, 3]
    assert sorted(trial.world.operations()) == sorted(
        [("create", "one"), ("create", "two"), ("delete", "one"), ("delete", "two")]
    )


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ('import probe; probe.Item("bad", failCreate="no room left")', "no room left"),
        ('raise ValueError("not like this")', "not like this"),
        ("import no_such_module", "no_such_module"),
    ],
)
def test_a_failure_ends_the_run_with_its_reason(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, program: str, said: str
) -> None:
    """What fails in the engine or in the program fails the run; reason and result say what."""
    run = trial.site.submit(trial.stack, digest=trial.store_program(program))

    deliver_all(queue, worker().answer)

    now = trial.site.run(run)
    assert now.state is RunState.FAILED
    assert now.reason
    result = result_of(trial.site, run)
    assert result["outcome"] == "failed"
    assert said in json.dumps(result["failures"])
    assert len(queue) == 0


def test_a_program_that_is_gone_fails_the_run(
    trial: Trial, queue: FifoQueue, worker: MakeWorker
) -> None:
    """Without its program a run cannot begin: it fails, and says how to get on."""
    run = trial.site.submit(trial.stack, digest="0" * 64)

    deliver_all(queue, worker().answer)

    now = trial.site.run(run)
    assert now.state is RunState.FAILED
    assert "is not there" in now.reason
    result = result_of(trial.site, run)
    assert result["outcome"] == "refused"
    assert isinstance(result["error"], dict)
    assert result["error"]["code"] == "program_not_uploaded"
    assert len(queue) == 0


def test_unexpected_changes_fail_the_run(
    trial: Trial, queue: FifoQueue, worker: MakeWorker
) -> None:
    """A run that expected no changes and found some has failed, and says so."""
    run = trial.site.submit(
        trial.stack,
        RunKind.PREVIEW,
        digest=trial.store_program(TWO),
        options=RunOptions(expect_no_changes=True),
    )

    deliver_all(queue, worker().answer)

    assert trial.site.run(run).state is RunState.FAILED
    assert "changes were found" in trial.site.run(run).reason
    assert result_of(trial.site, run)["outcome"] == "changes_found"


def test_a_living_update_of_somebody_else_fails_the_run(
    trial: Trial, queue: FifoQueue, worker: MakeWorker
) -> None:
    """Somebody's own CLI works on the stack: the run fails and names it; a preview goes on."""
    updates = trial.site.service().updates
    theirs = updates.create(trial.stack.name, UpdateRequest(UpdateKind.UPDATE, is_dry_run=False))
    updates.start(trial.stack.name, theirs.id, tags={}, holder=this_process())
    digest = trial.store_program(TWO)
    up = trial.site.submit(trial.stack, digest=digest)
    preview = trial.site.submit(trial.stack, RunKind.PREVIEW, digest=digest)

    deliver_all(queue, worker().answer)

    assert trial.site.run(up).state is RunState.FAILED
    assert theirs.id in trial.site.run(up).reason
    assert trial.site.run(preview).state is RunState.SUCCEEDED
    assert trial.world.names() == []


def test_an_expired_update_of_somebody_else_is_taken_over(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, clock: ClockAhead
) -> None:
    """Once its lease is over it stands in nobody's way."""
    updates = trial.site.service().updates
    theirs = updates.create(trial.stack.name, UpdateRequest(UpdateKind.UPDATE, is_dry_run=False))
    updates.start(trial.stack.name, theirs.id, tags={}, holder=this_process())
    clock.seconds += 331
    run = trial.site.submit(trial.stack, digest=trial.store_program(TWO))

    deliver_all(queue, worker().answer)

    assert trial.site.run(run).state is RunState.SUCCEEDED
    service = trial.site.service()
    stack = service.stacks.require(trial.stack.name)
    assert service.updates.require(stack, theirs.id).status is UpdateStatus.ABANDONED


def test_heartbeats_tell_how_far_a_slice_is(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, tmp_path: Path
) -> None:
    """The record knows the update as soon as that is open; lease and message last longer."""
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    run = trial.site.submit(trial.stack, digest=digest)

    with in_background(lambda: deliver_all(queue, worker().answer)):
        await_start_of(trial.world, "two")
        assert eventually(lambda: trial.site.run(run).slices[0].progress.version == 1)
        now = trial.site.run(run)
        release.touch()

    assert now.lease
    assert now.lease.ends_at == now.lease.heartbeat_at + LEASE_LENGTH
    assert now.slices[0].progress.update_id
    # The first act, and one with the heartbeat.
    assert [seconds for _, seconds in queue.hides] == [65, 65]
    assert trial.site.run(run).state is RunState.SUCCEEDED


def test_a_run_goes_on_slice_after_slice(
    trial: Trial, queue: FifoQueue, engine: EngineParts, clock: ClockAhead, tmp_path: Path
) -> None:
    """Each slice stops at its deadline; ten of them finish what one could not, nothing twice."""
    names = [f"item-{number}" for number in range(10)]
    text = ["import probe, pulumi", "before = []"]
    for name in names:
        text.append(
            f"before = [probe.Item({name!r}, waitFor={str(tmp_path / name)!r},"
            " opts=pulumi.ResourceOptions(depends_on=before))]"
        )
    run = trial.site.submit(trial.stack, digest=trial.store_program("\n".join(text)))
    answering = trial.site.answering(
        lambda: engine.runner(trial.site),
        visibility=queue,
        times=SliceTimes(margin_seconds=60.0, reserve_seconds=0.0),
    )

    for number, name in enumerate(names, start=1):
        with in_background(lambda: deliver_one(queue, answering, Invocation(100.0))):
            await_start_of(trial.world, name)
            if number < len(names):
                clock.seconds += 45.0
                assert eventually(partial(has_heard_interrupts, trial.site, run, number))
            (tmp_path / name).touch()

    now = trial.site.run(run)
    assert now.state is RunState.SUCCEEDED
    outcomes = [part.outcome for part in now.slices]
    assert outcomes == [SliceOutcome.INTERRUPTED] * 9 + [SliceOutcome.SUCCEEDED]
    assert [part.progress.resources_finished for part in now.slices] == [1] * 10
    assert sorted(trial.creates) == sorted(names)
    told = types_of(trial.site, run)
    assert told.count("operation_started") == 10
    assert told.count("result") == 1
    assert len(queue) == 0


def test_a_create_that_a_deadline_cuts_off_needs_attention(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, clock: ClockAhead, tmp_path: Path
) -> None:
    """A create that does not end in time is in doubt: the next slice stops and asks a person."""
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    run = trial.site.submit(trial.stack, digest=digest)

    with in_background(lambda: deliver_one(queue, worker(), Invocation(100.0))):
        await_start_of(trial.world, "two")
        clock.seconds += 95.0
    deliver_all(queue, worker().answer)

    now = trial.site.run(run)
    assert [part.outcome for part in now.slices] == [
        SliceOutcome.INTERRUPTED,
        SliceOutcome.NEEDS_ATTENTION,
    ]
    assert now.state is RunState.NEEDS_ATTENTION
    assert trial.urn("two") in now.reason


def test_a_create_that_came_to_be_is_imported_by_a_run(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, clock: ClockAhead, tmp_path: Path
) -> None:
    """After the run in doubt is cancelled, a refresh settles the create; cut in two as well."""
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    doubtful = trial.site.submit(trial.stack, digest=digest)
    with in_background(lambda: deliver_one(queue, worker(), Invocation(100.0))):
        await_start_of(trial.world, "two")
        clock.seconds += 95.0
    deliver_all(queue, worker().answer)
    trial.site.runs().cancel(doubtful.stack_id, doubtful.id, who="ada")
    trial.world.put("two-real", {"name": "two", "serial": "s", "secret": "x"})
    create = ImportedCreate(trial.urn("two"), "two-real")

    refresh = trial.site.submit(
        trial.stack, RunKind.REFRESH, options=RunOptions(import_pending_creates=(create,))
    )
    deliver_all(queue, worker().answer)

    assert trial.site.run(refresh).state is RunState.SUCCEEDED
    assert trial.names_in_state == ["one", "two"]
    release.touch()
    up = trial.site.submit(trial.stack, digest=digest)
    deliver_all(queue, worker().answer)
    assert trial.site.run(up).state is RunState.SUCCEEDED
    assert trial.creates == ["one", "three"]


def test_a_running_run_is_cancelled(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, tmp_path: Path
) -> None:
    """Its worker hears of the wish within seconds; what is under way is finished, no more begun."""
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    run = trial.site.submit(trial.stack, digest=digest)

    with in_background(lambda: deliver_all(queue, worker().answer)):
        await_start_of(trial.world, "two")
        trial.site.runs().cancel(run.stack_id, run.id, who="eve")
        assert eventually(lambda: interrupts(trial.site, run) == 1)
        release.touch()

    assert trial.site.run(run).state is RunState.CANCELLED
    assert trial.names_in_state == ["one", "two"]
    assert result_of(trial.site, run)["outcome"] == "cancelled"
    assert len(queue) == 0


def test_a_worker_that_lost_its_claim_ends_nothing(
    trial: Trial, queue: FifoQueue, worker: MakeWorker, clock: ClockAhead, tmp_path: Path
) -> None:
    """It slept through its lease: the worker that took over decides, its own engine is stopped."""
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    run = trial.site.submit(trial.stack, digest=digest)

    with in_background(lambda: deliver_all(queue, worker().answer)) as sleeper:
        await_start_of(trial.world, "two")
        assert eventually(lambda: trial.site.run(run).slices[0].progress.version == 1)
        clock.seconds += 61.0
        claim = trial.site.runs().claim_next(run.stack_id, worker_id="the-other")
        assert eventually(lambda: interrupts(trial.site, run) == 1)
        release.touch()
    sleeper.result()

    assert claim
    now = trial.site.run(run)
    assert now.state is RunState.RUNNING
    assert now.lease
    assert now.lease.worker_id == "the-other"
    assert {"claim_lost", "slice_lost"} <= set(trial.site.facts.events)
    assert trial.site.facts.failures == []


def test_a_terminated_worker_stops_its_engine(
    shared_site: WorkSite,
    queue: FifoQueue,
    clock: ClockAhead,
    engine: EngineParts,
    engine_home: Path,
    kms_url: str,
    tmp_path: Path,
) -> None:
    """On SIGTERM the engine is interrupted, the slice ends as interrupted, the next one goes on."""
    trial = new_trial(shared_site, tmp_path)
    release = tmp_path / "release"
    digest = trial.store_program(WAITING.format(release=str(release)))
    run = shared_site.submit(trial.stack, digest=digest)
    place = Place(
        tmp_path / "store", tmp_path / "programs", engine_home, tmp_path / "runs", kms_url
    )
    delivery = queue.receive()
    assert delivery

    with doomed_worker(place, delivery, Death.NEVER, queue=queue, clock=clock) as terminated:
        await_start_of(trial.world, "two")
        terminated.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: interrupts(shared_site, run) == 1)
        release.touch()
        assert terminated.process.wait(60) == 0
    queue.delete(delivery.handle)

    assert shared_site.run(run).state is RunState.INTERRUPTED
    worker = shared_site.answering(lambda: engine.runner(shared_site), visibility=queue)
    deliver_all(queue, worker.answer)
    assert shared_site.run(run).state is RunState.SUCCEEDED
    assert trial.creates == ["one", "two", "three"]


def test_a_missing_engine_is_the_workers_fault(
    trial: Trial, queue: FifoQueue, engine: EngineParts
) -> None:
    """Nothing of the run failed: its slice counts as crashed, and the message comes again."""
    broken = replace(engine, room=replace(engine.room, engine=engine.room.engine / "nowhere"))
    run = trial.site.submit(trial.stack, digest=trial.store_program(TWO))
    delivery = queue.receive()
    assert delivery
    answering = trial.site.answering(lambda: broken.runner(trial.site), visibility=queue)

    told = answering.answer(delivery.event, Invocation())

    assert told == {"batchItemFailures": [{"itemIdentifier": delivery.id}]}
    now = trial.site.run(run)
    assert (now.state, now.crashes_in_a_row) == (RunState.INTERRUPTED, 1)
    assert "cannot be started" in now.reason
    assert [event for event, _ in trial.site.facts.failures] == ["message_failed"]


def test_no_secret_is_told(
    site: WorkSite, queue: FifoQueue, engine: EngineParts, tmp_path: Path
) -> None:
    """A config secret that the program prints, fails with and exports is in nothing we write."""
    canary = "canary-5f2e8c1a"
    trial = new_trial(site, tmp_path, secret={"trial:token": canary})
    program = """
        import probe, pulumi
        token = pulumi.Config().require_secret("token")
        token.apply(lambda value: print("the token is", value, flush=True))
        probe.Item("one", payload=token)
        pulumi.export("token", token)
        token.apply(lambda value: (_ for _ in ()).throw(ValueError(f"bad token {value}")))
        """
    run = site.submit(trial.stack, digest=trial.store_program(program))

    deliver_all(queue, site.answering(lambda: engine.runner(site), visibility=queue).answer)

    now = site.run(run)
    assert now.state is RunState.FAILED
    told = json.dumps(site.events_of(run))
    assert "the token is [secret]" in told
    for text in (told, repr(now), repr(site.facts)):
        assert canary not in text
        assert CREDENTIALS.secret_access_key.reveal() not in text


def deliver_one(queue: FifoQueue, answering: Answering, context: Invocation) -> None:
    delivery = queue.receive()
    assert delivery
    deliver(queue, delivery, answering.answer, context)


def has_heard_interrupts(site: WorkSite, run: Run, count: int) -> bool:
    return interrupts(site, run) == count


def interrupts(site: WorkSite, run: Run) -> int:
    """How often an engine of the run has said that it heard an interrupt."""
    found = site.events_of(run)
    return sum("cancelling" in event.get("message", "") for event in found)
