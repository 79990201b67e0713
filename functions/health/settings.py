"""What the health function is told by its environment.

HOIST_INSTALLATION      the value of the tag that all parts have: `hoist-<environment>`
HOIST_STATE_BUCKET, HOIST_STATE_TABLE, HOIST_STATE_KEY_ALIAS, HOIST_RUNS_TABLE,
HOIST_ARTIFACTS_BUCKET, HOIST_DOORBELL_URL, HOIST_ACCESS_TABLE
                        as for the orchestrator's functions
HOIST_AUDIT_TABLE, HOIST_AUDIT_BUCKET    the audit; nobody looks at it without them
HOIST_DRIFT_AFTER_DAYS  for how many days a stack may go without a refresh; nobody minds without it
AWS_REGION, AWS_LAMBDA_FUNCTION_MEMORY_SIZE   set by Lambda
AWS_ENDPOINT_URL        another endpoint for all of AWS, such as the local one's
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from health.errors import HealthSettingInvalidError, HealthSettingMissingError
from hoist.aws import AwsSettings

# What Lambda gives by default; elsewhere nobody pays for it.
_DEFAULT_MEMORY_MB = 128
# Ten years.
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """One installation, and what looks at it."""

    installation: str
    state_bucket: str
    state_table: str
    state_key_alias: str
    runs_table: str
    artifacts_bucket: str
    doorbell_url: str
    access_table: str
    audit_table: str = ""
    audit_bucket: str = ""
    drift_after: timedelta | None = None
    memory_mb: int = _DEFAULT_MEMORY_MB
    aws: AwsSettings = field(default_factory=AwsSettings)

    @property
    def api_name(self) -> str:
        """As infra names the REST API."""
        return f"{self.installation}-api"

    @property
    def api_function(self) -> str:
        """As infra names the function behind it."""
        return f"{self.installation}-orchestrator-api"

    @property
    def own_function(self) -> str:
        """As infra names the function that looks, which is invoked each minute."""
        return f"{self.installation}-health"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises HealthSettingMissingError or HealthSettingInvalidError; both name the variable."""
        memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        return cls(
            installation=_required(environ, "HOIST_INSTALLATION"),
            state_bucket=_required(environ, "HOIST_STATE_BUCKET"),
            state_table=_required(environ, "HOIST_STATE_TABLE"),
            state_key_alias=_required(environ, "HOIST_STATE_KEY_ALIAS"),
            runs_table=_required(environ, "HOIST_RUNS_TABLE"),
            artifacts_bucket=_required(environ, "HOIST_ARTIFACTS_BUCKET"),
            doorbell_url=_required(environ, "HOIST_DOORBELL_URL"),
            access_table=_required(environ, "HOIST_ACCESS_TABLE"),
            audit_table=environ.get("HOIST_AUDIT_TABLE", ""),
            audit_bucket=environ.get("HOIST_AUDIT_BUCKET", ""),
            drift_after=_days(environ, "HOIST_DRIFT_AFTER_DAYS"),
            memory_mb=int(memory) if memory.isdecimal() else _DEFAULT_MEMORY_MB,
            aws=AwsSettings(
                region=_required(environ, "AWS_REGION"),
                endpoint_url=environ.get("AWS_ENDPOINT_URL") or None,
            ),
        )

    @classmethod
    def of_this_process(cls) -> Self:
        """Raises HealthSettingMissingError."""
        return cls.from_environment(os.environ)


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise HealthSettingMissingError(name)
    return value


def _days(environ: Mapping[str, str], name: str) -> timedelta | None:
    text = environ.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= _MOST_DAYS):
        raise HealthSettingInvalidError(name, f"a number of days from 1 to {_MOST_DAYS}")
    return timedelta(days=int(text))
