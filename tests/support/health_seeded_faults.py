"""What is broken in a deployed Hoist, one thing after the other, and how each is mended."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from health.dependencies.rotating_secrets import PENDING
from health.findings.finding import ActionKind, Finding
from health_faults import FAULTS
from health_seeded import DEPLOY_AGAIN, Look
from health_seeded_records import runs_of, states_of
from health_seeded_scene import Scene
from orchestrator.state.conflicts import Resolution
from run_sites import STACK, SUCCEEDED
from state_sites import DEV, creation

Act = Callable[[Scene], object]
# No other scene has runs of it: only then is its run the first since as long as it waits.
ANOTHER_STACK = "stk-00000000000000000003"


class Mended(StrEnum):
    """What it takes."""

    COMMAND = "its command"
    COMMAND_AND_USE = "its command, then use"
    USE = "use that goes well"
    PERSON = "a person"


@dataclass(frozen=True, kw_only=True)
class SeededFault:
    """One thing broken. `finding` is the only one that may come of it."""

    finding: str
    breaks: Act
    mended_by: Mended = Mended.COMMAND
    mends: Act = lambda scene: None
    """What is to be done beside the command."""
    looks: Callable[[Scene], Look] = lambda scene: scene.hoist.look()
    looks_again: Callable[[Scene], Look] = lambda scene: scene.hoist.look()
    takes_the_book_along: bool = False
    """Earlier findings are kept in what is broken: afterwards nobody remembers this one."""

    def mend(self, scene: Scene, finding: Finding) -> None:
        """Run the finding's own command where that is what mends it, and do the rest."""
        if self.mended_by in (Mended.COMMAND, Mended.COMMAND_AND_USE):
            assert finding.action.kind is ActionKind.FIX
            scene.hoist.run(finding.action.command)
        self.mends(scene)


def _setting(finding: str) -> SeededFault:
    """A setting changed by hand."""
    fault = next(each for each in FAULTS if each.finding == finding)
    return SeededFault(finding=finding, breaks=lambda scene: fault.inject(scene.hoist.site))


def _forget_dead_letters(scene: Scene) -> None:
    _set_on_doorbell(scene, RedrivePolicy="")


def _set_on_doorbell(scene: Scene, **attributes: str) -> None:
    url = scene.hoist.site.places.doorbell_url
    scene.hoist.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _switch_mapping_off(scene: Scene) -> None:
    functions = scene.hoist.client("lambda")
    worker = scene.hoist.deployed.outputs["workerFunction"]
    first, *_ = functions.list_event_source_mappings(FunctionName=worker)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=first["UUID"], Enabled=False)


def _put_dead_letter(scene: Scene) -> None:
    scene.hoist.client("sqs").send_message(
        QueueUrl=scene.hoist.deployed.outputs["deadDoorbellsUrl"],
        MessageBody=json.dumps({"format": 1, "stack_id": STACK}),
        MessageGroupId=STACK,
        MessageDeduplicationId=STACK,
    )


def _take_dead_letter(scene: Scene) -> None:
    # The local AWS has no StartMessageMoveTask, which is the finding's command.
    sqs, url = scene.hoist.client("sqs"), scene.hoist.deployed.outputs["deadDoorbellsUrl"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _work_on_the_run(scene: Scene) -> None:
    """What the worker does that the command's ring brings."""
    runs = runs_of(scene.hoist)
    claim = runs.claimed()
    scene.afterwards.append(lambda: runs.service().end_slice(claim, SUCCEEDED))


def _deploy_again(scene: Scene) -> None:
    scene.hoist.run(DEPLOY_AGAIN)


def _delete_artifacts_bucket(scene: Scene) -> None:
    s3, bucket = scene.hoist.client("s3"), scene.hoist.site.places.artifacts_bucket
    versions = s3.list_object_versions(Bucket=bucket)
    for each in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
    s3.delete_bucket(Bucket=bucket)


def _delete_runs_table(scene: Scene) -> None:
    scene.hoist.client("dynamodb").delete_table(TableName=scene.hoist.site.places.runs_table)


def _delete_doorbell(scene: Scene) -> None:
    scene.hoist.client("sqs").delete_queue(QueueUrl=scene.hoist.site.places.doorbell_url)


def _leave_rotation_open(scene: Scene) -> None:
    """As a rotation function does that dies after it has stored a new value."""
    scene.with_rotating_secret().put_secret_value(
        SecretId=scene.secret, SecretString="new", VersionStages=[PENDING]
    )


def _end_rotation(scene: Scene) -> None:
    """What `hoist secrets doctor --apply`, which is the finding's command, does in the end."""
    client = scene.hoist.client("secretsmanager")
    labels = client.describe_secret(SecretId=scene.secret)["VersionIdsToStages"]
    (version,) = (each for each, held in labels.items() if PENDING in held)
    client.update_secret_version_stage(
        SecretId=scene.secret, VersionStage=PENDING, RemoveFromVersionId=version
    )


def _end_the_run(scene: Scene) -> None:
    """A worker comes at last, and the run is over before anybody looks again."""
    runs = runs_of(scene.hoist)
    runs.service().end_slice(runs.claimed(stack_id=ANOTHER_STACK), SUCCEEDED)


def _write_past_the_lock(scene: Scene) -> None:
    """As a bare `pulumi` does whose user has cancelled the lock."""
    site = states_of(scene.hoist)
    # An earlier scene may have made it.
    site.client().create_stack()
    update = site.client().open_update()
    update.append(*creation("ours"))
    site.put_checkpoint("theirs")
    update.complete()


def _choose_a_state(scene: Scene) -> None:
    """What `hoist state resolve --keep` asks the state service for."""
    states_of(scene.hoist).service().conflicts.settle(DEV, Resolution.PRESENT)


def _leave_update_open(scene: Scene) -> None:
    dead = states_of(scene.hoist, minutes_ago=120)
    dead.client_with_stack().open_update().append(*creation("bucket"))


def _update_again(scene: Scene) -> None:
    """What `hoist refresh`, which is the finding's command, begins."""
    states_of(scene.hoist).client(name=DEV).run_update()


def _throttle(scene: Scene) -> None:
    """Too many for an hour, and few for the days that errors are counted over."""
    scene.with_function().reserve(5).traffic(5000, minutes_ago=26 * 60).traffic(488, throttles=12)


def _use_new_memory(scene: Scene) -> None:
    described = scene.hoist.client("lambda").get_function_configuration(FunctionName=scene.function)
    scene.calls(5, peak_mb=505, memory_mb=described["MemorySize"])


def _age_message(scene: Scene) -> None:
    name = scene.new_queue()
    scene.hoist.client("sqs").send_message(QueueUrl=scene.queue_url, MessageBody="ring")
    metrics = {"ApproximateAgeOfOldestMessage": 2400.0}
    scene.hoist.put("AWS/SQS", ("QueueName", name), metrics, minutes_ago=10)


def _take_message(scene: Scene) -> None:
    sqs = scene.hoist.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=scene.queue_url)["Messages"]
    sqs.delete_message(QueueUrl=scene.queue_url, ReceiptHandle=message["ReceiptHandle"])


def _send_events_later(scene: Scene) -> None:
    later = {"AsyncEventsReceived": 9.0, "AsyncEventsDropped": 0.0, "AsyncEventAge": 80.0}
    scene.put(**later, minutes_ago=-100)


FAULTS_TO_SEED: Sequence[SeededFault] = (
    _setting("state_bucket.versioning"),
    _setting("state_bucket.public_access_block"),
    _setting("artifacts_bucket.encryption"),
    _setting("state_table.backups"),
    _setting("runs_table.time_to_live"),
    _setting("state_key.state"),
    _setting("state_key.rotation"),
    _setting("doorbell.visibility_timeout"),
    SeededFault(finding="doorbell.dead_letters", breaks=_forget_dead_letters),
    SeededFault(finding="lambda.mapping.off", breaks=_switch_mapping_off),
    SeededFault(
        finding="queue.dead_letters",
        breaks=_put_dead_letter,
        mended_by=Mended.PERSON,
        mends=_take_dead_letter,
    ),
    SeededFault(
        finding="stuck_runs.nobody_came",
        breaks=lambda scene: runs_of(scene.hoist, minutes_ago=30).queued(),
        mended_by=Mended.COMMAND_AND_USE,
        mends=_work_on_the_run,
    ),
    SeededFault(
        finding="stuck_runs.nobody_came",
        breaks=lambda scene: runs_of(scene.hoist, minutes_ago=30).queued(stack_id=ANOTHER_STACK),
        mended_by=Mended.USE,
        mends=_end_the_run,
    ),
    SeededFault(
        finding="open_updates.dead",
        breaks=_leave_update_open,
        mended_by=Mended.PERSON,
        mends=_update_again,
    ),
    SeededFault(
        finding="open_updates.conflicted",
        breaks=_write_past_the_lock,
        mended_by=Mended.PERSON,
        mends=_choose_a_state,
    ),
    SeededFault(
        finding="rotations.stuck",
        breaks=_leave_rotation_open,
        looks=lambda scene: scene.hoist.look_later(hours=25),
        mended_by=Mended.PERSON,
        mends=_end_rotation,
        looks_again=lambda scene: scene.hoist.look_later(hours=25.1),
    ),
    SeededFault(
        finding="lambda.errors",
        breaks=lambda scene: scene.with_function().calls(40, failed=20),
        mended_by=Mended.USE,
        mends=lambda scene: scene.traffic(5000),
    ),
    SeededFault(
        finding="lambda.throttles",
        breaks=_throttle,
        mended_by=Mended.COMMAND_AND_USE,
        mends=lambda scene: scene.traffic(5000),
    ),
    SeededFault(
        finding="lambda.duration",
        breaks=lambda scene: scene.with_function(Timeout=20).calls(3, milliseconds=19_400),
    ),
    SeededFault(
        finding="lambda.concurrency",
        breaks=lambda scene: scene.with_function().reserve(10).put(ConcurrentExecutions=9),
    ),
    SeededFault(
        finding="lambda.memory.headroom",
        breaks=lambda scene: scene.with_function().calls(60, peak_mb=505),
        mended_by=Mended.COMMAND_AND_USE,
        mends=_use_new_memory,
    ),
    SeededFault(
        finding="lambda.cold_start",
        breaks=lambda scene: scene.with_function().calls(1, init_ms=9100),
        mended_by=Mended.COMMAND_AND_USE,
        mends=lambda scene: scene.calls(1, init_ms=2000, memory_mb=1024),
    ),
    SeededFault(
        finding="queue.age",
        breaks=_age_message,
        mended_by=Mended.USE,
        mends=_take_message,
    ),
    SeededFault(
        finding="lambda.async.dropped",
        breaks=lambda scene: scene.with_function().put(
            AsyncEventsReceived=9, AsyncEventsDropped=2, AsyncEventAge=900
        ),
        mended_by=Mended.USE,
        mends=_send_events_later,
        looks_again=lambda scene: scene.hoist.look_later(hours=2),
    ),
    SeededFault(
        finding="api.failures",
        breaks=lambda scene: scene.hoist.put_api(requests=100, failed=20),
        mended_by=Mended.USE,
        mends=lambda scene: scene.hoist.put_api(requests=9000),
    ),
    SeededFault(
        finding="artifacts_bucket.absent",
        breaks=_delete_artifacts_bucket,
        mended_by=Mended.PERSON,
        mends=_deploy_again,
    ),
    SeededFault(
        finding="doorbell.absent",
        breaks=_delete_doorbell,
        mended_by=Mended.PERSON,
        mends=_deploy_again,
    ),
    SeededFault(
        finding="runs_table.absent",
        breaks=_delete_runs_table,
        mended_by=Mended.PERSON,
        mends=_deploy_again,
        takes_the_book_along=True,
    ),
)
