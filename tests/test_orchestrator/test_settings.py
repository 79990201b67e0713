"""What the functions are told by their environment."""

import pytest

from hoist.aws import AwsSettings
from orchestrator.settings import SettingMissingError, Settings

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "HOIST_STATE_BUCKET": "state",
    "HOIST_STATE_TABLE": "stacks",
    "HOIST_STATE_KEY_ALIAS": "alias/hoist-dev-state",
    "HOIST_RUNS_TABLE": "runs",
    "HOIST_ARTIFACTS_BUCKET": "artifacts",
    "HOIST_DOORBELL_URL": "https://queue",
}


def test_every_place_is_read() -> None:
    """Each variable has a field of its own; without an endpoint, AWS itself is meant."""
    settings = Settings.from_environment(ENVIRONMENT)

    assert settings == Settings(
        state_bucket="state",
        state_table="stacks",
        state_key_alias="alias/hoist-dev-state",
        runs_table="runs",
        artifacts_bucket="artifacts",
        doorbell_url="https://queue",
        region="eu-central-1",
        aws=AwsSettings(region="eu-central-1"),
    )


def test_an_endpoint_is_taken() -> None:
    """The emulator's, for one."""
    url = "http://127.0.0.1:4566"

    settings = Settings.from_environment({**ENVIRONMENT, "AWS_ENDPOINT_URL": url})

    assert settings.aws == AwsSettings(region="eu-central-1", endpoint_url=url)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_place_is_named(name: str) -> None:
    """So is one that is empty."""
    without = {key: value for key, value in ENVIRONMENT.items() if key != name}

    for environment in (without, {**without, name: ""}):
        with pytest.raises(SettingMissingError, match=name):
            Settings.from_environment(environment)
