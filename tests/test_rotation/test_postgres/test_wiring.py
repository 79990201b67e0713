"""The strategies as the function has them."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from hoist.aws import AwsCredentials, AwsSettings
from hoist.clock import SystemClock
from hoist.secret import Secret
from postgres_site import ALTERNATING, SINGLE, Estate
from rotation.clients import ImpatientAws
from rotation.errors import AuthoritiesFileError
from rotation.settings import RotationSettings
from rotation.strategies.postgres.alternating_users import NAME as ALTERNATING_NAME
from rotation.strategies.postgres.single_user import NAME as SINGLE_NAME
from rotation.wiring import secret_versions, strategies
from rotation_site import DRAFT

pytestmark = pytest.mark.thorough

SETTINGS = RotationSettings(
    AwsSettings("eu-central-1", credentials=AwsCredentials("test", Secret("test")))
)


def test_single_user(estate: Estate) -> None:
    """The strategy of single users speaks to real servers."""
    strategies(SETTINGS, SystemClock())[SINGLE]().preflight(Secret(estate.document()), DRAFT)


def test_alternating_users(estate: Estate) -> None:
    """The strategy of alternating users reads its master's secret in Secrets Manager."""
    with mock_aws():
        client = ImpatientAws(SETTINGS.aws).secrets_manager()
        arn = client.create_secret(Name="app/master", SecretString=master_of(estate))["ARN"]

        strategy = strategies(SETTINGS, SystemClock())[ALTERNATING]()
        strategy.preflight(Secret(estate.alternating(masterarn=arn)), DRAFT)


def master_of(estate: Estate) -> str:
    superuser = estate.server.superuser
    return json.dumps({"username": superuser.user, "password": superuser.password.reveal()})


@pytest.mark.parametrize("name", [SINGLE, ALTERNATING])
def test_authorities_of_the_setting(estate: Estate, tmp_path: Path, name: str) -> None:
    """A secret that names no authority is rotated with those of the file that the setting names;
    with a file that is not there the rotation is refused before anything changes."""
    bundle = tmp_path / "authorities.pem"
    bundle.write_text(estate.at.ca_certificate)
    named = replace(SETTINGS, postgres_authorities_file=str(bundle))
    missing = replace(SETTINGS, postgres_authorities_file=f"{bundle}.not-there")
    secret_versions.cache_clear()
    with mock_aws():
        client = ImpatientAws(SETTINGS.aws).secrets_manager()
        client.create_secret(Name="app/master", SecretString=master_of(estate))
        value = Secret(estate.alternating(ca_certificate=None))
        if name == SINGLE:
            value = Secret(estate.document(ca_certificate=None))

        strategies(named, SystemClock())[name]().preflight(value, DRAFT)
        with pytest.raises(AuthoritiesFileError, match="not-there"):
            strategies(missing, SystemClock())[name]().preflight(value, DRAFT)


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
