"""Errors of the worker's work.

EnvironmentFaultError
  CredentialsMissingError     the function has no credentials to give to the engine
  WorkerSettingError          a setting of the function is no value for it
"""

from hoist.errors import EnvironmentFaultError


class CredentialsMissingError(EnvironmentFaultError):
    """The function has no credentials to give to the engine."""

    code = "aws_credentials_missing"


class WorkerSettingError(EnvironmentFaultError):
    """A setting of the worker is no value for it."""

    code = "worker_setting_invalid"
