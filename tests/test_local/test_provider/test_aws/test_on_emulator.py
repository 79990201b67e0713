"""What single types do beyond the contract that all of them keep, on the emulator."""

import uuid
from typing import Any

import pytest

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
