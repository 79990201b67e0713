"""One case per resource type of the emulator's `aws` provider, for the one contract."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.provider.aws.clients import Clients
from local.provider.values import Properties
from plugin_client import Deployed, PluginClient

Drift = Callable[[Clients, Deployed], None]
Needs = Callable[[PluginClient, Clients, str], Properties]


@dataclass(frozen=True, slots=True)
class TypeCase:
    """What the contract needs to know of a type.

    `inputs` make one; `changes` can be made in place and `replacing` cannot, and a type without
    `changes` is only ever replaced; `drift` changes `drifted` behind the provider's back; `needs`
    makes what must be there first and gives the inputs that point to it.
    """

    type: str
    inputs: Properties
    changes: Properties
    replacing: Properties
    drift: Drift
    drifted: str
    needs: Needs = lambda _client, _clients, _name: {}
    # The input that names it, if it has a name of its own.
    named_by: str = ""
    # A setting that cannot be taken back, only changed to something harmless.
    leaves_a_trace: bool = False
    # One that its owner always has: creating it is no more than setting it.
    is_setting: bool = False
    # Inputs that an import does not give back, since the cloud does not tell them.
    untold: frozenset[str] = frozenset()


def document(*actions: str, resource: str = "*") -> str:
    """A policy that allows the actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service: str) -> str:
    """A policy that lets a service take a role."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _bucket(client: PluginClient, _clients: Clients, name: str) -> Properties:
    made = client.deploy("aws:s3/bucket:Bucket", name, {"bucket": name, "forceDestroy": True})
    return {"bucket": made.id}


def _key(client: PluginClient, _clients: Clients, name: str) -> Properties:
    made = client.deploy("aws:kms/key:Key", name, {"description": name})
    return {"targetKeyId": made.outputs["arn"]}


def _role(client: PluginClient, _clients: Clients, name: str) -> Properties:
    inputs = {"name": name, "assumeRolePolicy": trust("lambda.amazonaws.com")}
    return {"role": client.deploy("aws:iam/role:Role", name, inputs).id}


def _encryption(algorithm: str) -> Any:
    return [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}]


def _expiry(days: int) -> Any:
    return [
        {
            "id": "plans",
            "status": "Enabled",
            "filter": {"prefix": "plans/"},
            "expiration": {"days": days},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        },
        {
            "id": "old",
            "status": "Enabled",
            "noncurrentVersionExpiration": {"noncurrentDays": 30},
        },
    ]


def _bucket_document(effect: str) -> Properties:
    """Given as an object, as a program may; it is kept as text."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": effect,
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::anything/*",
            }
        ],
    }


def _tag_bucket(clients: Clients, made: Deployed) -> None:
    tagging: Any = {"TagSet": [{"Key": "owner", "Value": "somebody"}]}
    clients.s3().put_bucket_tagging(Bucket=made.id, Tagging=tagging)


def _suspend(clients: Clients, made: Deployed) -> None:
    clients.s3().put_bucket_versioning(
        Bucket=made.id, VersioningConfiguration={"Status": "Suspended"}
    )


def _encrypt_by_kms(clients: Clients, made: Deployed) -> None:
    rules: Any = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
    clients.s3().put_bucket_encryption(
        Bucket=made.id, ServerSideEncryptionConfiguration={"Rules": rules}
    )


def _open_bucket(clients: Clients, made: Deployed) -> None:
    clients.s3().put_public_access_block(
        Bucket=made.id, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )


def _lengthen_life(clients: Clients, made: Deployed) -> None:
    rules: Any = clients.s3().get_bucket_lifecycle_configuration(Bucket=made.id)["Rules"]
    for rule in rules:
        if "Expiration" in rule:
            rule["Expiration"] = {"Days": 999}
    clients.s3().put_bucket_lifecycle_configuration(
        Bucket=made.id, LifecycleConfiguration={"Rules": rules}
    )


def _change_bucket_policy(clients: Clients, made: Deployed) -> None:
    policy = json.dumps(_bucket_document("Deny"))
    clients.s3().put_bucket_policy(Bucket=made.id, Policy=policy)


def _protect_table(clients: Clients, made: Deployed) -> None:
    clients.dynamodb().update_time_to_live(
        TableName=made.id, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )


def _redescribe_key(clients: Clients, made: Deployed) -> None:
    clients.kms().update_key_description(KeyId=made.id, Description="somebody's")


def _redirect_alias(clients: Clients, made: Deployed) -> None:
    other = clients.kms().create_key()["KeyMetadata"]["KeyId"]
    clients.kms().update_alias(AliasName=made.id, TargetKeyId=other)


def _slow_queue(clients: Clients, made: Deployed) -> None:
    attributes: Any = {"VisibilityTimeout": "77"}
    clients.sqs().set_queue_attributes(QueueUrl=made.id, Attributes=attributes)


def _shorten_sessions(clients: Clients, made: Deployed) -> None:
    clients.iam().update_role(RoleName=made.id, MaxSessionDuration=7200, Description="x")


def _widen_role_policy(clients: Clients, made: Deployed) -> None:
    role, _, name = made.id.partition(":")
    clients.iam().put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document("*"))


def _keep_logs(clients: Clients, made: Deployed) -> None:
    clients.logs().put_retention_policy(logGroupName=made.id, retentionInDays=365)


_TABLE = {
    "billingMode": "PAY_PER_REQUEST",
    "hashKey": "pk",
    "rangeKey": "sk",
    "attributes": [{"name": "sk", "type": "S"}, {"name": "pk", "type": "S"}],
}
_INDEX = {"name": "by-sk", "hashKey": "sk", "projectionType": "KEYS_ONLY"}

TYPE_CASES = (
    TypeCase(
        type="aws:s3/bucket:Bucket",
        inputs={"tags": {"owner": "us"}},
        changes={"tags": {"owner": "them", "cost": "1"}, "forceDestroy": True},
        replacing={"bucketPrefix": "other-"},
        drift=_tag_bucket,
        drifted="tags",
        named_by="bucket",
    ),
    TypeCase(
        type="aws:s3/bucketVersioning:BucketVersioning",
        inputs={"versioningConfiguration": {"status": "Enabled"}},
        changes={"versioningConfiguration": {"status": "Suspended"}},
        replacing={"bucket": "another-bucket"},
        drift=_suspend,
        drifted="versioningConfiguration",
        needs=_bucket,
        is_setting=True,
        leaves_a_trace=True,
    ),
    TypeCase(
        type=(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
        ),
        inputs={"rules": _encryption("AES256")},
        changes={"rules": [{**_encryption("aws:kms")[0], "bucketKeyEnabled": True}]},
        replacing={"bucket": "another-bucket"},
        drift=_encrypt_by_kms,
        drifted="rules",
        needs=_bucket,
        is_setting=True,
        leaves_a_trace=True,
    ),
    TypeCase(
        type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs={"blockPublicAcls": True, "ignorePublicAcls": True},
        changes={"blockPublicPolicy": True, "restrictPublicBuckets": True},
        replacing={"bucket": "another-bucket"},
        drift=_open_bucket,
        drifted="blockPublicAcls",
        needs=_bucket,
        is_setting=True,
    ),
    TypeCase(
        type="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs={"rules": _expiry(30)},
        changes={"rules": _expiry(60)},
        replacing={"bucket": "another-bucket"},
        drift=_lengthen_life,
        drifted="rules",
        needs=_bucket,
        is_setting=True,
    ),
    TypeCase(
        type="aws:s3/bucketPolicy:BucketPolicy",
        inputs={"policy": _bucket_document("Allow")},
        changes={"policy": json.dumps(_bucket_document("Deny"))},
        replacing={"bucket": "another-bucket"},
        drift=_change_bucket_policy,
        drifted="policy",
        needs=_bucket,
        is_setting=True,
    ),
    TypeCase(
        type="aws:dynamodb/table:Table",
        inputs={**_TABLE, "tags": {"owner": "us"}},
        changes={
            "globalSecondaryIndexes": [_INDEX],
            "ttl": {"attributeName": "ends", "enabled": True},
            "pointInTimeRecovery": {"enabled": True},
            "tags": {},
        },
        replacing={"rangeKey": "pk"},
        drift=_protect_table,
        drifted="ttl",
        named_by="name",
    ),
    TypeCase(
        type="aws:kms/key:Key",
        inputs={"description": "ours", "enableKeyRotation": True, "deletionWindowInDays": 7},
        changes={"description": "ours still", "enableKeyRotation": False, "tags": {"a": "b"}},
        replacing={"keyUsage": "GENERATE_VERIFY_MAC", "customerMasterKeySpec": "HMAC_256"},
        # How long a key stays after its deletion is said when it is deleted.
        untold=frozenset({"deletionWindowInDays"}),
        drift=_redescribe_key,
        drifted="description",
    ),
    TypeCase(
        type="aws:kms/alias:Alias",
        inputs={},
        changes={"targetKeyId": "set by the test"},
        replacing={"name": "alias/another"},
        drift=_redirect_alias,
        drifted="targetKeyId",
        needs=_key,
        named_by="name",
    ),
    TypeCase(
        type="aws:sqs/queue:Queue",
        inputs={"fifoQueue": True, "sqsManagedSseEnabled": True, "tags": {"owner": "us"}},
        changes={
            "visibilityTimeoutSeconds": 60,
            "contentBasedDeduplication": True,
            "tags": {"owner": "them"},
        },
        replacing={"fifoQueue": False},
        drift=_slow_queue,
        drifted="visibilityTimeoutSeconds",
        named_by="name",
    ),
    TypeCase(
        type="aws:iam/role:Role",
        inputs={
            "assumeRolePolicy": trust("lambda.amazonaws.com"),
            "description": "for functions",
            "tags": {"owner": "us"},
        },
        changes={
            "assumeRolePolicy": trust("ecs-tasks.amazonaws.com"),
            "description": "for tasks",
            "tags": {"cost": "1"},
        },
        replacing={"path": "/service/"},
        drift=_shorten_sessions,
        drifted="maxSessionDuration",
        named_by="name",
    ),
    TypeCase(
        type="aws:iam/rolePolicy:RolePolicy",
        inputs={"policy": document("s3:GetObject")},
        changes={"policy": document("s3:GetObject", "s3:PutObject")},
        replacing={"role": "another-role"},
        drift=_widen_role_policy,
        drifted="policy",
        needs=_role,
        named_by="name",
    ),
    TypeCase(
        type="aws:cloudwatch/logGroup:LogGroup",
        inputs={"retentionInDays": 30, "tags": {"owner": "us"}},
        changes={"retentionInDays": 14, "tags": {"owner": "them"}},
        replacing={"logGroupClass": "INFREQUENT_ACCESS"},
        drift=_keep_logs,
        drifted="retentionInDays",
        named_by="name",
    ),
)
