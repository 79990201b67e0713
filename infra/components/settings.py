"""Settings of Hoist's own stack, read once from the Pulumi config of project `hoist`.

hoist:environment        name of the installation's environment; default: the stack's name
hoist:stateBucket        outputs of the bootstrap stack (infra/bootstrap/template.yaml)
hoist:stateTable
hoist:stateKeyArn
hoist:stateKeyAlias
hoist:auditBucket
hoist:auditRetentionDays
hoist:auditRetentionMode
hoist:signingKeyArn
hoist:signingKeyAlias
hoist:packagesBucket     where the packages are; their keys are packages/<name>-<sha256>.zip
hoist:apiPackage
hoist:healthPackage
hoist:rotationPackage
hoist:sharedLayer        on AWS
hoist:dependenciesLayer  on AWS
hoist:workerImage        on AWS: the image's URI, by digest
hoist:workerPackage      on the emulator, instead of the image
hoist:emulator           only on the emulator; see components/emulator.py
hoist:alarmTopic         ARN of the SNS topic that alarms tell; default: they tell nobody
hoist:access             who may do what; see components/access_settings.py; default: nobody
hoist:rotation           which secrets rotate when; see components/rotation_settings.py
hoist:parallelRuns       stacks that are worked on at the same time, 2 to 1000; default 5
hoist:logRetentionDays   default 30
hoist:driftAfterDays     health tells of stacks without a refresh for so long; default: of none
hoist:protectData        refuse to delete what holds data; default: only in `prod`
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.access_settings import AccessGrant, read_access
from components.audit_settings import AuditEvidence, read_audit
from components.bootstrap_settings import from_bootstrap
from components.emulator import read_emulator
from components.errors import SettingsError
from components.packages import AwsPackages, EmulatorPackages, read_packages
from components.rotation_settings import RotationSettings, read_rotation

# The bootstrap template has the same rule; together with account and region the longest name
# still fits into a bucket's 63 characters.
ENVIRONMENT_PATTERN = "[a-z][a-z0-9-]{0,14}[a-z0-9]"

# Alarms cannot tell a FIFO topic, whose name would have a dot.
_TOPIC_ARN = r"arn:[\w-]+:sns:[\w-]+:[0-9]{12}:[\w-]+"

DEFAULT_PARALLEL_RUNS = 5
# What Lambda takes as the maximum concurrency of a queue.
PARALLEL_RUNS = range(2, 1001)
DEFAULT_LOG_RETENTION_DAYS = 30
# What CloudWatch Logs accepts, up to ten years.
LOG_RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922}
    | {3288, 3653}
)
# As the health function takes them: ten years.
DRIFT_AFTER_DAYS = range(1, 3651)


@dataclass(frozen=True, slots=True)
class StateStore:
    """Where the bootstrap stack made room for state."""

    bucket: str
    table: str
    key_arn: str
    key_alias: str


@dataclass(frozen=True, slots=True)
class InfraSettings:
    """All settings of Hoist's own stack."""

    environment: str
    state: StateStore
    audit: AuditEvidence
    access: Sequence[AccessGrant]
    packages: AwsPackages | EmulatorPackages
    rotation: RotationSettings
    alarm_topic_arn: str | None
    parallel_runs: int
    log_retention_days: int
    drift_after_days: int | None
    protects_data: bool


def read_settings(config: pulumi.Config, *, stack: str) -> InfraSettings:
    """Read and check all settings; raises SettingsError, which says what to set."""
    environment = config.get("environment") or stack
    if not re.fullmatch(ENVIRONMENT_PATTERN, environment):
        raise SettingsError(
            f"'{environment}' is no environment name: 2 to 16 lower-case letters, digits and "
            "hyphens, starting with a letter; set hoist:environment"
        )
    protects_data = config.get_bool("protectData")
    emulator = read_emulator(config)
    return InfraSettings(
        environment=environment,
        state=StateStore(
            bucket=from_bootstrap(config, "stateBucket"),
            table=from_bootstrap(config, "stateTable"),
            key_arn=from_bootstrap(config, "stateKeyArn"),
            key_alias=from_bootstrap(config, "stateKeyAlias"),
        ),
        audit=read_audit(config),
        access=read_access(config),
        packages=read_packages(config, emulator),
        rotation=read_rotation(config, environment=environment),
        alarm_topic_arn=_alarm_topic(config),
        parallel_runs=emulator.parallel_runs if emulator else _parallel_runs(config),
        log_retention_days=_log_retention_days(config),
        drift_after_days=_drift_after_days(config),
        protects_data=environment == "prod" if protects_data is None else protects_data,
    )


def _alarm_topic(config: pulumi.Config) -> str | None:
    arn = config.get("alarmTopic")
    if arn and not re.fullmatch(_TOPIC_ARN, arn):
        raise SettingsError(
            f"hoist:alarmTopic is '{arn}'; name an SNS topic by its ARN, arn:aws:sns:…:<topic>"
        )
    return arn or None


def _parallel_runs(config: pulumi.Config) -> int:
    runs = config.get_int("parallelRuns")
    if runs is None:
        return DEFAULT_PARALLEL_RUNS
    if runs not in PARALLEL_RUNS:
        raise SettingsError(
            f"hoist:parallelRuns is {runs}; Lambda takes {PARALLEL_RUNS[0]} to {PARALLEL_RUNS[-1]}"
        )
    return runs


def _log_retention_days(config: pulumi.Config) -> int:
    days = config.get_int("logRetentionDays")
    if days is None:
        return DEFAULT_LOG_RETENTION_DAYS
    if days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(str(choice) for choice in sorted(LOG_RETENTION_DAYS))
        raise SettingsError(f"hoist:logRetentionDays is {days}; CloudWatch Logs takes {allowed}")
    return days


def _drift_after_days(config: pulumi.Config) -> int | None:
    days = config.get_int("driftAfterDays")
    if days is not None and days not in DRIFT_AFTER_DAYS:
        allowed = f"{DRIFT_AFTER_DAYS[0]} to {DRIFT_AFTER_DAYS[-1]} days"
        raise SettingsError(f"hoist:driftAfterDays is {days}; it can be {allowed}, or not set")
    return days
