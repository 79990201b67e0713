"""What holds for all resources of an installation together."""

import pytest

from components.site import Place, Site
from hoist_program import installation
from recorded_program import ACCOUNT, REGION, Recording, Registered

# Parts of a bucket, a table, a role, a function, an API or a rule: AWS has no tags for them.
UNTAGGED = {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:dynamodb/tableItem:TableItem",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:lambda/permission:Permission",
    "aws:lambda/layerVersion:LayerVersion",
    "aws:apigateway/resource:Resource",
    "aws:apigateway/method:Method",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/deployment:Deployment",
    "aws:apigateway/methodSettings:MethodSettings",
    "aws:apigateway/response:Response",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/dashboard:Dashboard",
}
# AWS names them itself, or they are named inside something that has a name.
UNNAMED = {
    "aws:apigateway/stage:Stage",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
}
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
HOLDS_DATA = {"aws:s3/bucket:Bucket", "aws:dynamodb/table:Table"}


def aws_resources(recording: Recording) -> list[Registered]:
    return [each for each in recording.resources if each.type.startswith("aws:")]


def test_everything_is_tagged(dev: Recording, emulated: Recording) -> None:
    """All that AWS can tag names its installation and its environment."""
    untagged = [
        f"{each.type} {each.name}"
        for each in (*aws_resources(dev), *aws_resources(emulated))
        if each.type not in UNTAGGED
        and each.inputs.get("tags")
        != {"hoist:installation": "hoist-dev", "hoist:environment": "dev"}
    ]

    assert untagged == []


def test_everything_is_inside_a_component(dev: Recording) -> None:
    """No resource hangs on the stack itself: each has its room."""
    assert all("$hoist:infra:" in each.parent for each in aws_resources(dev))


def test_names_are_known_beforehand(dev: Recording) -> None:
    """Names say whose they are; only the bucket's needs account and region to be unique."""
    named = {
        each.inputs.get("name") or each.inputs.get("bucket")
        for each in aws_resources(dev)
        if each.type not in UNTAGGED | UNNAMED | {ALARM}
    }

    functions = ["orchestrator-api", "orchestrator-worker", "health", "rotation"]
    assert named == {
        f"hoist-dev-artifacts-{ACCOUNT}-{REGION}",
        "hoist-dev-runs",
        "hoist-dev-access",
        "hoist-dev-audit",
        "hoist-dev-doorbell.fifo",
        "hoist-dev-dead-doorbells.fifo",
        "hoist-dev-lost-doorbells",
        "hoist-dev-check-health",
        "hoist-dev-api",
        *(f"hoist-dev-{function}" for function in functions),
        *(f"/aws/lambda/hoist-dev-{function}" for function in functions),
    }


def test_the_longest_bucket_name_fits() -> None:
    """S3 takes 63 characters, even for the longest environment and region names."""
    place = Place(partition="aws", account="1" * 12, region="ap-southeast-1")
    site = Site(environment="e" * 16, place=place, protects_data=True)

    assert len(site.bucket_name("artifacts")) <= 63


def test_production_protects_what_holds_data(prod: Recording) -> None:
    """In prod the engine refuses to delete buckets and tables, and nothing else."""
    protected = {each.type for each in aws_resources(prod) if each.is_protected}
    unprotected = {each.type for each in aws_resources(prod) if not each.is_protected}

    assert protected == HOLDS_DATA
    assert unprotected.isdisjoint(HOLDS_DATA)


def test_production_is_protected_by_aws_too(prod: Recording) -> None:
    """In prod a table cannot be deleted by any caller, nor a bucket that is not empty."""
    tables = prod.of_type("aws:dynamodb/table:Table").values()
    buckets = prod.of_type("aws:s3/bucket:Bucket").values()

    assert all(table.inputs["deletionProtectionEnabled"] for table in tables)
    assert not any(bucket.inputs["forceDestroy"] for bucket in buckets)


def test_a_development_stack_can_be_destroyed(dev: Recording) -> None:
    """In dev nothing stands in the way of `pulumi destroy`."""
    tables = dev.of_type("aws:dynamodb/table:Table").values()

    assert not any(each.is_protected for each in dev.resources)
    assert not any(table.inputs["deletionProtectionEnabled"] for table in tables)
    assert dev.of_type("aws:s3/bucket:Bucket")["artifacts"].inputs["forceDestroy"]


@pytest.mark.parametrize(("stack", "protects"), [("dev", "true"), ("prod", "false")])
def test_protection_can_be_set(stack: str, protects: str) -> None:
    """hoist:protectData wins over the environment's name."""
    recording = installation(stack, protectData=protects)

    assert any(each.is_protected for each in recording.resources) == (protects == "true")


def test_the_next_parts_find_what_they_need(dev: Recording) -> None:
    """The outputs name all that a function is configured with, and none is secret."""
    assert set(dev.outputs) == {
        "environment",
        "stateBucket",
        "stateTable",
        "stateKeyArn",
        "artifactsBucket",
        "runsTable",
        "accessTable",
        "auditTable",
        "auditBucket",
        "signingKeyArn",
        "doorbellUrl",
        "doorbellArn",
        "deadDoorbellsUrl",
        "apiUrl",
        "apiFunction",
        "workerFunction",
        "healthFunction",
        "rotationFunction",
        "rotationFunctionArn",
        "roleArns",
        "logGroups",
    }
    assert dev.outputs["roleArns"]["health"] == f"arn:aws:iam::{ACCOUNT}:role/hoist-dev-health"
    assert all(dev.outputs.values())
    assert dev.secret_outputs == frozenset()
