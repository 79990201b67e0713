"""What the functions are told by their environment."""

from collections.abc import Callable

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
ACCESS = {"HOIST_ACCESS_TABLE": "access"}


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


def test_the_table_of_tokens_is_told_to_the_api_alone() -> None:
    """Who has no business there need not be told; who asks for it all the same hears its name."""
    told = Settings.from_environment({**ENVIRONMENT, **ACCESS})

    assert told.require_access_table() == "access"
    with pytest.raises(SettingMissingError, match="HOIST_ACCESS_TABLE"):
        Settings.from_environment(ENVIRONMENT).require_access_table()


def test_the_places_of_the_audit_are_read() -> None:
    """Table, bucket and key each have a field of their own."""
    names = {
        "HOIST_AUDIT_TABLE": "audit",
        "HOIST_AUDIT_BUCKET": "heads",
        "HOIST_SIGNING_KEY_ALIAS": "alias/hoist-dev-signing",
    }
    told = Settings.from_environment({**ENVIRONMENT, **names})

    assert told.audit_table == "audit"
    assert told.audit_bucket == "heads"
    assert told.signing_key_alias == "alias/hoist-dev-signing"
    assert told.require_audit_table() == "audit"
    assert told.require_audit_bucket() == "heads"
    assert told.require_signing_key() == "alias/hoist-dev-signing"


@pytest.mark.parametrize(
    ("name", "require"),
    [
        ("HOIST_AUDIT_TABLE", Settings.require_audit_table),
        ("HOIST_AUDIT_BUCKET", Settings.require_audit_bucket),
        ("HOIST_SIGNING_KEY_ALIAS", Settings.require_signing_key),
    ],
)
def test_a_missing_place_of_the_audit_is_named(
    name: str, require: Callable[[Settings], str]
) -> None:
    """By who needs it: another function may do without."""
    with pytest.raises(SettingMissingError, match=name):
        require(Settings.from_environment(ENVIRONMENT))


def test_the_function_has_a_name_on_lambda() -> None:
    """Elsewhere it has none."""
    named = Settings.from_environment({**ENVIRONMENT, "AWS_LAMBDA_FUNCTION_NAME": "hoist-dev-api"})

    assert named.function == "hoist-dev-api"
    assert Settings.from_environment(ENVIRONMENT).function == ""


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_place_is_named(name: str) -> None:
    """So is one that is empty."""
    without = {key: value for key, value in ENVIRONMENT.items() if key != name}

    for environment in (without, {**without, name: ""}):
        with pytest.raises(SettingMissingError, match=name):
            Settings.from_environment(environment)
