"""What an installation may look like that is well: nothing may be found in any of these."""

from collections.abc import Callable, Mapping

from health_seeded_records import runs_of, states_of
from health_seeded_scene import Scene
from orchestrator.state.names import StackName
from run_sites import OTHER_STACK, SUCCEEDED


def _young_message(scene: Scene) -> None:
    name = scene.new_queue()
    scene.hoist.client("sqs").send_message(QueueUrl=scene.queue_url, MessageBody="ring")
    metrics = {"ApproximateAgeOfOldestMessage": 60.0}
    scene.hoist.put("AWS/SQS", ("QueueName", name), metrics, minutes_ago=10)


def _was_old_and_is_empty(scene: Scene) -> None:
    name = scene.new_queue()
    metrics = {"ApproximateAgeOfOldestMessage": 9000.0}
    scene.hoist.put("AWS/SQS", ("QueueName", name), metrics, minutes_ago=10)


def _finished_run(scene: Scene) -> None:
    runs = runs_of(scene.hoist, minutes_ago=40)
    runs.queued(stack_id=OTHER_STACK)
    runs.service().end_slice(runs.claimed(stack_id=OTHER_STACK), SUCCEEDED)


def _waiting_run(scene: Scene, *, minutes: float) -> None:
    runs_of(scene.hoist, minutes_ago=minutes).queued(stack_id=OTHER_STACK)

    def work() -> None:
        runs = runs_of(scene.hoist)
        runs.service().end_slice(runs.claimed(stack_id=OTHER_STACK), SUCCEEDED)

    scene.afterwards.append(work)


def _run_in_work(scene: Scene) -> None:
    """Queued for long, and now in the hands of a worker."""
    runs_of(scene.hoist, minutes_ago=40).queued(stack_id=OTHER_STACK)
    runs = runs_of(scene.hoist)
    claim = runs.claimed(stack_id=OTHER_STACK)
    scene.afterwards.append(lambda: runs.service().end_slice(claim, SUCCEEDED))


def _finished_stack(scene: Scene) -> None:
    client = states_of(scene.hoist, minutes_ago=60).client(name=StackName("quiet", "dev"))
    assert client.create_stack().is_ok
    client.run_update()


def _open_update_of_the_living(scene: Scene) -> None:
    client = states_of(scene.hoist).client(name=StackName("busy", "dev"))
    assert client.create_stack().is_ok
    update = client.open_update()
    scene.afterwards.append(update.complete)


VARIATIONS: Mapping[str, Callable[[Scene], object]] = {
    "as deployed": lambda scene: None,
    "a function that nobody calls": lambda scene: scene.with_function(),
    "a busy function": lambda scene: scene.with_function().calls(300),
    "a larger function": lambda scene: scene.with_function(MemorySize=1024).calls(
        20, memory_mb=1024, peak_mb=800
    ),
    "one failure in two hundred": lambda scene: (
        scene.with_function().calls(1, failed=1).traffic(199)
    ),
    "logged errors that fail nothing": lambda scene: scene.with_function().calls(
        40, says="[ERROR]\t2026-03-01T12:00:00Z\t1\tno stock"
    ),
    "two throttles of a burst": lambda scene: scene.with_function().traffic(998, throttles=2),
    "slow, and far from its timeout": lambda scene: scene.with_function().calls(
        10, milliseconds=23_000
    ),
    "four fifths of its memory": lambda scene: scene.with_function().calls(60, peak_mb=420),
    "little memory and little use": lambda scene: scene.with_function().calls(60, peak_mb=90),
    "a start of five seconds": lambda scene: scene.with_function().calls(2, init_ms=5000),
    "half of its reserved concurrency": lambda scene: (
        scene.with_function().reserve(10).put(ConcurrentExecutions=5)
    ),
    "one at a time, as it is meant": lambda scene: (
        scene.with_function().reserve(1).put(ConcurrentExecutions=1)
    ),
    "events that arrive in time": lambda scene: scene.with_function().put(
        AsyncEventsReceived=50, AsyncEventsDropped=0, AsyncEventAge=120
    ),
    "a young message": _young_message,
    "a queue that was full": _was_old_and_is_empty,
    "callers' mistakes": lambda scene: scene.hoist.put_api(requests=500, refused=90),
    "two failed requests": lambda scene: scene.hoist.put_api(requests=900, failed=2),
    "a run that was just asked for": lambda scene: _waiting_run(scene, minutes=5),
    "a run that is done": _finished_run,
    "a run in the hands of a worker": _run_in_work,
    "a stack at rest": _finished_stack,
    "an update that goes on": _open_update_of_the_living,
}
