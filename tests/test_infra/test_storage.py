"""Bucket and tables of the program: encrypted, versioned, closed."""

import json
from typing import Any

from hoist_program import STATE_KEY_ARN
from recorded_program import Recording


def bucket_part(recording: Recording, kind: str) -> dict[str, Any]:
    lower = kind[0].lower() + kind[1:]
    return recording.of_type(f"aws:s3/{lower}:{kind}")["artifacts"].inputs


def test_artifacts_are_encrypted_with_the_encryption_key(dev: Recording) -> None:
    """Objects are encrypted with Hoist's key, by way of a bucket key."""
    (rule,) = bucket_part(dev, "BucketServerSideEncryptionConfiguration")["rules"]

    assert rule == {
        "applyServerSideEncryptionByDefault": {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": STATE_KEY_ARN,
        },
        "bucketKeyEnabled": True,
    }


def test_artifacts_are_versioned(dev: Recording) -> None:
    """What was overwritten can be read for a while."""
    versioning = bucket_part(dev, "BucketVersioning")

    assert versioning["versioningConfiguration"] == {"status": "Enabled"}


def test_artifacts_are_never_public(dev: Recording) -> None:
    """All four kinds of public access are blocked."""
    block = bucket_part(dev, "BucketPublicAccessBlock")

    assert [
        block["blockPublicAcls"],
        block["blockPublicPolicy"],
        block["ignorePublicAcls"],
        block["restrictPublicBuckets"],
    ] == [True] * 4


def test_artifacts_travel_over_tls_only(dev: Recording) -> None:
    """The bucket refuses everything that comes in the clear, for itself and all its objects."""
    (statement,) = json.loads(bucket_part(dev, "BucketPolicy")["policy"])["Statement"]
    arn = f"arn:aws:s3:::{dev.outputs['artifactsBucket']}"

    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Resource"] == [arn, f"{arn}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_programs_never_expire(dev: Recording) -> None:
    """Uploads, plans and events go after a while; of programs only old versions go."""
    rules = bucket_part(dev, "BucketLifecycleConfiguration")["rules"]
    expiring = {rule["filter"]["prefix"] for rule in rules if "expiration" in rule}

    assert expiring == {"quarantine/", "plans/", "events/"}
    assert all(rule["status"] == "Enabled" for rule in rules)


def test_an_upload_that_nobody_took_is_gone_in_a_day(dev: Recording) -> None:
    """In quarantine nothing waits, neither what is current nor what was overwritten."""
    rules = bucket_part(dev, "BucketLifecycleConfiguration")["rules"]
    (quarantine,) = (rule for rule in rules if rule["filter"]["prefix"] == "quarantine/")

    assert quarantine["expiration"] == {"days": 1}
    assert quarantine["noncurrentVersionExpiration"] == {"noncurrentDays": 1}


def test_an_audit_entry_is_for_ever(dev: Recording) -> None:
    """Time to live is on in the tables of runs and of access, and not in that of the audit."""
    tables = dev.of_type("aws:dynamodb/table:Table")

    for name in ("runs", "access"):
        assert tables[name].inputs["ttl"] == {"enabled": True, "attributeName": "expires_at"}
    assert "ttl" not in tables["audit"].inputs


def test_tables_are_encrypted_and_can_be_taken_back(dev: Recording) -> None:
    """All tables use Hoist's key, and any second of the last weeks can be restored."""
    tables = dev.of_type("aws:dynamodb/table:Table")

    assert set(tables) == {"runs", "access", "audit"}
    for table in tables.values():
        encryption = table.inputs["serverSideEncryption"]
        assert encryption == {"enabled": True, "kmsKeyArn": STATE_KEY_ARN}
        assert table.inputs["pointInTimeRecovery"] == {"enabled": True}


def test_tables_cost_nothing_while_nobody_deploys(dev: Recording) -> None:
    """Tables are paid by the request and keyed by two strings."""
    for table in dev.of_type("aws:dynamodb/table:Table").values():
        assert table.inputs["billingMode"] == "PAY_PER_REQUEST"
        assert (table.inputs["hashKey"], table.inputs["rangeKey"]) == ("pk", "sk")
        assert {each["type"] for each in table.inputs["attributes"]} == {"S"}
