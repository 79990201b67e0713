"""What the program takes as settings, and what it refuses."""

import pytest

from components.settings import SettingsError
from hoist_program import installation
from recorded_program import Recording

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def retention_days(recording: Recording) -> set[int]:
    return {int(group.inputs["retentionInDays"]) for group in recording.of_type(LOG_GROUP).values()}


def test_the_stack_names_the_environment(dev: Recording) -> None:
    """Without a setting, the environment is called as the stack."""
    assert dev.outputs["environment"] == "dev"


def test_a_setting_names_the_environment() -> None:
    """hoist:environment wins over the stack's name."""
    recording = installation("prod", environment="blue")

    assert recording.outputs["runsTable"] == "hoist-blue-runs"


@pytest.mark.parametrize(
    "environment", ["Dev", "1dev", "d", "dev-", "dev_1", "a" * 17, "dev\n", "dé"]
)
def test_a_name_that_aws_would_refuse_is_refused_at_once(environment: str) -> None:
    """An environment's name must fit into a bucket's name."""
    with pytest.raises(SettingsError, match="set hoist:environment"):
        installation("dev", environment=environment)


@pytest.mark.parametrize("setting", ["stateBucket", "stateTable", "stateKeyArn"])
def test_what_the_bootstrap_made_must_be_named(setting: str) -> None:
    """A missing output of the bootstrap is named, and where it comes from."""
    with pytest.raises(SettingsError, match=rf"hoist:{setting} .*infra/bootstrap/template.yaml"):
        installation("dev", **{setting: ""})


def test_logs_are_kept_for_a_month(dev: Recording) -> None:
    """Without a setting, logs expire after 30 days."""
    assert retention_days(dev) == {30}


def test_logs_are_kept_as_long_as_said() -> None:
    """hoist:logRetentionDays is for all log groups."""
    assert retention_days(installation("dev", logRetentionDays="365")) == {365}


def test_a_retention_that_cloudwatch_does_not_know_is_refused() -> None:
    """The refusal lists what CloudWatch Logs takes."""
    with pytest.raises(SettingsError, match=r"is 31; CloudWatch Logs takes 1, 3, 5, 7, 14, 30,"):
        installation("dev", logRetentionDays="31")
