"""Real programs on the local AWS: Hoist's own stack, and a user's sample."""

from pathlib import Path

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack, Workshop
from hoist.aws import Aws
from local.progress import SilentProgress
from local.self_hosting import own_config
from orchestrator.engine.events import StepStarted
from orchestrator.engine.property_changes import PropertyChange
from orchestrator.engine.results import Outcome
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

REPOSITORY = Path(__file__).parents[3]
TOKEN = "shop-token-84120"


def new_stack_of(workshop: Workshop, directory: Path, program: str, project: str) -> TestStack:
    """A stack with one of the repository's own programs."""
    stack = workshop.new_stack(directory, project=project)
    stack.directory = REPOSITORY / program
    return stack


def test_the_sample_shop_lives_and_dies(
    workshop: Workshop, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A bucket, queues and a table go up, are changed as previewed, and are destroyed."""
    stack = new_stack_of(workshop, tmp_path, "tests/programs/shop", "shop")
    stack.configure({"shop:retentionDays": "3"}, secret={"shop:apiToken": TOKEN})
    s3 = Aws(workshop.installation.aws_settings).s3()

    created = stack.up()

    assert created.outcome is Outcome.SUCCEEDED, created.diagnostics
    bucket = stack.outputs["picturesBucket"]
    assert s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert stack.outputs["paymentCallback"][SIGNATURE_KEY] == SECRET_SIGNATURE
    assert TOKEN not in repr(stack.events)
    assert not stack.up().has_changes
    bare_cli_agrees(stack)

    stack.configure({"shop:visibilitySeconds": "45"})
    preview = stack.preview()

    assert dict(preview.changes) == {"update": 1, "same": created.changes["create"] - 1}
    steps = [event.step for event in stack.events if isinstance(event, StepStarted)]
    [change] = [change for step in steps for change in step.changes]
    assert change == PropertyChange("visibilityTimeoutSeconds", "update", old="30", new="45")

    assert dict(stack.up().changes) == dict(preview.changes)
    bare_cli_agrees(stack)
    assert stack.destroy().outcome is Outcome.SUCCEEDED
    assert bucket not in [found["Name"] for found in s3.list_buckets()["Buckets"]]
    assert stack.state.is_empty


def test_hoists_own_stack_goes_up_and_down(
    workshop: Workshop, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """Hoist's own infrastructure is deployed by Hoist, found unchanged, and can be destroyed."""
    stack = new_stack_of(workshop, tmp_path, "infra", "hoist")
    installed = workshop.installation
    s3 = Aws(installed.aws_settings).s3()
    told = own_config(installed.settings, installed.bootstrap, s3, progress=SilentProgress())
    stack.configure({**told, "hoist:environment": "trial"})

    created = stack.up()

    assert created.outcome is Outcome.SUCCEEDED, created.diagnostics
    assert stack.outputs["environment"] == "trial"
    unchanged = stack.up()
    assert (unchanged.outcome, unchanged.has_changes) == (Outcome.SUCCEEDED, False)
    bare_cli_agrees(stack)
    assert stack.destroy().outcome is Outcome.SUCCEEDED
    assert stack.state.is_empty
