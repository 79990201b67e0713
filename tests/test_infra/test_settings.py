"""What the program takes as settings, and what it refuses."""

import json
from contextlib import suppress

import pulumi
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from components.emulator import read_emulator
from components.errors import SettingsError
from components.rotation_settings import read_rotation
from hoist_program import BOOTSTRAP_CONFIG, DIGEST, EMULATOR_SETTINGS, installation
from recorded_program import Recording

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alarms"
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


@pytest.mark.parametrize("setting", [key.removeprefix("hoist:") for key in BOOTSTRAP_CONFIG])
def test_what_the_bootstrap_made_must_be_named(setting: str) -> None:
    """A missing output of the bootstrap is named, and where it comes from."""
    with pytest.raises(SettingsError, match=rf"hoist:{setting} .*infra/bootstrap/template.yaml"):
        installation("dev", **{setting: ""})


@pytest.mark.parametrize("days", ["0", "36501", "-1", "7 days", "1" * 5000, "٣"])
def test_a_lock_is_for_days_that_s3_takes(days: str) -> None:
    """The refusal says how few and how many there may be."""
    with pytest.raises(SettingsError, match=r"hoist:auditRetentionDays is .* 1 to 36500 days"):
        installation("dev", auditRetentionDays=days)


@pytest.mark.parametrize("mode", ["governance", "NONE", "COMPLIANCE "])
def test_a_lock_has_a_mode_that_s3_knows(mode: str) -> None:
    """The refusal names both."""
    with pytest.raises(SettingsError, match=r"is '.*'; it is GOVERNANCE or COMPLIANCE"):
        installation("dev", auditRetentionMode=mode)


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


@pytest.mark.parametrize("days", ["0", "-1", "3651"])
def test_drift_is_overdue_after_days_that_health_takes(days: str) -> None:
    """The refusal says how few and how many there may be."""
    with pytest.raises(SettingsError, match=r"hoist:driftAfterDays is .* 1 to 3650 days"):
        installation("dev", driftAfterDays=days)


ZIPPED_CODE = ["packagesBucket", "apiPackage", "healthPackage", "rotationPackage"]
AWS_CODE = [*ZIPPED_CODE, "sharedLayer", "dependenciesLayer", "workerImage"]
EMULATOR_CODE = [*ZIPPED_CODE, "workerPackage"]


@pytest.mark.parametrize("setting", AWS_CODE)
def test_the_functions_code_must_be_named(setting: str) -> None:
    """On AWS each package, layer and image has to be set, and the refusal says what makes it."""
    with pytest.raises(SettingsError, match=rf"hoist:{setting} is not set.*`make build`"):
        installation("dev", **{setting: ""})


@pytest.mark.parametrize("setting", EMULATOR_CODE)
def test_the_functions_code_must_be_named_on_an_emulator(setting: str) -> None:
    """There neither layers nor an image are needed, but packages are."""
    with pytest.raises(SettingsError, match=rf"hoist:{setting} is not set.*`hoist local deploy`"):
        installation("dev", **{**EMULATOR_SETTINGS, setting: ""})


def test_the_worker_has_one_kind_of_code() -> None:
    """An image and a package cannot both be the worker's code."""
    package = EMULATOR_SETTINGS["workerPackage"]

    with pytest.raises(SettingsError, match=r"hoist:workerImage and hoist:workerPackage are both"):
        installation("dev", workerPackage=package)


def test_a_workers_package_is_for_the_emulator() -> None:
    """On AWS the worker is an image."""
    package = EMULATOR_SETTINGS["workerPackage"]

    with pytest.raises(SettingsError, match=r"hoist:workerPackage is for the emulator"):
        installation("dev", workerImage="", workerPackage=package)


def test_an_image_is_not_for_the_emulator() -> None:
    """It has nothing that could run one."""
    with pytest.raises(SettingsError, match=r"hoist:workerImage is for AWS"):
        installation("dev", emulator=EMULATOR_SETTINGS["emulator"])


@pytest.mark.parametrize(
    "image", ["hoist:latest", f"hoist@sha256:{DIGEST[1:]}", f"ho ist@sha256:{DIGEST}", "hoist"]
)
def test_an_image_is_named_by_its_digest(image: str) -> None:
    """A tag may point to another image tomorrow."""
    with pytest.raises(SettingsError, match=r"by its digest"):
        installation("dev", workerImage=image)


@pytest.mark.parametrize(
    "key",
    [f"api-{DIGEST}.zip", "packages/api.zip", f"packages/a/b-{DIGEST}.zip", f"packages/-{DIGEST}"],
)
def test_a_package_is_named_by_what_is_in_it(key: str) -> None:
    """Another content under the same key would not be deployed."""
    with pytest.raises(SettingsError, match=r"hoist:apiPackage is .*sha256 of it"):
        installation("dev", apiPackage=key)


@pytest.mark.parametrize(
    "topic",
    ["alarms", "arn:aws:sns:eu-central-1:alarms", f"{TOPIC}.fifo", f"{TOPIC}\n", f"x{TOPIC}"],
)
def test_alarms_tell_a_topic(topic: str) -> None:
    """What is no ARN of a topic that an alarm can tell is refused."""
    with pytest.raises(SettingsError, match="name an SNS topic by its ARN"):
        installation("dev", alarmTopic=topic)


@pytest.mark.parametrize("runs", ["1", "1001", "-5"])
def test_parallel_runs_are_what_lambda_takes(runs: str) -> None:
    """The refusal says how few and how many there may be."""
    with pytest.raises(SettingsError, match=rf"is {runs}; Lambda takes 2 to 1000"):
        installation("dev", parallelRuns=runs)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"python": "python3"}, "absolute path"),
        ({"python": None}, "absolute path"),
        ({"parallelRuns": 0}, "from 1 on"),
        ({"parallelRuns": True}, "from 1 on"),
        ({"parallelRuns": "4"}, "from 1 on"),
        ({"workerEnvironment": {"HOIST_ENGINE": 1}}, "texts by the names"),
        ({"workerEnvironment": None}, "texts by the names"),
        ({"pyton": "/opt/python"}, "has no pyton"),
    ],
)
def test_the_emulators_setting_is_checked(changes: dict[str, object], reason: str) -> None:
    """Each part is refused by name."""
    setting = {**json.loads(EMULATOR_SETTINGS["emulator"]), **changes}

    with pytest.raises(SettingsError, match=rf"hoist:emulator .*{reason}"):
        installation("dev", **{**EMULATOR_SETTINGS, "emulator": json.dumps(setting)})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_LIKE_A_SETTING = st.fixed_dictionaries(
    {}, optional={"python": _JSON, "parallelRuns": _JSON, "workerEnvironment": _JSON}
)


@given(st.text() | st.builds(json.dumps, _JSON | _LIKE_A_SETTING))
@example("[" * 100_000)
@example('{"python": "/p", "parallelRuns": 1e999, "workerEnvironment": {}}')
def test_any_text_is_an_emulator_or_a_refusal(text: str) -> None:
    """Whatever the setting holds, it is used or refused with a sentence."""
    config = pulumi.Config("fuzz")
    pulumi.runtime.set_config("fuzz:emulator", text)
    with suppress(SettingsError):
        emulator = read_emulator(config)
        assert emulator is None or (emulator.python[0] == "/" and emulator.parallel_runs >= 1)


def rotation_setting(**changes: object) -> dict[str, str]:
    return {"rotation": json.dumps(changes)}


def scheduled(schedule: object, window: object = None, name: object = "hoist/dev/db") -> object:
    return {"name": name, "schedule": schedule, "window": window}


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ({"secret": []}, "has no secret"),
        ({"secrets": {}}, "needs `secrets`, a list of objects"),
        ({"secrets": ["hoist/dev/db"]}, "needs `secrets`, a list of objects"),
        ({"secrets": [{"name": "hoist/dev/db", "days": 30}]}, "has no days in `secrets`"),
        ({"secrets": [scheduled("rate(1 day)", name=None)]}, "needs the `name`"),
        ({"secrets": [scheduled("rate(1 day)", name="hoist/dev/d b")]}, "needs the `name`"),
        ({"secrets": [scheduled("rate(1 day)", name="app/db")]}, "app/db: .* below hoist/dev/"),
        ({"secrets": [scheduled("rate(1 day)", name="hoist/dev/")]}, "below hoist/dev/"),
        ({"secrets": [scheduled("rate(1 day)", name="hoist/prod/db")]}, "below hoist/dev/"),
        ({"secrets": [scheduled(30)]}, "needs a `schedule` for hoist/dev/db"),
        ({"secrets": [scheduled("rate(1 day)", 3)]}, "its `window` as in"),
        ({"secrets": [scheduled("rate(1 day)"), scheduled("rate(2 days)")]}, "more than once"),
        ({"secrets": [scheduled("30 days")]}, r"for hoist/dev/db: a schedule is rate\("),
        ({"subnets": ["subnet-0123abcd"]}, "both `subnets` and `securityGroups`"),
        ({"securityGroups": ["sg-0123abcd"]}, "both `subnets` and `securityGroups`"),
        ({"subnets": ["vpc-0123abcd"]}, "'vpc-0123abcd' in `subnets`"),
        ({"subnets": [1]}, "1 in `subnets`"),
        ({"subnets": "subnet-0123abcd"}, "needs `subnets`, a list of at most 16"),
        ({"securityGroups": ["sg-0123abcd"] * 6}, "needs `securityGroups`, a list of at most 5"),
    ],
)
def test_the_setting_of_rotation_is_checked(setting: dict[str, object], reason: str) -> None:
    """Each part is refused by name, before anything is made."""
    with pytest.raises(SettingsError, match=rf"hoist:rotation .*{reason}"):
        installation("dev", **rotation_setting(**setting))


_LIKE_ROTATION = st.fixed_dictionaries(
    {},
    optional={
        "secrets": _JSON
        | st.lists(
            st.fixed_dictionaries({"name": _JSON, "schedule": _JSON}, optional={"window": _JSON})
        ),
        "subnets": _JSON,
        "securityGroups": _JSON,
    },
)


@given(st.text() | st.builds(json.dumps, _JSON | _LIKE_ROTATION))
@example("[" * 100_000)
@example('{"secrets": [{"name": "hoist/dev/a", "schedule": "rate(1 day)", "window": "1h"}]}')
@example('{"subnets": ["subnet-0123abcd"], "securityGroups": ["sg-0123abcd"]}')
def test_any_text_is_rotation_or_a_refusal(text: str) -> None:
    """Whatever the setting holds, it is used or refused with a sentence."""
    config = pulumi.Config("fuzz")
    pulumi.runtime.set_config("fuzz:rotation", text)
    with suppress(SettingsError):
        settings = read_rotation(config, environment="dev")
        assert all(each.secret.startswith("hoist/dev/") for each in settings.schedules)
        assert settings.network is None or all(settings.network.security_groups)
