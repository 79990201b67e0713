"""What the file store does beside the behaviours that the conformance cases list."""

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from hoist.secrets.answers import Filter
from hoist.secrets.client import SecretsClient
from hoist.secrets.conformance.case import refused
from hoist.secrets.conformance.subject import new_token
from hoist.secrets.disk import WriteStep
from hoist.secrets.errors import SecretFileDamagedError, SecretStoreUnavailableError
from hoist.secrets.file_store import FileSecretStore
from hoist.secrets.identity import Place
from hoist.secrets.key_file import create_key_file, master_keys_in_file
from hoist.secrets.master_keys import KeyRing
from hoist.secrets.versions import VERSIONS_KEPT
from secret_sites import FUNCTION_ARN, NOON, SecretDirectory, secret_directory

DAY_SECONDS = 86_400
EVERYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
ONE_ROLE = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*"},
}


@pytest.fixture
def site(tmp_path: Path) -> SecretDirectory:
    return secret_directory(tmp_path)


@pytest.fixture
def store(site: SecretDirectory) -> SecretsClient:
    return site.open()


def names_in(store: SecretsClient, *filters: Filter) -> list[str]:
    listed = store.list_secrets(Filters=filters, SortBy="name")["SecretList"]
    return [secret["Name"] for secret in listed]


def test_secret_is_found_by_name_and_arn(store: SecretsClient) -> None:
    """A SecretId is a name, an ARN, or an ARN without its six characters."""
    arn = store.create_secret(Name="team/app", SecretString="value")["ARN"]

    for secret_id in ("team/app", arn, arn[:-7]):
        assert store.get_secret_value(SecretId=secret_id)["ARN"] == arn


def test_arn_of_another_secret_is_not_found(store: SecretsClient) -> None:
    """An ARN with other characters, of another account or region, or with strange ones."""
    arn = store.create_secret(Name="app", SecretString="value")["ARN"]

    for secret_id in (
        f"{arn[:-6]}AAAAAA",
        arn.replace("us-east-1", "eu-west-1"),
        arn.replace("000000000000", "111111111111"),
        f"{arn}\ud800",
        "a b",
        "",
    ):
        with refused("ResourceNotFoundException"):
            store.get_secret_value(SecretId=secret_id)


def test_name_that_ends_like_an_arn(store: SecretsClient) -> None:
    """A name that ends in a hyphen and six characters is found by its partial ARN as well."""
    arn = store.create_secret(Name="app-abc123", SecretString="value")["ARN"]

    assert store.get_secret_value(SecretId=arn[:-7])["SecretString"] == "value"


def test_arns_name_the_place(site: SecretDirectory) -> None:
    """ARNs have the store's account and region, and six random characters at their end."""
    store = FileSecretStore(
        site.directory, site.keys, clock=site.clock, place=Place("123456789012", "eu-west-1")
    )

    arn = store.create_secret(Name="app")["ARN"]

    assert arn.startswith("arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-")
    assert len(arn.rpartition("-")[2]) == 6


def test_names_differ_in_case(store: SecretsClient) -> None:
    """Names that differ only in case are two secrets, on any file system."""
    store.create_secret(Name="app", SecretString="lower")
    store.create_secret(Name="APP", SecretString="upper")

    assert store.get_secret_value(SecretId="app")["SecretString"] == "lower"
    assert store.get_secret_value(SecretId="APP")["SecretString"] == "upper"


def test_files_are_private(site: SecretDirectory, store: SecretsClient) -> None:
    """Files are 0600 and folders 0700."""
    store.create_secret(Name="app", SecretString="value")

    for path in site.directory.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert site.directory.stat().st_mode & 0o777 == 0o700


def test_window_ends(site: SecretDirectory, store: SecretsClient) -> None:
    """When the recovery window is over the secret is gone, its name free and its file removed."""
    store.create_secret(Name="app", SecretString="value")
    store.delete_secret(SecretId="app", RecoveryWindowInDays=7)

    site.clock.advance(7 * DAY_SECONDS)

    with refused("ResourceNotFoundException"):
        store.describe_secret(SecretId="app")
    with refused("ResourceNotFoundException"):
        store.restore_secret(SecretId="app")
    store.delete_secret(SecretId="other", ForceDeleteWithoutRecovery=True)
    assert site.secret_files() == []
    store.create_secret(Name="app", SecretString="again")
    assert store.get_secret_value(SecretId="app")["SecretString"] == "again"


def test_deletion_is_not_put_off(site: SecretDirectory, store: SecretsClient) -> None:
    """A secret that is scheduled already is not scheduled again, but can be deleted at once."""
    store.create_secret(Name="app", SecretString="value")
    store.delete_secret(SecretId="app", RecoveryWindowInDays=7)

    with refused("InvalidRequestException"):
        store.delete_secret(SecretId="app", RecoveryWindowInDays=30)
    store.delete_secret(SecretId="app", ForceDeleteWithoutRecovery=True)

    assert site.secret_files() == []


def test_deprecated_versions_are_purged(site: SecretDirectory, store: SecretsClient) -> None:
    """Beyond 100 versions the oldest without a label go, a day after they were made."""
    first = store.create_secret(Name="app", SecretString="first")["VersionId"]
    second = store.put_secret_value(SecretId="app", SecretString="second")["VersionId"]
    for number in range(VERSIONS_KEPT - 1):
        store.put_secret_value(SecretId="app", SecretString=f"{number}")
    store.get_secret_value(SecretId="app", VersionId=first)
    site.clock.advance(DAY_SECONDS + 1)

    store.put_secret_value(SecretId="app", SecretString="last")

    for version_id in (first, second):
        with refused("ResourceNotFoundException"):
            store.get_secret_value(SecretId="app", VersionId=version_id)
    stages = store.describe_secret(SecretId="app")["VersionIdsToStages"]
    assert sorted(stages.values()) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_tags(store: SecretsClient) -> None:
    """Tags are added, replaced and removed; AWS's own and too many are refused."""
    store.create_secret(Name="app", Tags=[{"Key": "team", "Value": "ops"}])
    store.tag_resource(
        SecretId="app", Tags=[{"Key": "team", "Value": "dev"}, {"Key": "a", "Value": ""}]
    )
    store.untag_resource(SecretId="app", TagKeys=["a", "missing"])

    with refused("InvalidParameterException"):
        store.tag_resource(SecretId="app", Tags=[{"Key": "aws:x", "Value": ""}])
    with refused("InvalidParameterException"):
        store.tag_resource(
            SecretId="app", Tags=[{"Key": f"{number}", "Value": ""} for number in range(50)]
        )

    assert store.describe_secret(SecretId="app")["Tags"] == [{"Key": "team", "Value": "dev"}]


def test_policies(store: SecretsClient) -> None:
    """A policy is kept as it was sent, until it is deleted."""
    store.create_secret(Name="app")
    text = json.dumps(ONE_ROLE)

    store.put_resource_policy(SecretId="app", ResourcePolicy=text, BlockPublicPolicy=True)
    kept = store.get_resource_policy(SecretId="app")["ResourcePolicy"]
    store.delete_resource_policy(SecretId="app")

    assert kept == text
    assert "ResourcePolicy" not in store.get_resource_policy(SecretId="app")


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ("{", "MalformedPolicyDocumentException"),
        ("[]", "MalformedPolicyDocumentException"),
        ('{"Statement": [{"Effect": "Perhaps"}]}', "MalformedPolicyDocumentException"),
        ("[" * 20_000, "MalformedPolicyDocumentException"),
        ("x" * 20_481, "InvalidParameterException"),
        (json.dumps(EVERYBODY), "PublicPolicyException"),
    ],
)
def test_bad_policies(store: SecretsClient, policy: str, code: str) -> None:
    """What is no policy, or opens the secret to everybody, is refused."""
    store.create_secret(Name="app")

    with refused(code):
        store.put_resource_policy(SecretId="app", ResourcePolicy=policy, BlockPublicPolicy=True)

    assert "ResourcePolicy" not in store.get_resource_policy(SecretId="app")


def test_filters(store: SecretsClient) -> None:
    """Filters go by prefix and all must match; of one's values any, and none with `!`."""
    for name, team in (("app/one", "ops"), ("app/two", "dev"), ("web", "dev")):
        store.create_secret(
            Name=name, Tags=[{"Key": "team", "Value": team}], Description=f"The {name} secret"
        )
    asked: list[tuple[list[Filter], list[str]]] = [
        ([], ["app/one", "app/two", "web"]),
        ([{"Key": "name", "Values": ["app/"]}], ["app/one", "app/two"]),
        ([{"Key": "name", "Values": ["!app/one", "app/"]}], ["app/two"]),
        ([{"Key": "tag-value", "Values": ["d"]}, {"Key": "name", "Values": ["web"]}], ["web"]),
        ([{"Key": "tag-key", "Values": ["Team"]}], []),
        ([{"Key": "description", "Values": ["The web", "The app/o"]}], ["app/one", "web"]),
        ([{"Key": "all", "Values": ["TWO SEC"]}], ["app/two"]),
        ([{"Key": "primary-region", "Values": ["us-"]}], ["app/one", "app/two", "web"]),
        ([{"Key": "owning-service", "Values": ["rds"]}], []),
    ]

    assert [names_in(store, *filters) for filters, _ in asked] == [found for _, found in asked]


def test_unknown_filters_and_orders(store: SecretsClient) -> None:
    """A filter, an order or a page that does not exist is refused."""
    calls: list[tuple[str, Callable[[], object]]] = [
        (
            "InvalidParameterException",
            lambda: store.list_secrets(Filters=[{"Key": "x", "Values": []}]),
        ),
        ("InvalidParameterException", lambda: store.list_secrets(SortBy="size")),
        ("InvalidParameterException", lambda: store.list_secrets(MaxResults=101)),
        ("InvalidNextTokenException", lambda: store.list_secrets(NextToken="from-here")),
        ("InvalidNextTokenException", lambda: store.list_secrets(NextToken="7")),
    ]
    for code, call in calls:
        with refused(code):
            call()


def test_pages(store: SecretsClient) -> None:
    """Pages follow one another without gap or repetition, in the order that was asked for."""
    expected = [f"s{number}" for number in range(5)]
    for name in expected:
        store.create_secret(Name=name)
    found: list[str] = []
    more: dict[str, str] = {}

    while True:
        answer = store.list_secrets(MaxResults=2, SortBy="name", SortOrder="desc", **more)  # type: ignore[arg-type] # mypy takes the token for any of the parameters
        found += [secret["Name"] for secret in answer["SecretList"]]
        if "NextToken" not in answer:
            break
        more = {"NextToken": answer["NextToken"]}

    assert found == expected[::-1]


def test_batches(store: SecretsClient) -> None:
    """A batch has the values that can be read, and an error for each other one."""
    for name in ("one", "two"):
        store.create_secret(Name=name, SecretString=name)
    store.create_secret(Name="empty")

    by_id = store.batch_get_secret_value(SecretIdList=["one", "missing", "empty"])
    by_filter = store.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["two"]}])

    assert [value["SecretString"] for value in by_id["SecretValues"]] == ["one"]
    assert [(error["SecretId"], error["ErrorCode"]) for error in by_id["Errors"]] == [
        ("missing", "ResourceNotFoundException"),
        ("empty", "ResourceNotFoundException"),
    ]
    assert [value["SecretString"] for value in by_filter["SecretValues"]] == ["two"]
    with refused("InvalidParameterException"):
        store.batch_get_secret_value()


def test_rotation_is_dated(site: SecretDirectory, store: SecretsClient) -> None:
    """The promotion of the pending version is when the secret was rotated; a put is not."""
    current = store.create_secret(Name="app", SecretString="first")["VersionId"]
    token = new_token()
    store.rotate_secret(SecretId="app", ClientRequestToken=token, RotationLambdaARN=FUNCTION_ARN)
    store.put_secret_value(
        SecretId="app",
        SecretString="second",
        ClientRequestToken=token,
        VersionStages=["AWSPENDING"],
    )
    before = store.describe_secret(SecretId="app")
    site.clock.advance(60)

    store.update_secret_version_stage(
        SecretId="app",
        VersionStage="AWSCURRENT",
        MoveToVersionId=token,
        RemoveFromVersionId=current,
    )

    assert "LastRotatedDate" not in before
    assert store.describe_secret(SecretId="app")["LastRotatedDate"] == site.clock.now()


def test_rotation_is_begun_once(store: SecretsClient) -> None:
    """A rotation asked for again under its token, as after a lost answer, is the same one."""
    store.create_secret(Name="app", SecretString="first")
    token = new_token()

    answers = [
        store.rotate_secret(
            SecretId="app", ClientRequestToken=token, RotationLambdaARN=FUNCTION_ARN
        )
        for _ in range(2)
    ]

    assert [answer["VersionId"] for answer in answers] == [token, token]


def test_cancelled_rotation_leaves_its_label(store: SecretsClient) -> None:
    """Cancelling leaves AWSPENDING; once that is removed, nothing of the rotation is left."""
    current = store.create_secret(Name="app", SecretString="first")["VersionId"]
    token = new_token()
    store.rotate_secret(SecretId="app", ClientRequestToken=token, RotationLambdaARN=FUNCTION_ARN)

    pending = store.cancel_rotate_secret(SecretId="app")["VersionId"]
    store.update_secret_version_stage(
        SecretId="app", VersionStage="AWSPENDING", RemoveFromVersionId=pending
    )

    assert pending == token
    assert store.describe_secret(SecretId="app")["VersionIdsToStages"] == {current: ["AWSCURRENT"]}
    with refused("InvalidRequestException"):
        store.create_secret(Name="plain")
        store.cancel_rotate_secret(SecretId="plain")


def test_update_changes_the_description(store: SecretsClient) -> None:
    """A description is replaced and, by an empty one, removed."""
    store.create_secret(Name="app", Description="words")

    store.update_secret(SecretId="app", Description="")

    assert "Description" not in store.describe_secret(SecretId="app")


def test_change_date(site: SecretDirectory, store: SecretsClient) -> None:
    """A change is dated; a read and a call that changes nothing are none."""
    token = new_token()
    store.create_secret(Name="app", SecretString="value", ClientRequestToken=token)
    site.clock.advance(60)

    store.get_secret_value(SecretId="app")
    store.put_secret_value(SecretId="app", SecretString="value", ClientRequestToken=token)
    unchanged = store.describe_secret(SecretId="app")["LastChangedDate"]
    store.update_secret(SecretId="app", Description="words")

    assert unchanged == NOON
    assert store.describe_secret(SecretId="app")["LastChangedDate"] == site.clock.now()


def test_full_disk_does_not_stop_readers(site: SecretDirectory) -> None:
    """A read succeeds though its date cannot be written; a put says what is wrong."""
    site.open().create_secret(Name="app", SecretString="value")

    def no_space(step: WriteStep) -> None:
        if step is WriteStep.DRAFT_WRITTEN:
            raise OSError(errno.ENOSPC, "No space left on device")

    store = site.open(on_step=no_space)

    assert store.get_secret_value(SecretId="app")["SecretString"] == "value"
    with pytest.raises(SecretStoreUnavailableError, match="No space left"):
        store.put_secret_value(SecretId="app", SecretString="other")
    assert site.open().get_secret_value(SecretId="app")["SecretString"] == "value"


def test_value_does_not_open_in_another_version(
    site: SecretDirectory, store: SecretsClient
) -> None:
    """A ciphertext that somebody copied from one version to another opens nothing there."""
    store.create_secret(Name="app", SecretString="old")
    store.put_secret_value(SecretId="app", SecretString="new")
    (path,) = site.secret_files()
    document = json.loads(path.read_bytes())
    document["versions"][1]["value"] = document["versions"][0]["value"]
    path.write_text(json.dumps(document))

    with pytest.raises(SecretFileDamagedError):
        store.get_secret_value(SecretId="app")


def test_file_of_another_secret_is_damage(site: SecretDirectory, store: SecretsClient) -> None:
    """A file that somebody moved over another secret's is not taken for that secret."""
    store.create_secret(Name="one", SecretString="one")
    store.create_secret(Name="two", SecretString="two")
    first, second = site.secret_files()
    first.write_bytes(second.read_bytes())

    with pytest.raises(SecretFileDamagedError):
        store.list_secrets()
    outcomes = []
    for name in ("one", "two"):
        try:
            outcomes.append(store.get_secret_value(SecretId=name)["SecretString"] == name)
        except SecretFileDamagedError:
            outcomes.append(False)
    assert sorted(outcomes) == [False, True]


def test_damage_harms_only_its_secret(site: SecretDirectory, store: SecretsClient) -> None:
    """With one file damaged, other secrets are read, changed and deleted as ever."""
    for name in ("one", "two", "three"):
        store.create_secret(Name=name, SecretString=name)
    site.secret_files()[0].write_text("{}")
    outcomes = []

    for name in ("one", "two", "three"):
        try:
            store.get_secret_value(SecretId=name)
            store.put_secret_value(SecretId=name, SecretString="changed")
            store.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except SecretFileDamagedError:
            outcomes.append(name)

    assert len(outcomes) == 1
    assert len(site.secret_files()) == 1


def test_change_of_master_key(site: SecretDirectory) -> None:
    """After resealing the new key alone opens every version; nothing but values changes."""
    old = site.open()
    first = old.create_secret(Name="app", SecretString="first")["VersionId"]
    old.put_secret_value(SecretId="app", SecretBinary=b"second")
    old.create_secret(Name="empty")
    before = old.describe_secret(SecretId="app")
    create_key_file(site.root / "new.key")
    new_keys = master_keys_in_file(site.root / "new.key")

    count = site.open(KeyRing(new_keys, site.keys)).reseal_all()

    new = site.open(new_keys)
    assert count == 1
    assert new.describe_secret(SecretId="app") == before
    assert new.get_secret_value(SecretId="app")["SecretBinary"] == b"second"
    assert new.get_secret_value(SecretId="app", VersionId=first)["SecretString"] == "first"


def test_error_is_botos(store: SecretsClient) -> None:
    """An error has the form that boto3's have: code, text, status and operation."""
    with pytest.raises(ClientError) as error:
        store.update_secret_version_stage(SecretId="missing", VersionStage="MINE")

    assert error.value.operation_name == "UpdateSecretVersionStage"
    assert error.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Secrets Manager can't find the specified secret.",
    }
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
