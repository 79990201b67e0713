"""The strategies as the function has them."""

import json
import subprocess
import sys

import pytest
from moto import mock_aws

from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import SystemClock
from hoist.secret import Secret
from postgres_site import ALTERNATING, SINGLE, Estate
from rotation.clients import ImpatientAws
from rotation.settings import RotationSettings
from rotation.strategies.postgres.alternating_users import NAME as ALTERNATING_NAME
from rotation.strategies.postgres.single_user import NAME as SINGLE_NAME
from rotation.wiring import strategies

SETTINGS = RotationSettings(
    AwsSettings("eu-central-1", credentials=AwsCredentials("test", Secret("test")))
)


def test_single_user(estate: Estate) -> None:
    """The strategy of single users speaks to real servers."""
    strategies(SETTINGS, SystemClock())[SINGLE]().preflight(Secret(estate.document()))


def test_alternating_users(estate: Estate) -> None:
    """The strategy of alternating users reads its master's secret in Secrets Manager."""
    superuser = estate.server.superuser
    master = {"username": superuser.user, "password": superuser.password.reveal()}
    with mock_aws():
        client = ImpatientAws(SETTINGS.aws).secrets_manager()
        arn = client.create_secret(Name="app/master", SecretString=json.dumps(master))["ARN"]

        strategy = strategies(SETTINGS, SystemClock())[ALTERNATING]()
        strategy.preflight(Secret(estate.alternating(masterarn=arn)))


@pytest.mark.parametrize("name", [SINGLE_NAME, ALTERNATING_NAME])
def test_names_are_those_of_the_secrets(name: str) -> None:
    """What a secret may say of its strategy is the name under which the function has it."""
    assert name in strategies(SETTINGS, SystemClock())


def test_start_does_not_bring_the_driver() -> None:
    """A function whose secrets are no database's starts without the driver of databases."""
    program = "import json, sys, rotation.handler; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert {"pg8000", "scramp", "asn1crypto"} & set(json.loads(run.stdout)) == set()
