"""The bootstrap template: what it says about the audit's evidence and the worker's images."""

import json
from typing import Any

import pytest

from components.audit_settings import LOCK_DAYS, LOCK_MODES
from components.functions import Function
from components.permissions.estate import AUDIT_HEADS
from local.bootstrap.template import TEMPLATE_PATH, parse_template, resolve
from orchestrator.audit.anchors import chain_prefix

NAMES = {
    "AWS::Partition": "aws",
    "AWS::AccountId": "111122223333",
    "AWS::Region": "eu-central-1",
    "Environment": "dev",
    "AuditBucket": "audit",
    "AuditBucket.Arn": "arn:aws:s3:::audit",
    "AuditRetentionMode": "COMPLIANCE",
    "AuditRetentionDays": 400,
}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return parse_template(TEMPLATE_PATH.read_text(encoding="utf-8"))


def properties(template: dict[str, Any], resource: str) -> dict[str, Any]:
    found: dict[str, Any] = resolve(template["Resources"][resource]["Properties"], NAMES)
    return found


def test_heads_are_locked_for_as_long_as_said(template: dict[str, Any]) -> None:
    """Object Lock is on, and each object is locked as the parameters say, in whatever mode."""
    bucket = template["Resources"]["AuditBucket"]["Properties"]
    lock = resolve(bucket["ObjectLockConfiguration"], NAMES)

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["ObjectLockEnabled"] is True
    assert lock == {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}},
    }


def test_the_program_takes_what_the_template_takes(template: dict[str, Any]) -> None:
    """Modes and days of a lock are the same for both."""
    mode, days = (template["Parameters"][f"AuditRetention{part}"] for part in ("Mode", "Days"))

    assert tuple(mode["AllowedValues"]) == LOCK_MODES
    assert (days["MinValue"], days["MaxValue"]) == (LOCK_DAYS[0], LOCK_DAYS[-1])


def test_a_head_is_never_hidden(template: dict[str, Any]) -> None:
    """The bucket refuses to put a head under a key that may be taken."""
    policy = properties(template, "AuditBucketPolicy")["PolicyDocument"]
    (statement,) = (each for each in policy["Statement"] if each["Sid"] == "OnlyUnderAFreeKey")

    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"] == f"arn:aws:s3:::audit/{AUDIT_HEADS}*"
    assert statement["Condition"] == {"Null": {"s3:if-none-match": "true"}}
    assert chain_prefix("stk-1").startswith(AUDIT_HEADS)


def test_nothing_of_the_evidence_expires(template: dict[str, Any]) -> None:
    """No rule deletes a head when its lock is over, and no key of this account encrypts it."""
    bucket = properties(template, "AuditBucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert "LifecycleConfiguration" not in bucket
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def test_the_worker_alone_signs(template: dict[str, Any]) -> None:
    """The key signs digests for the role of the worker, as the program will call it."""
    key = properties(template, "SigningKey")
    signing = [each for each in key["KeyPolicy"]["Statement"] if "kms:Sign" in each["Action"]]

    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    (statement,) = signing
    assert statement["Condition"]["StringEquals"] == {
        "aws:PrincipalArn": f"arn:aws:iam::111122223333:role/hoist-dev-{Function.WORKER}",
        "kms:MessageType": "DIGEST",
        "kms:SigningAlgorithm": "ECDSA_SHA_256",
    }


def test_a_signing_key_has_an_alias_and_is_hard_to_lose(template: dict[str, Any]) -> None:
    """It is named by the environment, and waits for a month before it is gone."""
    assert properties(template, "SigningKey")["PendingWindowInDays"] == 30
    alias = template["Resources"]["SigningKeyAlias"]["Properties"]["AliasName"]
    assert resolve(alias, NAMES) == "alias/hoist-dev-signing"


def test_images_stay_what_they_were(template: dict[str, Any]) -> None:
    """A tag is never moved, what is pushed is scanned, and the newest thirty releases stay."""
    repository = properties(template, "WorkerRepository")
    rules = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]

    assert repository["ImageTagMutability"] == "IMMUTABLE"
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged", "any"]
    assert rules[1]["selection"]["countNumber"] == 30


def test_lambda_fetches_images_for_this_installation_only(template: dict[str, Any]) -> None:
    """Nobody else is let in by the repository itself."""
    policy = properties(template, "WorkerRepository")["RepositoryPolicyText"]

    (statement,) = policy["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": "arn:aws:lambda:eu-central-1:111122223333:function:hoist-dev-*"
        }
    }
