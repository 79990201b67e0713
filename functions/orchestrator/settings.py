"""What the orchestrator's functions are told by their environment: where an installation is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from hoist.aws import AwsSettings
from hoist.errors import EnvironmentFaultError


class SettingMissingError(EnvironmentFaultError):
    """A function's environment lacks a variable that its deployment sets."""

    code = "setting_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the environment has no {name}", way_out="deploy Hoist again: its infra sets it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The places of one installation."""

    state_bucket: str
    state_table: str
    state_key_alias: str
    runs_table: str
    artifacts_bucket: str
    doorbell_url: str
    region: str
    aws: AwsSettings = field(default_factory=AwsSettings)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises SettingMissingError, which names the variable."""
        region = _required(environ, "AWS_REGION")
        return cls(
            state_bucket=_required(environ, "HOIST_STATE_BUCKET"),
            state_table=_required(environ, "HOIST_STATE_TABLE"),
            state_key_alias=_required(environ, "HOIST_STATE_KEY_ALIAS"),
            runs_table=_required(environ, "HOIST_RUNS_TABLE"),
            artifacts_bucket=_required(environ, "HOIST_ARTIFACTS_BUCKET"),
            doorbell_url=_required(environ, "HOIST_DOORBELL_URL"),
            region=region,
            aws=AwsSettings(region=region, endpoint_url=environ.get("AWS_ENDPOINT_URL") or None),
        )

    @classmethod
    def of_this_process(cls) -> Self:
        """Raises SettingMissingError."""
        return cls.from_environment(os.environ)


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingMissingError(name)
    return value
