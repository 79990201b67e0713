"""The worker's door, wired as on Lambda, on a local AWS: real queue, real stores, real engine."""

import hashlib
import json
from pathlib import Path

import pytest

from audit_site import verdict_on
from deployments import TestStack
from hoist.clock import SystemClock
from local.installation import LocalInstallation
from orchestrator.audit.export import export
from orchestrator.runs.errors import DoorbellUnavailableError
from orchestrator.runs.states import RunState
from orchestrator.work.visibility import SqsVisibility
from work_on_aws import RunsOnAws, runs_on_aws

pytestmark = [pytest.mark.emulator]

PROGRAM = """
    import probe, pulumi
    token = pulumi.Config().require_secret("token")
    token.apply(lambda value: print("the token is", value, flush=True))
    probe.Item("one", payload=token)
    pulumi.export("token", token)
"""
CANARY = "canary-77f0c3d1"


@pytest.fixture(scope="module")
def on_aws(installation: LocalInstallation) -> RunsOnAws:
    return runs_on_aws(installation)


@pytest.mark.engine
def test_a_run_goes_through_the_door(on_aws: RunsOnAws, stack: TestStack, tmp_path: Path) -> None:
    """From the doorbell's message to its answer: run, state, events, log and audit tell it, and no
    secret; the audit is signed at the end of each run.
    """
    stack.write_program(PROGRAM)
    stack.configure({}, secret={f"{stack.name.project}:token": CANARY})
    body = stack.program.body
    digest = hashlib.sha256(body).hexdigest()
    on_aws.put_program(digest, body)
    runs = [on_aws.runs.submit(on_aws.request(stack, digest)).run for _ in range(2)]

    with on_aws.worker(tmp_path) as worker:
        event = on_aws.receive()
        answers = [worker.handle(event) for _ in range(3)]

    assert answers == [{"batchItemFailures": []}] * 3
    ended = [on_aws.runs.get(run.stack_id, run.id) for run in runs]
    assert [run.state for run in ended] == [RunState.SUCCEEDED] * 2
    assert [run.slices[0].progress.resources_finished for run in ended] == [1, 0]
    assert stack.resource_names == ["one"]
    page = on_aws.events.read(ended[0])
    assert page.is_complete
    assert page.events[-1]["outputs"] == {"token": {"value": "[secret]", "is_secret": True}}
    assert "the token is [secret]" in json.dumps(page.events)
    told = [line["message"] for line in worker.lines if "message" in line]
    assert told == ["run_claimed", "slice_ended"] * 2 + ["nothing_to_do"]
    observed = [line["event"] for line in worker.lines if "message" not in line]
    assert observed == ["runtime_sample"] * 3
    exported = export(on_aws.audit_of(runs[0].stack_id), now=SystemClock().now())
    verdict = verdict_on(exported)
    assert verdict.is_intact
    # Two slices of two entries each; the second run's end is the last that was signed.
    assert verdict.anchored_to == verdict.entry_count == 4
    for text in (json.dumps(page.events), repr(ended), worker.log.read_text(), exported.decode()):
        assert CANARY not in text
    assert list((tmp_path / "work" / "runs").iterdir()) == []


def test_a_message_is_hidden_from_others(on_aws: RunsOnAws) -> None:
    """Shown again after the time that was asked for; a handle that is none is an error of ours."""
    visibility = SqsVisibility(on_aws.aws.sqs(), on_aws.queue_url)
    on_aws.aws.sqs().purge_queue(QueueUrl=on_aws.queue_url)
    [record] = _rung(on_aws)["Records"]

    visibility.hide(record["receiptHandle"], seconds=65)
    visibility.hide(record["receiptHandle"], seconds=0)

    [again] = on_aws.receive()["Records"]
    assert again["messageId"] == record["messageId"]
    with pytest.raises(DoorbellUnavailableError):
        visibility.hide("no handle", seconds=65)


def _rung(on_aws: RunsOnAws) -> dict[str, list[dict[str, str]]]:
    on_aws.aws.sqs().send_message(
        QueueUrl=on_aws.queue_url,
        MessageBody="{}",
        MessageGroupId="group",
        MessageDeduplicationId="once",
    )
    return on_aws.receive()
