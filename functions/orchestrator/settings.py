"""What the orchestrator's functions are told by their environment: where an installation is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from hoist.aws import AwsSettings
from hoist.errors import EnvironmentFaultError

_ACCESS_TABLE = "HOIST_ACCESS_TABLE"
_AUDIT_TABLE = "HOIST_AUDIT_TABLE"
_AUDIT_BUCKET = "HOIST_AUDIT_BUCKET"
_SIGNING_KEY = "HOIST_SIGNING_KEY_ALIAS"


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
    access_table: str = ""
    """Where tokens are. Only the api is told: the worker has no business there."""
    audit_table: str = ""
    """Where each change leaves its entries. Empty for who changes nothing."""
    audit_bucket: str = ""
    """Where the signed heads of the audit are."""
    signing_key_alias: str = ""
    """Of the key that signs them. Only the worker is told."""
    function: str = ""
    """The name of this function; empty outside of Lambda."""
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
            access_table=environ.get(_ACCESS_TABLE, ""),
            audit_table=environ.get(_AUDIT_TABLE, ""),
            audit_bucket=environ.get(_AUDIT_BUCKET, ""),
            function=environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
            signing_key_alias=environ.get(_SIGNING_KEY, ""),
            aws=AwsSettings(region=region, endpoint_url=environ.get("AWS_ENDPOINT_URL") or None),
        )

    def require_access_table(self) -> str:
        """Raises SettingMissingError."""
        return _set(_ACCESS_TABLE, self.access_table)

    def require_audit_table(self) -> str:
        """Raises SettingMissingError."""
        return _set(_AUDIT_TABLE, self.audit_table)

    def require_audit_bucket(self) -> str:
        """Raises SettingMissingError."""
        return _set(_AUDIT_BUCKET, self.audit_bucket)

    def require_signing_key(self) -> str:
        """Raises SettingMissingError."""
        return _set(_SIGNING_KEY, self.signing_key_alias)

    @classmethod
    def of_this_process(cls) -> Self:
        """Raises SettingMissingError."""
        return cls.from_environment(os.environ)


def _required(environ: Mapping[str, str], name: str) -> str:
    return _set(name, environ.get(name, ""))


def _set(name: str, value: str) -> str:
    if not value:
        raise SettingMissingError(name)
    return value
