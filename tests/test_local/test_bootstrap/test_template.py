"""The bootstrap template: what it says about state and its key, and how it is read."""

from typing import Any

import pytest

from components.settings import ENVIRONMENT_PATTERN
from local.bootstrap.template import TEMPLATE_PATH, parse_template, resolve


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return parse_template(TEMPLATE_PATH.read_text(encoding="utf-8"))


def properties(template: dict[str, Any], resource: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][resource]["Properties"]
    return found


HOLDS_SOMETHING = [
    "AuditBucket",
    "SigningKey",
    "StateBucket",
    "StateKey",
    "StateTable",
    "WorkerRepository",
]
PARTS_OF_THOSE = ["AuditBucketPolicy", "SigningKeyAlias", "StateBucketPolicy", "StateKeyAlias"]


def key_statements(template: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The statements of a key's policy, each with a list of actions."""
    names = {
        "AWS::Partition": "aws",
        "AWS::AccountId": "111122223333",
        "AWS::Region": "eu-central-1",
        "Environment": "dev",
    }
    found = resolve(properties(template, key)["KeyPolicy"]["Statement"], names)
    return [{**each, "Action": list_of(each["Action"])} for each in found]


def list_of(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def test_it_makes_what_must_outlive_hoist_and_nothing_else(template: dict[str, Any]) -> None:
    """Everything else is made by Hoist's own program."""
    assert sorted(template["Resources"]) == sorted(HOLDS_SOMETHING + PARTS_OF_THOSE)


@pytest.mark.parametrize("resource", HOLDS_SOMETHING)
def test_what_holds_something_outlives_the_stack(template: dict[str, Any], resource: str) -> None:
    """Neither deleting the stack nor replacing a resource deletes what holds something.

    Only a creation that fails is undone, for otherwise the next one would find the names taken.
    """
    declared = template["Resources"][resource]

    assert declared["DeletionPolicy"] == "RetainExceptOnCreate"
    assert declared["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("resource", HOLDS_SOMETHING)
def test_everything_is_tagged(template: dict[str, Any], resource: str) -> None:
    """All that AWS can tag names its installation and its environment."""
    tags = resolve(properties(template, resource)["Tags"], {"Environment": "dev"})

    assert tags == [
        {"Key": "hoist:installation", "Value": "hoist-dev"},
        {"Key": "hoist:environment", "Value": "dev"},
    ]


def test_bucket_is_versioned_and_encrypted(template: dict[str, Any]) -> None:
    """Checkpoints are versions, encrypted with the state's own key."""
    bucket = properties(template, "StateBucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": "StateKey.Arn"},
    }


@pytest.mark.parametrize("resource", ["StateBucket", "AuditBucket"])
def test_no_bucket_is_ever_public(template: dict[str, Any], resource: str) -> None:
    """Public access is blocked in all four ways, and object ACLs do not exist."""
    bucket = properties(template, resource)

    assert list(bucket["PublicAccessBlockConfiguration"].values()) == [True] * 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@pytest.mark.parametrize("resource", ["StateBucket", "AuditBucket"])
def test_buckets_are_used_over_tls_only(template: dict[str, Any], resource: str) -> None:
    """A bucket refuses everything that comes in the clear, for itself and all its objects."""
    policy = properties(template, f"{resource}Policy")
    statement = policy["PolicyDocument"]["Statement"][0]

    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert resolve(statement["Resource"], {f"{resource}.Arn": "arn"}) == ["arn", "arn/*"]


def test_no_live_state_expires(template: dict[str, Any]) -> None:
    """Rules concern old versions alone; outside the locks, the newest hundred of them stay."""
    rules = properties(template, "StateBucket")["LifecycleConfiguration"]["Rules"]

    for rule in rules:
        assert {"ExpirationInDays", "ExpirationDate", "Transitions"}.isdisjoint(rule)
        if rule.get("Prefix") != ".pulumi/locks/":
            assert rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] == 100


def test_table_is_keyed_by_two_strings(template: dict[str, Any]) -> None:
    """The table is paid by the request and lets the journal expire."""
    table = properties(template, "StateTable")

    assert {each["AttributeName"]: each["KeyType"] for each in table["KeySchema"]} == {
        "pk": "HASH",
        "sk": "RANGE",
    }
    assert {each["AttributeType"] for each in table["AttributeDefinitions"]} == {"S"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_table_is_encrypted_and_can_be_taken_back(template: dict[str, Any]) -> None:
    """The table uses the state's key, can be restored to any second, and not simply deleted."""
    table = properties(template, "StateTable")

    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": "StateKey.Arn"},
    }
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True


def test_key_rotates_and_has_an_alias(template: dict[str, Any]) -> None:
    """The key gets new material each year under the same name, and is hard to lose."""
    key = properties(template, "StateKey")
    alias = properties(template, "StateKeyAlias")

    assert key["EnableKeyRotation"] is True
    assert key["PendingWindowInDays"] == 30
    assert resolve(alias["AliasName"], {"Environment": "dev"}) == "alias/hoist-dev-state"


def test_key_is_used_in_a_context_only(template: dict[str, Any]) -> None:
    """Whoever encrypts or decrypts does it through a service that keeps data, or for a stack."""
    using = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"}
    statements = key_statements(template, "StateKey")
    conditions = [each.get("Condition") for each in statements if using & set(each["Action"])]

    assert conditions == [
        {
            "StringEquals": {
                "kms:ViaService": [
                    "dynamodb.eu-central-1.amazonaws.com",
                    "s3.eu-central-1.amazonaws.com",
                    "secretsmanager.eu-central-1.amazonaws.com",
                ]
            }
        },
        {"Null": {"kms:EncryptionContext:stack": "false"}},
    ]


@pytest.mark.parametrize("key", ["StateKey", "SigningKey"])
def test_keys_are_for_this_account_alone(template: dict[str, Any], key: str) -> None:
    """A key's policy names the account, whose roles' policies have to allow it as well, and each
    action by its name. The account can mend the policy: no key is locked out.
    """
    statements = key_statements(template, key)
    actions = {action for each in statements for action in each["Action"]}

    assert {each["Principal"]["AWS"] for each in statements} == {"arn:aws:iam::111122223333:root"}
    assert not any("*" in action for action in actions)
    assert "kms:PutKeyPolicy" in statements[0]["Action"]
    assert "Condition" not in statements[0]


def test_environments_are_named_as_the_program_names_them(template: dict[str, Any]) -> None:
    """Template and program take the same names, and the longest fits into a bucket's name."""
    longest = {
        "Environment": "e" * 16,
        "AWS::AccountId": "1" * 12,
        "AWS::Region": "ap-southeast-1",
    }
    buckets = [
        resolve(properties(template, bucket)["BucketName"], longest)
        for bucket in ("StateBucket", "AuditBucket")
    ]

    assert template["Parameters"]["Environment"]["AllowedPattern"] == ENVIRONMENT_PATTERN
    assert max(map(len, buckets)) <= 63


def test_it_uses_no_yaml_that_cloudformation_refuses(template: dict[str, Any]) -> None:
    """CloudFormation reads neither anchors nor merge keys."""
    lines = TEMPLATE_PATH.read_text(encoding="utf-8").splitlines()

    assert not [line for line in lines if ": &" in line or ": *" in line or "<<:" in line]


def test_references_are_replaced_wherever_they_are() -> None:
    """All three forms are replaced, in lists and objects; everything else stays as it is."""
    value = parse_template(
        """
        a: !Ref Environment
        b: [!GetAtt StateKey.Arn, 3, true]
        c: {d: !Sub "x-${Environment}-${AWS::Region}"}
        """
    )
    names = {"Environment": "dev", "StateKey.Arn": "arn", "AWS::Region": "here"}

    assert resolve(value, names) == {"a": "dev", "b": ["arn", 3, True], "c": {"d": "x-dev-here"}}


def test_an_unknown_reference_is_not_passed_over() -> None:
    """A reference that nobody has a value for is an error."""
    with pytest.raises(KeyError, match="Nobody"):
        resolve({"Ref": "Nobody"}, {})
