"""Where the calls go: nowhere but to this machine."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.aws import AwsCredentials
from hoist.secret import Secret
from local.provider.aws.credentials import find_credentials
from local.provider.aws.endpoints import SERVICES, is_loopback
from local.provider.aws.settings import read_settings
from local.provider.errors import ConfigRefusedError
from local.provider.values import Properties, SecretValue

_HERE = "http://127.0.0.1:4566"
_KEYS = {"region": "us-east-1", "accessKey": "test", "secretKey": SecretValue("hidden")}


def _with_endpoints(**endpoints: str) -> Properties:
    return {**_KEYS, "endpoints": [{**dict.fromkeys(SERVICES, _HERE), **endpoints}]}


@pytest.mark.parametrize(
    "url",
    [
        _HERE,
        "http://localhost:1",
        "https://[::1]:8443",
        "http://127.8.9.1",
    ],
)
def test_this_machine_is_accepted(url: str) -> None:
    """Every address of the loopback interface will do."""
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:4566",
        "https://s3.us-east-1.amazonaws.com",
        "http://10.0.0.7:4566",
        "http://0.0.0.0:4566",
        "http://[::]:4566",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://localhost@example.com",
        "http://example.com@localhost",
        "http://127.0.0.1@example.com/",
        "http://example.com#@127.0.0.1",
        "http://example.com\\@127.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://[::1",
    ],
)
def test_every_other_place_is_refused(url: str) -> None:
    """A host that is, or may be read as, another machine is none of ours."""
    assert not is_loopback(url)
    with pytest.raises(ConfigRefusedError, match=r"not on this machine|no endpoint"):
        read_settings(_KEYS, {"AWS_ENDPOINT_URL": url})


@given(st.ip_addresses(), st.integers(1, 65535))
def test_an_address_decides_by_its_network(address: object, port: int) -> None:
    """Of all addresses, only those of the loopback networks are accepted."""
    host = f"[{address}]" if ":" in str(address) else str(address)
    is_ours = str(address) == "::1" or (":" not in host and host.startswith("127."))

    assert is_loopback(f"http://{host}:{port}") == is_ours


@pytest.mark.parametrize("service", [*SERVICES, "ec2"])
def test_one_endpoint_elsewhere_is_enough_to_refuse(service: str) -> None:
    """All endpoints are looked at, also those of services that this provider never calls."""
    with pytest.raises(ConfigRefusedError, match="for an emulator only"):
        read_settings(_with_endpoints(**{service: "https://aws.example.com"}), {})


def test_a_missing_endpoint_is_refused() -> None:
    """Without an endpoint a client would go to AWS, so there is none."""
    with pytest.raises(ConfigRefusedError, match="no endpoint is set for dynamodb"):
        read_settings({**_KEYS, "endpoints": [{"s3": _HERE}]}, {})


def test_config_comes_before_the_environment() -> None:
    """The stack's config wins; the environment fills the gaps, the service's own word first."""
    settings = read_settings(
        {**_KEYS, "endpoints": json.dumps([{"s3": "http://127.0.0.1:1"}])},
        {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
            "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:3",
            "AWS_REGION": "eu-west-1",
        },
    )

    assert settings.endpoints["s3"] == "http://127.0.0.1:1"
    assert settings.endpoints["kms"] == "http://127.0.0.1:2"
    assert settings.endpoints["sqs"] == "http://127.0.0.1:3"
    assert settings.region == "us-east-1"


def test_the_environment_alone_will_do() -> None:
    """What `hoist local env` prints is all that the provider needs."""
    settings = read_settings(
        {},
        {
            "AWS_ENDPOINT_URL": _HERE,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "hidden",
        },
    )

    assert settings.credentials.access_key_id == "test"
    assert settings.credentials.secret_access_key.reveal() == "hidden"
    assert "hidden" not in repr(settings)


def test_the_credentials_file_is_the_one_that_is_named(tmp_path: Path) -> None:
    """Keys are read from the file that the environment names, in the profile that it names."""
    file = tmp_path / "credentials"
    file.write_text(
        "[default]\naws_access_key_id = a\naws_secret_access_key = 1%\n"
        "[other]\naws_access_key_id = b\naws_secret_access_key = 2\naws_session_token = 3\n"
    )
    named = {"AWS_SHARED_CREDENTIALS_FILE": str(file)}

    default = find_credentials({}, named)
    other = find_credentials({}, {**named, "AWS_PROFILE": "other"})

    assert default == AwsCredentials("a", Secret("1%"))
    assert other == AwsCredentials("b", Secret("2"), Secret("3"))


def test_the_users_own_credentials_are_left_alone(tmp_path: Path) -> None:
    """The file in the home directory holds keys for AWS and is not even opened."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = a\naws_secret_access_key = 1\n"
    )

    with pytest.raises(ConfigRefusedError, match="no access key"):
        find_credentials({}, {"HOME": str(tmp_path)})


def test_a_broken_credentials_file_is_not_quoted(tmp_path: Path) -> None:
    """The error names the setting and shows nothing of the file."""
    file = tmp_path / "credentials"
    file.write_text("aws_secret_access_key = hidden\n")

    with pytest.raises(ConfigRefusedError, match="AWS_SHARED_CREDENTIALS_FILE") as refused:
        find_credentials({}, {"AWS_SHARED_CREDENTIALS_FILE": str(file)})

    assert "hidden" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("missing", ["region", "accessKey", "secretKey"])
def test_what_is_missing_is_named(missing: str) -> None:
    """The error says which setting there is none of."""
    config = _with_endpoints()
    del config[missing]

    with pytest.raises(ConfigRefusedError, match=r"has no (region|access key)"):
        read_settings(config, {})


def test_a_setting_that_would_be_ignored_is_refused() -> None:
    """A setting that means something to the real plugin and nothing here is an error."""
    with pytest.raises(ConfigRefusedError, match="assumeRoles"):
        read_settings({**_with_endpoints(), "assumeRoles": "[]"}, {})


def test_settings_without_an_effect_are_accepted() -> None:
    """What one sets to use the real plugin with an emulator does not disturb this one."""
    config = {**_with_endpoints(), "skipCredentialsValidation": "true", "s3UsePathStyle": "true"}

    assert read_settings(config, {}).default_tags == {}


def test_default_tags_are_read() -> None:
    """The provider's own tags come as a JSON text."""
    config = {**_with_endpoints(), "defaultTags": json.dumps({"tags": {"owner": "us"}})}

    assert read_settings(config, {}).default_tags == {"owner": "us"}


def test_a_setting_that_is_no_json_is_named() -> None:
    """The error says which setting cannot be read, and does not quote it."""
    with pytest.raises(ConfigRefusedError, match="setting endpoints") as refused:
        read_settings({**_KEYS, "endpoints": "{hidden"}, {})

    assert "hidden" not in str(refused.value)
