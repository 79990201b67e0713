"""The bootstrap template on the emulator, through CloudFormation."""

import hashlib
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hoist.clock import SystemClock
from local.bootstrap import BootstrapError, BootstrapOutputs, deploy_bootstrap

GAPS = (
    "state bucket encryption",
    "state bucket lifecycle",
    "state bucket tags",
    "audit bucket lock",
    "audit bucket tags",
    "table backups",
    "table expiry",
)

pytestmark = pytest.mark.emulator


def deploy(client: Callable[[str], Any], environment: str = "dev") -> BootstrapOutputs:
    return deploy_bootstrap(
        environment=environment,
        cloudformation=client("cloudformation"),
        s3=client("s3"),
        dynamodb=client("dynamodb"),
        clock=SystemClock(),
    )


@pytest.fixture(scope="module")
def first(client: Callable[[str], Any]) -> BootstrapOutputs:
    return deploy(client)


def test_it_goes_up(first: BootstrapOutputs) -> None:
    """The outputs name what was made."""
    assert first.state_bucket == "hoist-dev-state-000000000000-us-east-1"
    assert first.state_table == "hoist-dev-state"
    assert first.state_key_alias == "alias/hoist-dev-state"
    assert first.state_key_arn.startswith("arn:aws:kms:us-east-1:000000000000:key/")
    assert first.audit_bucket == "hoist-dev-audit-000000000000-us-east-1"
    assert first.signing_key_alias == "alias/hoist-dev-signing"
    assert first.signing_key_arn != first.state_key_arn
    assert first.worker_repository.endswith("/hoist-dev-worker")


def test_the_outputs_are_the_programs_config(first: BootstrapOutputs) -> None:
    """What the program asks for can be handed over as it is."""
    assert first.as_config() == {
        "hoist:stateBucket": first.state_bucket,
        "hoist:stateTable": first.state_table,
        "hoist:stateKeyArn": first.state_key_arn,
        "hoist:stateKeyAlias": first.state_key_alias,
        "hoist:auditBucket": first.audit_bucket,
        "hoist:auditRetentionDays": "7",
        "hoist:auditRetentionMode": "GOVERNANCE",
        "hoist:signingKeyArn": first.signing_key_arn,
        "hoist:signingKeyAlias": first.signing_key_alias,
    }


def test_a_second_time_changes_nothing(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """The second deployment finds all in place: the same keys, and no gap to close."""
    second = deploy(client)

    assert second.closed_gaps == ()
    assert second.state_key_arn == first.state_key_arn
    assert second.as_config() == first.as_config()


def test_what_the_emulator_dropped_is_set(first: BootstrapOutputs) -> None:
    """Encryption, lifecycle, lock, tags, backups and expiry are lost on the way, and set by API.

    Once the emulator keeps one of them, its part can go.
    """
    assert first.closed_gaps == GAPS


def test_the_bucket_is_as_the_template_says(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """The bucket is versioned, encrypted with the key, closed, and keeps live state for ever."""
    s3, bucket = client("s3"), first.state_bucket
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    access = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]

    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": first.state_key_arn,
    }
    assert [rule["Filter"]["Prefix"] for rule in rules] == ["", ".pulumi/locks/"]
    assert not any("Days" in rule.get("Expiration", {}) for rule in rules)
    assert all(access.values())
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]


def test_a_head_is_locked(client: Callable[[str], Any], first: BootstrapOutputs) -> None:
    """What comes into the audit's bucket cannot be deleted before its week is over."""
    s3, bucket = client("s3"), first.audit_bucket
    key = "audit/heads/chain/1.json"
    made = s3.put_object(Bucket=bucket, Key=key, Body=b"{}", IfNoneMatch="*")
    locked = s3.get_object_retention(Bucket=bucket, Key=key)["Retention"]
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]

    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=key, VersionId=made["VersionId"])

    assert locked["Mode"] == "GOVERNANCE"
    assert timedelta(days=6) < locked["RetainUntilDate"] - SystemClock().now() <= timedelta(days=7)
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "AES256"
    }


def test_the_signing_key_signs(client: Callable[[str], Any], first: BootstrapOutputs) -> None:
    """By its alias it signs the digest of a head, and its public half checks the signature."""
    kms, digest = client("kms"), hashlib.sha256(b"a head").digest()
    request = {
        "KeyId": first.signing_key_alias,
        "Message": digest,
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    signature = kms.sign(**request)["Signature"]
    public = load_der_public_key(kms.get_public_key(KeyId=first.signing_key_alias)["PublicKey"])

    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))


def test_the_repository_is_as_the_template_says(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """A tag of an image stays with it, and each image is scanned as it comes."""
    ecr = client("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=["hoist-dev-worker"])["repositories"]

    assert found["repositoryUri"] == first.worker_repository
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}


def test_the_table_is_as_the_template_says(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """The table has its two keys, expires items, keeps backups and refuses to be deleted."""
    dynamodb, name = client("dynamodb"), first.state_table
    table = dynamodb.describe_table(TableName=name)["Table"]
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]

    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert table["DeletionProtectionEnabled"] is True
    assert expiry == {"AttributeName": "expires_at", "TimeToLiveStatus": "ENABLED"}
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_the_key_wraps_a_stacks_data_key(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """By its alias the key encrypts and decrypts in a stack's context, and it rotates."""
    kms = client("kms")
    sealed = kms.encrypt(
        KeyId=first.state_key_alias, Plaintext=b"data key", EncryptionContext={"stack": "stk-1"}
    )
    opened = kms.decrypt(
        CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"stack": "stk-1"}
    )

    assert opened["Plaintext"] == b"data key"
    assert opened["KeyId"] == first.state_key_arn
    assert kms.get_key_rotation_status(KeyId=first.state_key_arn)["KeyRotationEnabled"]


def test_environments_live_side_by_side(
    client: Callable[[str], Any], first: BootstrapOutputs
) -> None:
    """Another environment gets buckets, a table and keys of its own."""
    other = deploy(client, "staging")

    assert other.state_table == "hoist-staging-state"
    assert other.state_bucket != first.state_bucket
    assert other.state_key_arn != first.state_key_arn
    assert other.audit_bucket != first.audit_bucket
    assert other.signing_key_arn != first.signing_key_arn


def test_an_aws_that_does_not_answer_is_named() -> None:
    """With nobody listening, the error says which stack was to be deployed and what to look at."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        session: Any = boto3.Session("test", "test", region_name="us-east-1")

        with pytest.raises(BootstrapError, match="stack hoist-dev-bootstrap") as caught:
            deploy(lambda service: session.client(service, endpoint_url=endpoint))

    assert "hoist local status" in caught.value.way_out
