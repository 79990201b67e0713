"""What single types do beyond the contract that all of them keep, on the emulator."""

import uuid
from typing import Any

import pytest

from aws_serverless_cases import zip_of
from aws_type_cases import document, trust
from local.provider.aws.clients import Clients
from local.provider.aws.plugin import TYPES
from local.provider.aws.provider import AwsProvider
from local.provider.aws.settings import read_settings
from local.provider.errors import ResourceRefusedError
from local.provider.provider import Created, Resource
from local.provider.values import Properties

pytestmark = pytest.mark.emulator

_BUCKET = "aws:s3/bucket:Bucket"
_TABLE = "aws:dynamodb/table:Table"
_CONFIG = {"region": "us-east-1", "accessKey": "444455556666", "secretKey": "any"}


@pytest.fixture
def environment(emulator_url: str) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": emulator_url}


@pytest.fixture
def provider(environment: dict[str, str]) -> AwsProvider:
    provider = AwsProvider("7.0.0", TYPES, environment)
    provider.configure(_CONFIG)
    return provider


@pytest.fixture
def clients(environment: dict[str, str]) -> Clients:
    return Clients(read_settings(_CONFIG, environment))


@pytest.fixture
def name() -> str:
    return f"it-{uuid.uuid4().hex[:12]}"


def _resource(type_: str, name: str, resource_id: str = "") -> Resource:
    return Resource(type=type_, name=name, urn=f"urn:{name}", id=resource_id)


def _create(provider: AwsProvider, type_: str, name: str, inputs: Properties) -> Created:
    return provider.create(_resource(type_, name), inputs, preview=False)


def _table_with(*indexes: Properties, name: str) -> Properties:
    return {
        "name": name,
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "pk",
        "attributes": [{"name": each, "type": "S"} for each in ("pk", "a", "b")][
            : 1 + len(indexes)
        ],
        "globalSecondaryIndexes": list(indexes),
    }


def _index(name: str, key: str, **rest: Any) -> Properties:
    return {"name": name, "hashKey": key, "projectionType": "ALL", **rest}


def _fill(clients: Clients, bucket: str) -> None:
    clients.s3().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        clients.s3().put_object(Bucket=bucket, Key="key", Body=body)
    clients.s3().delete_object(Bucket=bucket, Key="key")


def test_a_bucket_with_objects_is_kept(provider: AwsProvider, clients: Clients, name: str) -> None:
    """A bucket that is not empty is not deleted, and the error says what would."""
    inputs = {"bucket": name}
    _create(provider, _BUCKET, name, inputs)
    clients.s3().put_object(Bucket=name, Key="key", Body=b"1")

    with pytest.raises(ResourceRefusedError, match="BucketNotEmpty") as refused:
        provider.delete(_resource(_BUCKET, name, name), inputs=inputs, outputs={})

    assert "forceDestroy" in refused.value.way_out


def test_a_bucket_may_go_with_its_objects(
    provider: AwsProvider, clients: Clients, name: str
) -> None:
    """With forceDestroy all versions and markers go first."""
    inputs = {"bucket": name, "forceDestroy": True}
    _create(provider, _BUCKET, name, inputs)
    _fill(clients, name)

    provider.delete(_resource(_BUCKET, name, name), inputs=inputs, outputs={})

    assert provider.read(_resource(_BUCKET, name, name), inputs=inputs, outputs={}) is None


def test_a_protected_table_is_kept(provider: AwsProvider, name: str) -> None:
    """A table with deletion protection is not deleted before it is taken off."""
    inputs = {**_table_with(name=name), "deletionProtectionEnabled": True}
    outputs = _create(provider, _TABLE, name, inputs).outputs
    table = _resource(_TABLE, name, name)
    with pytest.raises(ResourceRefusedError):
        provider.delete(table, inputs=inputs, outputs=outputs)
    free = {**inputs, "deletionProtectionEnabled": False}
    provider.update(table, old=inputs, outputs=outputs, new=free, preview=False)
    provider.delete(table, inputs=free, outputs=outputs)

    assert provider.read(table, inputs=free, outputs=outputs) is None


def test_indexes_come_change_and_go(provider: AwsProvider, clients: Clients, name: str) -> None:
    """Indexes are added, made again when they differ, and removed; the table stays."""
    old = _table_with(_index("by-a", "a"), _index("by-b", "b"), name=name)
    outputs = _create(provider, _TABLE, name, old).outputs
    clients.dynamodb().put_item(TableName=name, Item={"pk": {"S": "kept"}})
    changed = _index("by-b", "b", projectionType="INCLUDE", nonKeyAttributes=["x"])
    new = _table_with(changed, _index("by-b2", "b"), name=name)
    new["attributes"] = [{"name": each, "type": "S"} for each in ("pk", "b")]
    table = _resource(_TABLE, name, name)
    updated = provider.update(table, old=old, outputs=outputs, new=new, preview=False)

    assert updated["globalSecondaryIndexes"] == new["globalSecondaryIndexes"]
    assert clients.dynamodb().get_item(TableName=name, Key={"pk": {"S": "kept"}})["Item"]


def test_a_ttl_moves_and_ends(provider: AwsProvider, name: str) -> None:
    """Another attribute, then none: DynamoDB wants it switched off in between."""
    table = _resource(_TABLE, name, name)
    inputs: Properties = {**_table_with(name=name), "ttl": {"attributeName": "a", "enabled": True}}
    outputs = _create(provider, _TABLE, name, inputs).outputs
    for ttl in ({"attributeName": "b", "enabled": True}, {"attributeName": "", "enabled": False}):
        new = {**inputs, "ttl": ttl}
        outputs = provider.update(table, old=inputs, outputs=outputs, new=new, preview=False)
        inputs = new

        assert outputs["ttl"] == ttl


def test_a_role_may_go_with_its_policies(
    provider: AwsProvider, clients: Clients, name: str
) -> None:
    """A role that has policies stays, unless it is to be freed of them."""
    type_ = "aws:iam/role:Role"
    inputs = {"name": name, "assumeRolePolicy": trust("lambda.amazonaws.com")}
    _create(provider, type_, name, inputs)
    clients.iam().put_role_policy(
        RoleName=name, PolicyName="p", PolicyDocument=document("s3:GetObject")
    )
    role = _resource(type_, name, name)
    with pytest.raises(ResourceRefusedError, match="DeleteConflict"):
        provider.delete(role, inputs=inputs, outputs={})
    provider.delete(role, inputs={**inputs, "forceDetachPolicies": True}, outputs={})

    assert provider.read(role, inputs=inputs, outputs={}) is None


def test_a_log_group_may_outlive_its_resource(provider: AwsProvider, name: str) -> None:
    """With skipDestroy the resource goes and the logs stay."""
    type_ = "aws:cloudwatch/logGroup:LogGroup"
    inputs = {"name": name, "skipDestroy": True}
    _create(provider, type_, name, inputs)
    group = _resource(type_, name, name)
    provider.delete(group, inputs=inputs, outputs={})

    assert provider.read(group, inputs=inputs, outputs={}) is not None


def test_a_queue_without_fifo_knows_nothing_of_it(provider: AwsProvider, name: str) -> None:
    """A standard queue with dead letters is made without the words of FIFO queues."""
    type_ = "aws:sqs/queue:Queue"
    dead = _create(provider, type_, name, {"name": f"{name}-dead"})
    policy = f'{{"deadLetterTargetArn": "{dead.outputs["arn"]}", "maxReceiveCount": 3}}'
    queue = _create(provider, type_, name, {"name": name, "redrivePolicy": policy})

    assert queue.outputs["redrivePolicy"] == policy
    assert queue.outputs["fifoQueue"] is False


_FUNCTION_INPUTS = {
    "role": "arn:aws:iam::444455556666:role/anything",
    "runtime": "provided.al2023",
    "handler": "anything.handle",
    "s3Key": "package.zip",
}


def _function(provider: AwsProvider, clients: Clients, name: str) -> Created:
    clients.s3().create_bucket(Bucket=name)
    clients.s3().put_object(Bucket=name, Key="package.zip", Body=zip_of({"bootstrap": ""}))
    inputs = {**_FUNCTION_INPUTS, "name": name, "s3Bucket": name}
    return _create(provider, "aws:lambda/function:Function", name, inputs)


def test_a_function_needs_its_package(provider: AwsProvider, clients: Clients, name: str) -> None:
    """Without the package no function is made, neither at first nor by a change of its code."""
    type_ = "aws:lambda/function:Function"
    made = _function(provider, clients, name)
    inputs = {**_FUNCTION_INPUTS, "name": name, "s3Bucket": name}
    lost = {**inputs, "s3Key": "lost.zip"}
    function = _resource(type_, name, name)

    with pytest.raises(ResourceRefusedError, match=r"no package lost\.zip"):
        _create(provider, type_, name, {**lost, "name": f"{name}-2"})
    with pytest.raises(ResourceRefusedError, match=r"lost\.zip"):
        provider.update(function, old=inputs, outputs=made.outputs, new=lost, preview=False)
    found = provider.read(function, inputs=inputs, outputs={})

    assert found is not None
    assert found.outputs["codeSha256"] == made.outputs["codeSha256"]
    nothing = _resource(type_, name, f"{name}-2")
    assert provider.read(nothing, inputs=inputs, outputs={}) is None


def test_changed_settings_leave_the_code_alone(
    provider: AwsProvider, clients: Clients, name: str
) -> None:
    """A change of settings does not ask for the package: it may be gone by then."""
    made = _function(provider, clients, name)
    clients.s3().delete_object(Bucket=name, Key="package.zip")
    inputs = {**_FUNCTION_INPUTS, "name": name, "s3Bucket": name}
    function = _resource("aws:lambda/function:Function", name, name)
    larger = {**inputs, "memorySize": 512}

    outputs = provider.update(function, old=inputs, outputs=made.outputs, new=larger, preview=False)

    assert outputs["memorySize"] == 512
    assert outputs["codeSha256"] == made.outputs["codeSha256"]


def test_a_queue_may_be_mapped_more_than_once(
    provider: AwsProvider, clients: Clients, name: str
) -> None:
    """Where AWS makes one mapping of a queue to a function, there may be several here."""
    type_ = "aws:lambda/eventSourceMapping:EventSourceMapping"
    _function(provider, clients, name)
    queue = _create(provider, "aws:sqs/queue:Queue", name, {"name": name})
    inputs = {"eventSourceArn": queue.outputs["arn"], "functionName": name}
    one, other = (_create(provider, type_, name, inputs) for _ in range(2))
    provider.delete(_resource(type_, name, one.id), inputs=inputs, outputs={})

    assert provider.read(_resource(type_, name, one.id), inputs=inputs, outputs={}) is None
    assert provider.read(_resource(type_, name, other.id), inputs=inputs, outputs={}) is not None


def test_a_function_is_the_same_by_name_and_by_arn(
    provider: AwsProvider, clients: Clients, name: str
) -> None:
    """A mapping that names its function by ARN has not drifted when the emulator gives a name."""
    type_ = "aws:lambda/eventSourceMapping:EventSourceMapping"
    arn = _function(provider, clients, name).outputs["arn"]
    queue = _create(provider, "aws:sqs/queue:Queue", name, {"name": name})
    inputs = {"eventSourceArn": queue.outputs["arn"], "functionName": arn}
    made = _create(provider, type_, name, inputs)
    found = provider.read(_resource(type_, name, made.id), inputs=inputs, outputs=made.outputs)

    assert found is not None
    assert found.inputs == inputs


def test_a_stage_is_on_this_machine(provider: AwsProvider, name: str) -> None:
    """Its URL is the emulator's, not the one that AWS would give it."""
    api = _create(provider, "aws:apigateway/restApi:RestApi", name, {"name": name})
    place = {"restApi": api.id}
    deployment = _create(provider, "aws:apigateway/deployment:Deployment", name, place)
    inputs = {**place, "deployment": deployment.id, "stageName": "live"}
    stage = _create(provider, "aws:apigateway/stage:Stage", name, inputs)

    assert stage.outputs["invokeUrl"].startswith("http://127.0.0.1:")
    assert stage.outputs["invokeUrl"].endswith(f"/{api.id}/live")


def test_a_new_stage_has_no_old_tags(provider: AwsProvider, name: str) -> None:
    """What was tagged and deleted comes back without its tags."""
    type_ = "aws:apigateway/stage:Stage"
    api = _create(provider, "aws:apigateway/restApi:RestApi", name, {"name": name})
    place = {"restApi": api.id}
    deployment = _create(provider, "aws:apigateway/deployment:Deployment", name, place)
    inputs = {**place, "deployment": deployment.id, "stageName": "live"}
    _create(provider, type_, name, {**inputs, "tags": {"owner": "us"}})
    provider.delete(_resource(type_, name, "live"), inputs=inputs, outputs={})

    assert _create(provider, type_, name, inputs).outputs["tags"] == {}


def test_the_caller_is_the_emulators_account(provider: AwsProvider) -> None:
    """Who calls is asked of the emulator."""
    caller = provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})

    assert caller["accountId"] == "444455556666"
    assert caller["arn"].startswith("arn:aws:")


def test_an_emulator_that_is_down_is_named() -> None:
    """The error says that nobody answers and how to start somebody."""
    provider = AwsProvider("7.0.0", TYPES, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    provider.configure(_CONFIG)

    with pytest.raises(ResourceRefusedError, match="cannot be reached") as refused:
        _create(provider, _BUCKET, "box", {"bucket": "box"})

    assert "hoist local up" in refused.value.way_out
