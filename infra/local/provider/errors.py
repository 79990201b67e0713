"""Errors of provider plugins.

HoistError
  UsageError
    ConfigRefusedError        the provider's configuration cannot be used
    ResourceTypeUnknownError  the provider has no such resource type or function
    ResourceRefusedError      the cloud (or the provider) said no; nothing was changed
  EnvironmentFaultError
    OutcomeUnknownError       no answer came: it may have been done, or not
  InitializationError         the resource exists, but could not be finished
"""

from typing import Any

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class ConfigRefusedError(UsageError):
    """The provider's configuration cannot be used."""

    code = "provider_config_refused"


class ResourceTypeUnknownError(UsageError):
    """The provider has no such resource type or function."""

    code = "resource_type_unknown"


class ResourceRefusedError(UsageError):
    """The cloud (or the provider) said no; nothing was changed."""

    code = "resource_refused"


class OutcomeUnknownError(EnvironmentFaultError):
    """No answer came: it may have been done, or not."""

    code = "outcome_unknown"


class InitializationError(HoistError):
    """The resource exists, but could not be finished; the engine keeps it and tries again."""

    code = "resource_unfinished"

    def __init__(self, message: str, *, resource_id: str, properties: dict[str, Any]) -> None:
        super().__init__(message, way_out="the next update goes on from here")
        self.resource_id = resource_id
        self.properties = properties
