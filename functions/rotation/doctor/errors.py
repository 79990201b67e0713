"""Errors of the doctor.

UsageError
  SecretMissingError           there is no such secret
  RollBackRefusedError         rolling back would leave nobody let in
  HandlerUnusableError         `module:function` is not a rotation function
EnvironmentFaultError
  SecretsUnavailableError      the store gives no answer
HoistError
  SecretsDeniedError           the store says that the caller may not
"""

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class SecretMissingError(UsageError):
    """There is no such secret."""

    code = "secret_missing"


class RollBackRefusedError(UsageError):
    """There is nothing to roll back to."""

    code = "roll_back_refused"


class HandlerUnusableError(UsageError):
    """What was named as a rotation function is none."""

    code = "handler_unusable"


class SecretsUnavailableError(EnvironmentFaultError):
    """The store of secrets, or a service about it, gives no answer now."""

    code = "secrets_unavailable"


class SecretsDeniedError(HoistError):
    """The store of secrets says that the caller may not."""

    code = "not_allowed"
