"""The file store as the environment describes it."""

from pathlib import Path

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from hoist.aws import Aws, AwsCredentials, AwsSettings
from hoist.clock import FixedClock
from hoist.errors import HoistError, UsageError
from hoist.secret import Secret
from hoist.secrets.errors import MasterKeyMismatchError, MasterKeyUnavailableError
from hoist.secrets.key_file import create_key_file
from hoist.secrets.opening import open_file_store
from hoist.secrets.private_files import create_private_file
from hoist.secrets.settings import SecretStoreSettings
from secret_sites import NOON

AWS = Aws(AwsSettings("us-east-1", None, AwsCredentials("test", Secret("test"))))


def opened(environ: dict[str, str]) -> Secret:
    """What comes out of a store that was opened twice with these settings."""
    settings = SecretStoreSettings.from_environment(environ)
    clock = FixedClock(NOON)
    writer, reader = (open_file_store(settings, clock=clock, aws=AWS) for _ in range(2))
    arn = writer.create_secret(Name="app", SecretString="value")["ARN"]
    assert f":{settings.place.region}:{settings.place.account}:" in arn
    return Secret(reader.get_secret_value(SecretId=arn)["SecretString"])


def test_key_file(tmp_path: Path) -> None:
    """With a key file, the store is opened by it."""
    create_key_file(tmp_path / "key")

    assert opened(
        {
            "HOIST_SECRETS_DIR": str(tmp_path / "store"),
            "HOIST_SECRETS_KEY_FILE": str(tmp_path / "key"),
            "HOIST_SECRETS_ACCOUNT": "123456789012",
            "HOIST_SECRETS_REGION": "eu-west-1",
        }
    ) == Secret("value")


def test_passphrase_file(tmp_path: Path) -> None:
    """With a passphrase the store is opened by the same one, and by no other."""
    environ = {
        "HOIST_SECRETS_DIR": str(tmp_path / "store"),
        "HOIST_SECRETS_PASSPHRASE_FILE": str(tmp_path / "words"),
    }
    create_private_file(tmp_path / "words", b"correct horse\n")
    value = opened(environ)
    create_private_file(tmp_path / "other", b"battery staple\n")
    environ["HOIST_SECRETS_PASSPHRASE_FILE"] = str(tmp_path / "other")
    settings = SecretStoreSettings.from_environment(environ)

    with pytest.raises(MasterKeyMismatchError):
        open_file_store(settings, clock=FixedClock(NOON), aws=AWS).get_secret_value(SecretId="app")

    assert value == Secret("value")


def test_passphrase_of_other_bytes(tmp_path: Path) -> None:
    """A passphrase file that is no text is refused, without its content."""
    create_private_file(tmp_path / "words", b"caf\xe9 words")
    settings = SecretStoreSettings.from_environment(
        {
            "HOIST_SECRETS_DIR": str(tmp_path / "store"),
            "HOIST_SECRETS_PASSPHRASE_FILE": str(tmp_path / "words"),
        }
    )

    with pytest.raises(MasterKeyUnavailableError) as refused:
        open_file_store(settings, clock=FixedClock(NOON), aws=AWS)

    assert "caf" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_kms_key(tmp_path: Path) -> None:
    """With a KMS key, by its alias, the store is opened by KMS."""
    with mock_aws():
        kms = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        ).client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/secrets", TargetKeyId=key)

        assert opened(
            {
                "HOIST_SECRETS_DIR": str(tmp_path / "store"),
                "HOIST_SECRETS_KMS_KEY": "alias/secrets",
            }
        ) == Secret("value")


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "HOIST_SECRETS_DIR"),
        ({"HOIST_SECRETS_DIR": "s"}, "HOIST_SECRETS_KEY_FILE"),
        (
            {"HOIST_SECRETS_KEY_FILE": "k", "HOIST_SECRETS_KMS_KEY": "k"},
            "HOIST_SECRETS_PASSPHRASE_FILE",
        ),
        ({"HOIST_SECRETS_KEY_FILE": "k", "HOIST_SECRETS_ACCOUNT": "12"}, "HOIST_SECRETS_ACCOUNT"),
        ({"HOIST_SECRETS_KEY_FILE": "k", "HOIST_SECRETS_REGION": "a:b"}, "HOIST_SECRETS_REGION"),
    ],
)
def test_bad_settings_are_named(environ: dict[str, str], named: str) -> None:
    """A setting that is missing, twofold or no account or region is named, with a way out."""
    if len(environ) > 1:
        environ = {"HOIST_SECRETS_DIR": "s", **environ}

    with pytest.raises(UsageError, match=named) as refused:
        SecretStoreSettings.from_environment(environ)

    assert refused.value.way_out


@given(st.text(max_size=14), st.text(max_size=14))
def test_any_place_is_taken_or_named(account: str, region: str) -> None:
    """No text in account and region is another error."""
    environ = {
        "HOIST_SECRETS_DIR": "s",
        "HOIST_SECRETS_KEY_FILE": "k",
        "HOIST_SECRETS_ACCOUNT": account,
        "HOIST_SECRETS_REGION": region,
    }

    try:
        settings = SecretStoreSettings.from_environment(environ)
    except HoistError:
        return

    assert settings.place.account in (account, "000000000000")
    assert settings.place.region in (region, "us-east-1")
