"""Errors of a rotation.

RotationError
  InvalidEventError         the event is not one that Secrets Manager sends
  RotationRefusedError      the labels of the secret do not allow this step
  StrategyUnknownError      nobody says how to rotate the secret, or two say different things
  SecretSchemaError         the secret's value is not what its strategy takes
  RotationPolicyError       a rule forbids it: the target's, or the secret's own
  PendingValueStaleError    the pending value has waited too long to be used
  CloudFailureError         AWS did not do what a step asked for
  AuthoritiesFileError      the file of authorities that a setting names cannot be used
  RotationFaultError        a fault of our own

Secrets Manager keeps the text of the error that a step ends with, and CloudTrail shows it: none
contains a value of a secret or a token.
"""

from enum import StrEnum

from hoist.errors import HoistError


class FailureKind(StrEnum):
    """What a person has to look at."""

    AUTHENTICATION = "auth"
    INTERNAL = "internal"
    NETWORK = "network"
    PERMISSION = "permission"
    POLICY = "policy"
    SCHEMA = "schema"
    STATE = "state"
    THROTTLED = "throttled"
    TLS = "tls"
    UNAVAILABLE = "unavailable"


class RotationError(HoistError):
    """A step of a rotation cannot be done. Its text begins with its kind and its code."""

    code = "rotation_failed"
    kind = FailureKind.INTERNAL

    def __str__(self) -> str:
        way_out = f" ({self.way_out})" if self.way_out else ""
        return f"{self.kind}/{self.code}: {self.message}{way_out}"


class InvalidEventError(RotationError):
    """The event is not one that Secrets Manager sends."""

    code = "rotation_event_invalid"
    kind = FailureKind.SCHEMA


class RotationRefusedError(RotationError):
    """The labels of the secret do not allow this step."""

    code = "rotation_refused"
    kind = FailureKind.STATE


class StrategyUnknownError(RotationError):
    """Nobody says how to rotate the secret, or two say different things."""

    code = "rotation_strategy_unknown"
    kind = FailureKind.SCHEMA


class SecretSchemaError(RotationError):
    """The secret's value is not what its strategy takes."""

    code = "secret_schema"
    kind = FailureKind.SCHEMA


class RotationPolicyError(RotationError):
    """A rule forbids it: the target's, or the secret's own."""

    code = "rotation_policy"
    kind = FailureKind.POLICY


class PendingValueStaleError(RotationError):
    """The pending value has waited too long to be used: another one must take its place."""

    code = "pending_value_stale"
    kind = FailureKind.POLICY


class CloudFailureError(RotationError):
    """AWS did not do what a step asked for; `kind` says why."""

    code = "rotation_cloud_failure"

    def __init__(self, message: str, *, kind: FailureKind, way_out: str = "") -> None:
        super().__init__(message, way_out=way_out)
        self.kind = kind


class AuthoritiesFileError(RotationError):
    """The file of authorities that a setting names cannot be used."""

    code = "rotation_authorities_file"
    kind = FailureKind.TLS

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} cannot be read, or holds no certificate in PEM",
            way_out="correct HOIST_ROTATION_POSTGRES_CA_FILE of the rotation function",
        )
        self.path = path


class RotationFaultError(RotationError):
    """A fault of Hoist's own."""

    code = "rotation_fault"
