"""Settings of Hoist's own stack, read once from the Pulumi config of project `hoist`.

hoist:environment       name of the installation's environment; default: the stack's name
hoist:stateBucket       outputs of the bootstrap stack (infra/bootstrap/template.yaml)
hoist:stateTable
hoist:stateKeyArn
hoist:logRetentionDays  default 30
hoist:protectData       refuse to delete what holds data; default: only in `prod`
"""

import re
from dataclasses import dataclass

import pulumi

# The bootstrap template has the same rule; together with account and region the longest name
# still fits into a bucket's 63 characters.
ENVIRONMENT_PATTERN = "[a-z][a-z0-9-]{0,14}[a-z0-9]"

DEFAULT_LOG_RETENTION_DAYS = 30
# What CloudWatch Logs accepts, up to ten years.
LOG_RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922}
    | {3288, 3653}
)


class SettingsError(pulumi.RunError):
    """A setting that cannot be used. A RunError is shown by the engine without a traceback."""


@dataclass(frozen=True, slots=True)
class StateStore:
    """What the bootstrap stack made."""

    bucket: str
    table: str
    key_arn: str


@dataclass(frozen=True, slots=True)
class InfraSettings:
    """All settings of Hoist's own stack."""

    environment: str
    state: StateStore
    log_retention_days: int
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
    return InfraSettings(
        environment=environment,
        state=StateStore(
            bucket=_from_bootstrap(config, "stateBucket"),
            table=_from_bootstrap(config, "stateTable"),
            key_arn=_from_bootstrap(config, "stateKeyArn"),
        ),
        log_retention_days=_log_retention_days(config),
        protects_data=environment == "prod" if protects_data is None else protects_data,
    )


def _from_bootstrap(config: pulumi.Config, key: str) -> str:
    value = config.get(key)
    if not value:
        raise SettingsError(
            f"hoist:{key} is not set: it is an output of the bootstrap stack; "
            "see infra/bootstrap/template.yaml"
        )
    return value


def _log_retention_days(config: pulumi.Config) -> int:
    days = config.get_int("logRetentionDays")
    if days is None:
        return DEFAULT_LOG_RETENTION_DAYS
    if days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(str(choice) for choice in sorted(LOG_RETENTION_DAYS))
        raise SettingsError(f"hoist:logRetentionDays is {days}; CloudWatch Logs takes {allowed}")
    return days
