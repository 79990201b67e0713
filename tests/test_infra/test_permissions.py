"""Least privilege: what each role may do, and what none may."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from components.functions import Function
from health.dependencies.stored_stacks import CHECKPOINTS
from health.findings.stores.dynamodb import PARTITION
from hoist.access.dynamodb import SETTINGS, TOKENS
from hoist_program import SIGNING_KEY_ARN, STATE_KEY_ARN, installation
from orchestrator.runs.record_keys import WAITING_PARTITION, queue_key, run_key, waiting_key
from orchestrator.state.names import stacks_partition, updates_partition
from recorded_program import ACCOUNT, REGION, Recording
from rotation.strategies.user_keys import MADE_KEY_TAG

HEALTH = Path(__file__).parents[2] / "functions" / "health"
# Actions for which AWS has no resource to name, and why.
WITHOUT_RESOURCE = {
    "acm:ListCertificates": "finds what is not known yet",
    "cloudwatch:GetMetricData": "metrics are no resources of IAM",
    "lambda:GetAccountSettings": "is about the account",
    "lambda:ListEventSourceMappings": "AWS lets no mapping be named",
    "tag:GetResources": "finds what is not known yet",
    "secretsmanager:GetRandomPassword": "makes text, concerns no secret",
    "secretsmanager:ListSecrets": "finds what is not known yet",
}
# What sounds like power over others and is none, by who may do it.
HARMLESS: dict[Function, set[str]] = {
    Function.API: set(),
    Function.WORKER: set(),
    Function.HEALTH: {
        "lambda:GetAccountSettings",
        "lambda:GetFunction",
        "lambda:ListEventSourceMappings",
    },
    # A new key opens what the old one did; see test_rotation_replaces_keys_and_no_more.
    Function.ROTATION: {
        "iam:CreateAccessKey",
        "iam:DeleteAccessKey",
        "iam:GetAccessKeyLastUsed",
        "iam:ListAccessKeys",
        "iam:ListUserTags",
        "iam:TagUser",
        "iam:UntagUser",
    },
}
AUDIT = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hoist-dev-audit"
ACCESS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hoist-dev-access"
AUDIT_BUCKET = "arn:aws:s3:::the-audit-bucket"
HEADS = f"{AUDIT_BUCKET}/audit/heads/*"
# What nobody of Hoist may do, on whatever.
FORBIDDEN = {
    "dynamodb:DeleteTable",
    "dynamodb:Scan",
    "dynamodb:UpdateTable",
    "iam:PassRole",
    "kms:CreateGrant",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket",
    "s3:DeleteObjectVersion",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
}
# What AWS takes for all inline policies of a role together.
LONGEST_POLICY = 10_240

Statement = dict[str, Any]


def statements(recording: Recording, function: Function) -> list[Statement]:
    policy = recording.of_type("aws:iam/rolePolicy:RolePolicy")[function].inputs["policy"]
    found: list[Statement] = json.loads(policy)["Statement"]
    return found


def actions(recording: Recording, function: Function) -> set[str]:
    return {
        action for statement in statements(recording, function) for action in statement["Action"]
    }


def on(recording: Recording, function: Function, resource: str) -> set[str]:
    """The actions that the function may do on a resource."""
    return {
        action
        for statement in statements(recording, function)
        if resource in statement["Resource"]
        for action in statement["Action"]
    }


def resources_of(recording: Recording, function: Function, action: str) -> list[str]:
    """All that the function may do an action on."""
    return [
        resource
        for statement in statements(recording, function)
        if action in statement["Action"]
        for resource in statement["Resource"]
    ]


def by_keys(statement: Statement) -> list[str]:
    """The partitions that the statement is bound to."""
    (operator,) = statement["Condition"]
    keys: list[str] = statement["Condition"][operator]["dynamodb:LeadingKeys"]
    return keys


def artifacts(recording: Recording, folder: str) -> str:
    """The objects of a folder of the artifacts bucket."""
    return f"arn:aws:s3:::{recording.outputs['artifactsBucket']}/{folder}/*"


@pytest.mark.parametrize("function", list(Function))
def test_actions_are_named_one_by_one(dev: Recording, function: Function) -> None:
    """No policy allows a family of actions by a wildcard."""
    assert [action for action in actions(dev, function) if "*" in action] == []


@pytest.mark.parametrize("function", list(Function))
def test_resources_are_named(dev: Recording, function: Function) -> None:
    """Everything is allowed on named things only, but where AWS has no name to give."""
    unbounded = {
        action
        for statement in statements(dev, function)
        if "*" in statement["Resource"]
        for action in statement["Action"]
    }

    assert unbounded <= set(WITHOUT_RESOURCE)


@pytest.mark.parametrize("function", list(Function))
def test_resources_are_of_this_installation(dev: Recording, function: Function) -> None:
    """Every ARN is in this account and region, or of a bucket or a user, which have no region; and
    none begins with a wildcard.
    """
    here = (f":{REGION}:{ACCOUNT}:", f":iam::{ACCOUNT}:user/hoist/dev/")
    arns = [
        arn
        for statement in statements(dev, function)
        for arn in statement["Resource"]
        if arn != "*"
    ]

    assert all(
        any(place in arn for place in here) or arn.startswith("arn:aws:s3:::") for arn in arns
    )
    assert all("*" not in arn.rstrip("*") for arn in arns)


@pytest.mark.parametrize("function", list(Function))
def test_nobody_hands_out_power(dev: Recording, function: Function) -> None:
    """No function changes permissions, takes another role, or runs or changes a function."""
    powerful = {
        action
        for action in actions(dev, function)
        if action.split(":")[0] in {"iam", "sts", "lambda", "organizations"}
    }

    assert powerful <= HARMLESS[function]


@pytest.mark.parametrize("function", list(Function))
def test_what_is_forbidden_is_allowed_to_nobody(dev: Recording, function: Function) -> None:
    """Nobody takes away data, locks, keys or policies, and nobody reads whole tables."""
    assert actions(dev, function) & FORBIDDEN == set()


@pytest.mark.parametrize("function", list(Function))
def test_nobody_deletes_in_the_audit(dev: Recording, function: Function) -> None:
    """Of entries no function does more than to put and to query them; of heads, than to put them
    with their lock, to list and to read them.
    """
    entries, heads = on(dev, function, AUDIT), on(dev, function, HEADS)

    assert entries <= {"dynamodb:PutItem", "dynamodb:Query"}
    assert heads <= {"s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"}
    assert on(dev, function, AUDIT_BUCKET) <= {"s3:ListBucket"}


def test_the_audit_is_written_by_both_doors_and_read_by_health(dev: Recording) -> None:
    """Doors add entries, health reads them, and rotation has nothing to do with them."""
    writing = {"dynamodb:PutItem", "dynamodb:Query"}

    assert {function: on(dev, function, AUDIT) for function in Function} == {
        Function.API: writing,
        Function.WORKER: writing,
        Function.HEALTH: {"dynamodb:Query"},
        Function.ROTATION: set(),
    }


def test_only_the_worker_signs_heads(dev: Recording) -> None:
    """It signs digests with the signing key, and puts heads that the others only read."""
    for function in set(Function) - {Function.WORKER}:
        assert on(dev, function, SIGNING_KEY_ARN) == set()
        assert on(dev, function, HEADS) <= {"s3:GetObject"}
    by_sid = {each["Sid"]: each for each in statements(dev, Function.WORKER)}

    assert on(dev, Function.WORKER, SIGNING_KEY_ARN) == {"kms:Sign", "kms:GetPublicKey"}
    assert by_sid["SignAuditHeads"]["Condition"] == {
        "StringEquals": {"kms:SigningAlgorithm": "ECDSA_SHA_256", "kms:MessageType": "DIGEST"}
    }
    assert on(dev, Function.WORKER, HEADS) == {"s3:PutObject", "s3:PutObjectRetention"}


@pytest.mark.parametrize("function", [Function.API, Function.HEALTH])
def test_of_the_audits_bucket_heads_are_listed(dev: Recording, function: Function) -> None:
    """Who reads heads may list them, and nothing else."""
    by_sid = {each["Sid"]: each for each in statements(dev, function)}

    assert by_sid["ListAuditHeads"]["Resource"] == [AUDIT_BUCKET]
    assert by_sid["ListAuditHeads"]["Condition"] == {"StringLike": {"s3:prefix": "audit/heads/*"}}
    assert on(dev, function, HEADS) == {"s3:GetObject"}


def test_tokens_are_the_apis(dev: Recording) -> None:
    """The api does with tokens and counters what its store does. The settings it only reads, health
    only knows a token again, and neither the worker nor rotation sees the table.
    """
    leading_keys = {
        action: by_keys(statement)
        for statement in statements(dev, Function.API)
        if ACCESS in statement["Resource"]
        for action in statement["Action"]
        if action != "dynamodb:GetItem"
    }
    readable = {
        key
        for statement in statements(dev, Function.API)
        if ACCESS in statement["Resource"] and "dynamodb:GetItem" in statement["Action"]
        for key in by_keys(statement)
    }

    assert leading_keys == {
        "dynamodb:PutItem": [TOKENS],
        "dynamodb:DeleteItem": [TOKENS],
        "dynamodb:Query": [TOKENS],
        "dynamodb:UpdateItem": ["count#*"],
    }
    assert readable == {TOKENS, SETTINGS}
    assert on(dev, Function.HEALTH, ACCESS) == {"dynamodb:GetItem"}
    assert keys_of(dev, Function.HEALTH, "KnowTokens") == [TOKENS]
    for function in (Function.WORKER, Function.ROTATION):
        assert on(dev, function, ACCESS) == set()
        assert "hoist-dev-access" not in json.dumps(statements(dev, function))


@pytest.mark.parametrize("function", list(Function))
def test_only_lambda_takes_the_role(dev: Recording, function: Function) -> None:
    """The role is for the service alone, and for one action."""
    role = dev.of_type("aws:iam/role:Role")[function].inputs
    (trust,) = json.loads(role["assumeRolePolicy"])["Statement"]

    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert trust["Action"] == ["sts:AssumeRole"]


@pytest.mark.parametrize("function", list(Function))
def test_logs_go_to_the_own_group_only(dev: Recording, function: Function) -> None:
    """A function writes to its own log group, which it cannot make."""
    logs = [each for each in statements(dev, function) if "logs:PutLogEvents" in each["Action"]]

    (statement,) = logs
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert [arn.split(":", 6)[6] for arn in statement["Resource"]] == [
        f"/aws/lambda/hoist-dev-{function}:*"
    ]


@pytest.mark.parametrize("function", list(Function))
def test_the_encryption_key_is_used_in_a_context_only(dev: Recording, function: Function) -> None:
    """Whoever encrypts or decrypts is bound to a stack, a bucket, a table or a secret."""
    cryptography = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    for statement in statements(dev, function):
        if cryptography.intersection(statement["Action"]):
            keys = {key for operator in statement["Condition"].values() for key in operator}
            assert any(key.startswith("kms:EncryptionContext:") for key in keys)
            assert statement["Resource"] == [STATE_KEY_ARN]


@pytest.mark.parametrize("function", list(Function))
def test_policies_fit_into_a_role(dev: Recording, function: Function) -> None:
    """AWS takes some ten thousand characters; a third is left for what is to come."""
    policy = dev.of_type("aws:iam/rolePolicy:RolePolicy")[function].inputs["policy"]

    assert len(policy.replace(" ", "")) < LONGEST_POLICY * 2 / 3


@pytest.mark.parametrize("function", [Function.API, Function.WORKER])
def test_history_cannot_be_deleted(dev: Recording, function: Function) -> None:
    """No version of a checkpoint, no run and no program is deleted by a function."""
    assert "s3:DeleteObjectVersion" not in actions(dev, function)
    assert "s3:DeleteObject" not in on(dev, function, artifacts(dev, "programs"))


@pytest.mark.parametrize("function", [Function.API, Function.WORKER])
def test_a_run_is_written_whole_and_never_deleted(dev: Recording, function: Function) -> None:
    """Of the runs' table items are put as a whole; only markers of waiting stacks are deleted."""
    runs = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hoist-dev-runs"
    deleting = [
        statement
        for statement in statements(dev, function)
        if runs in statement["Resource"] and "dynamodb:DeleteItem" in statement["Action"]
    ]

    assert on(dev, function, runs) - {"dynamodb:BatchWriteItem"} == {
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:DeleteItem",
    }
    (statement,) = deleting
    assert statement["Action"] == ["dynamodb:DeleteItem"]
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {
            "dynamodb:LeadingKeys": [f"record#{waiting_key('any-stack').partition}"]
        }
    }


def test_only_the_worker_drops_logs(dev: Recording) -> None:
    """It writes many items at once in logs only, and lists and deletes only what logs hold."""
    runs = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/hoist-dev-runs"
    bucket = f"arn:aws:s3:::{dev.outputs['artifactsBucket']}"
    by_sid = {each["Sid"]: each for each in statements(dev, Function.WORKER)}
    deletable = [
        arn
        for each in statements(dev, Function.WORKER)
        if "s3:DeleteObject" in each["Action"]
        for arn in each["Resource"]
        if arn.startswith(bucket)
    ]

    assert by_sid["MarkDroppedLogs"]["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["log#*"]}
    }
    assert by_sid["ListLogBodies"]["Condition"] == {"StringLike": {"s3:prefix": ".hoist/journal/*"}}
    assert on(dev, Function.WORKER, bucket) == {"s3:ListBucket"}
    assert deletable == [f"{bucket}/.hoist/journal/*"]
    assert "dynamodb:BatchWriteItem" not in on(dev, Function.API, runs)
    assert on(dev, Function.API, f"{bucket}/.hoist/journal/*") == {"s3:GetObject"}


def test_programs_go_from_quarantine_through_the_api_alone(dev: Recording) -> None:
    """The api takes uploads and accepts programs; the worker reads what was accepted, no upload."""
    quarantine, programs = artifacts(dev, "quarantine"), artifacts(dev, "programs")

    assert on(dev, Function.API, quarantine) == {
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
    }
    assert on(dev, Function.API, programs) == {"s3:GetObject", "s3:PutObject"}
    assert on(dev, Function.WORKER, quarantine) == set()
    assert on(dev, Function.WORKER, programs) == {"s3:GetObject"}


def test_only_the_worker_signs(dev: Recording) -> None:
    """The signature on the audit trail is the worker's."""
    assert "kms:Sign" not in actions(dev, Function.API)
    assert "kms:Sign" in actions(dev, Function.WORKER)


def test_only_the_worker_takes_rings(dev: Recording) -> None:
    """The api can only ring; who answers a ring is the worker."""
    doorbell = dev.outputs["doorbellArn"]

    assert on(dev, Function.API, doorbell) == {"sqs:SendMessage"}
    assert "sqs:ReceiveMessage" in on(dev, Function.WORKER, doorbell)


def keys_of(recording: Recording, function: Function, sid: str) -> list[str]:
    """The partitions of a table that a statement is about."""
    (statement,) = (each for each in statements(recording, function) if each["Sid"] == sid)
    return by_keys(statement)


def test_health_only_looks(dev: Recording) -> None:
    """Health writes its own book and nothing else. It reads no secret and no message, and of all
    objects only the audit's heads.
    """
    changing = {
        action
        for action in actions(dev, Function.HEALTH)
        if not action.split(":")[1].startswith(("Get", "List", "Describe", "Query", "Filter"))
    }

    assert changing == {
        "dynamodb:PutItem",
        "kms:Decrypt",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    }
    assert keys_of(dev, Function.HEALTH, "KeepBookOfFindings") == [PARTITION]
    assert actions(dev, Function.HEALTH).isdisjoint(
        {"s3:GetObjectVersion", "dynamodb:Scan", "sqs:ReceiveMessage"}
    )
    assert resources_of(dev, Function.HEALTH, "s3:GetObject") == [HEADS]


def test_health_may_do_what_it_does(dev: Recording) -> None:
    """Every call that health's code names is allowed, and no other is."""
    named = {
        call
        for file in sorted(HEALTH.rglob("*.py"))
        for call in re.findall(
            r"\b(?:acm|cloudwatch|dynamodb|ecr|kms|lambda|logs|s3|secretsmanager|sqs|tag):[A-Z]\w+",
            file.read_text(),
        )
    }
    own_log = {"logs:CreateLogStream", "logs:PutLogEvents"}
    # Asked for together with the attributes; what DynamoDB does in the caller's name; and what
    # reads a head of the audit.
    not_named = {"sqs:GetQueueUrl", "kms:Decrypt", "s3:GetObject"}

    assert named - not_named == actions(dev, Function.HEALTH) - own_log - not_named


def test_health_reads_no_journal(dev: Recording) -> None:
    """Of the tables it reads records of runs and stacks, which are what its checks look at."""
    state = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/the-state-table"
    stacks = keys_of(dev, Function.HEALTH, "ReadStacks")
    runs = keys_of(dev, Function.HEALTH, "ReadRuns")

    assert "dynamodb:GetItem" not in on(dev, Function.HEALTH, state)
    assert stacks == [f"record#{stacks_partition('*')}", f"record#{updates_partition('*')}"]
    assert runs == [
        f"record#{WAITING_PARTITION}",
        f"record#{queue_key('*').partition}",
        f"record#{run_key('*', 'any-run').partition}",
    ]


def test_health_lists_projects_only(dev: Recording) -> None:
    """Of the state bucket it may list the folder whose names are those of projects."""
    state_bucket = "arn:aws:s3:::the-state-bucket"
    (statement,) = (
        each for each in statements(dev, Function.HEALTH) if each["Sid"] == "ListProjects"
    )

    assert on(dev, Function.HEALTH, state_bucket) & {"s3:ListBucket", "s3:GetObject"} == {
        "s3:ListBucket"
    }
    assert statement["Resource"] == [state_bucket]
    assert statement["Condition"] == {"StringEquals": {"s3:prefix": CHECKPOINTS}}


def test_health_decrypts_items_only(dev: Recording) -> None:
    """The key is for DynamoDB, and not for an object or a stack's secrets."""
    (statement,) = (
        each for each in statements(dev, Function.HEALTH) if "kms:Decrypt" in each["Action"]
    )

    assert statement["Condition"] == {
        "StringEquals": {
            "kms:ViaService": f"dynamodb.{REGION}.amazonaws.com",
            "kms:EncryptionContext:aws:dynamodb:tableName": [
                "the-state-table",
                "hoist-dev-runs",
                "hoist-dev-audit",
                "hoist-dev-access",
            ],
        }
    }


def test_rotation_replaces_keys_and_no_more(dev: Recording) -> None:
    """It makes and deletes keys of users under Hoist's path, whose rights it cannot change."""
    by_sid = {each["Sid"]: each for each in statements(dev, Function.ROTATION)}
    users = f"arn:aws:iam::{ACCOUNT}:user/hoist/dev/*"

    assert by_sid["ReplaceAccessKeys"]["Resource"] == [users]
    assert by_sid["MarkUnfinishedKeys"]["Resource"] == [users]
    assert by_sid["MarkUnfinishedKeys"]["Condition"] == {
        "ForAllValues:StringEquals": {"aws:TagKeys": [MADE_KEY_TAG]}
    }


def test_rotation_touches_its_secrets_only(dev: Recording) -> None:
    """Rotation makes versions of secrets under Hoist's prefix; it neither makes nor deletes one."""
    secrets = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:hoist/dev/*"

    assert on(dev, Function.ROTATION, secrets) == {
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    }


@pytest.mark.parametrize("function", [Function.API, Function.WORKER])
def test_only_rotation_reads_rotated_secrets(dev: Recording, function: Function) -> None:
    """Neither door of the orchestrator has anything to do with Secrets Manager."""
    assert not any(action.startswith("secretsmanager:") for action in actions(dev, function))


def test_health_learns_dates_of_secrets_and_no_values(dev: Recording) -> None:
    """Health sees when secrets rotate and which labels they bear; it can read and change none."""
    secrets = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:hoist/dev/*"

    assert {each for each in actions(dev, Function.HEALTH) if each.startswith("secrets")} == {
        "secretsmanager:DescribeSecret",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:ListSecrets",
    }
    assert "secretsmanager:ListSecrets" not in on(dev, Function.HEALTH, secrets)


def test_rotation_has_interfaces_in_a_vpc_only(dev: Recording) -> None:
    """Where a network is set, Lambda may connect the function in its role's name. The function's
    code may not, and without a network nobody may.
    """
    network = {"subnets": ["subnet-0123abcd"], "securityGroups": ["sg-0123abcd"]}
    connected = installation("dev", rotation=json.dumps(network))
    own_arn = connected.outputs["rotationFunctionArn"]
    by_sid = {each["Sid"]: each for each in statements(connected, Function.ROTATION)}
    allowed, denied = by_sid["LetLambdaConnect"], by_sid["DenyTheCodeThat"]

    assert actions(connected, Function.ROTATION) - actions(dev, Function.ROTATION) == set(
        allowed["Action"]
    )
    assert all(action.startswith("ec2:") for action in allowed["Action"])
    assert (denied["Effect"], denied["Action"]) == ("Deny", allowed["Action"])
    assert own_arn in denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]
    for function in set(Function) - {Function.ROTATION}:
        assert actions(connected, function) == actions(dev, function)
