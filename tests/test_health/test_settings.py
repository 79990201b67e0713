"""Settings from the environment."""

from datetime import timedelta

import pytest

from health.errors import HealthSettingInvalidError, HealthSettingMissingError
from health.settings import HealthSettings

ENVIRONMENT = {
    "AWS_REGION": "eu-central-1",
    "HOIST_INSTALLATION": "hoist-dev",
    "HOIST_STATE_BUCKET": "state",
    "HOIST_STATE_TABLE": "states",
    "HOIST_STATE_KEY_ALIAS": "alias/state",
    "HOIST_RUNS_TABLE": "runs",
    "HOIST_ARTIFACTS_BUCKET": "artifacts",
    "HOIST_DOORBELL_URL": "https://queue",
    "HOIST_ACCESS_TABLE": "access",
}


def test_settings_name_the_installation() -> None:
    """Everything is read, and the API's names follow from the installation's."""
    settings = HealthSettings.from_environment(
        {**ENVIRONMENT, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"}
    )

    assert (settings.memory_mb, settings.runs_table) == (256, "runs")
    assert settings.api_name == "hoist-dev-api"
    assert settings.api_function == "hoist-dev-orchestrator-api"
    assert (settings.aws.region, settings.aws.endpoint_url) == ("eu-central-1", None)


@pytest.mark.parametrize("name", ENVIRONMENT)
@pytest.mark.parametrize("value", [None, ""])
def test_missing_variable_is_named(name: str, value: str | None) -> None:
    """A variable that is absent or empty is named in the error."""
    environment = {key: each for key, each in ENVIRONMENT.items() if key != name}
    if value is not None:
        environment[name] = value

    with pytest.raises(HealthSettingMissingError, match=name):
        HealthSettings.from_environment(environment)


@pytest.mark.parametrize("memory", ["", "much", "-1", "٣x"])
def test_odd_memory_size_is_passed_over(memory: str) -> None:
    """A size that is no number falls back to what Lambda gives by default."""
    settings = HealthSettings.from_environment(
        {**ENVIRONMENT, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory}
    )

    assert settings.memory_mb == 128


def test_drift_is_watched_if_days_are_named() -> None:
    """Without the variable nobody minds how long ago a refresh was."""
    assert HealthSettings.from_environment(ENVIRONMENT).drift_after is None
    named = HealthSettings.from_environment({**ENVIRONMENT, "HOIST_DRIFT_AFTER_DAYS": "7"})
    assert named.drift_after == timedelta(days=7)


@pytest.mark.parametrize("days", ["0", "-1", "soon", "7.5", "٣", "3651", " 7"])
def test_odd_number_of_days_is_refused(days: str) -> None:
    """A check that somebody wants must not be off for a slip of the pen."""
    with pytest.raises(HealthSettingInvalidError, match="HOIST_DRIFT_AFTER_DAYS"):
        HealthSettings.from_environment({**ENVIRONMENT, "HOIST_DRIFT_AFTER_DAYS": days})
