"""The function as it is deployed: settings, clients, and what its start costs."""

import json
import subprocess
import sys

import pytest
from moto import mock_aws

from hoist.aws import AwsCredentials, AwsSettings
from hoist.secret import Secret
from rotation.clients import ImpatientAws
from rotation.door import answer
from rotation.errors import RotationRefusedError
from rotation.settings import RotationSettings
from rotation.wiring import rotation_with
from rotation_site import event_for

SETTINGS = RotationSettings(
    AwsSettings("eu-central-1", credentials=AwsCredentials("test", Secret("test")))
)


def test_settings_of_an_environment() -> None:
    """Region, endpoint and the file of authorities come from the environment."""
    settings = RotationSettings.from_environment(
        {
            "AWS_REGION": "eu-central-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
            "HOIST_ROTATION_POSTGRES_CA_FILE": "authorities.pem",
        }
    )

    assert settings.aws == AwsSettings("eu-central-1", "http://127.0.0.1:4566")
    assert settings.postgres_authorities_file == "authorities.pem"


def test_empty_settings_are_left_to_boto3() -> None:
    """What is absent or empty is no setting."""
    assert RotationSettings.from_environment({"AWS_REGION": ""}) == RotationSettings()


def test_clients_give_up_before_the_function_does() -> None:
    """Two tries of the slowest call end within half a minute, the usual life of the function."""
    config = ImpatientAws(SETTINGS.aws).secrets_manager().meta.config

    longest = config.connect_timeout + config.read_timeout
    assert config.retries["total_max_attempts"] * longest < 30


def test_whole_function_on_secrets_manager() -> None:
    """The function as it is wired reaches Secrets Manager and refuses a forged event."""
    with mock_aws():
        client = ImpatientAws(SETTINGS.aws).secrets_manager()
        arn = client.create_secret(Name="app/key", SecretString="old")["ARN"]

        with pytest.raises(RotationRefusedError, match="no version"):
            answer(event_for(arn), lambda: rotation_with(SETTINGS))


def test_start_brings_no_more_than_it_needs() -> None:
    """Importing the handler brings neither a client nor a library that only others need."""
    program = "import json, sys, rotation.handler; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    heavy = {"aws_lambda_powertools", "boto3", "cryptography", "pydantic", "psutil"}
    assert heavy & set(json.loads(run.stdout)) == set()
