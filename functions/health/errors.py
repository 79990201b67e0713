"""Errors of health itself; those of looking at things are in dependencies/errors.py.

HoistError
  UsageError
    HealthRouteNotFoundError    nothing answers at this path and method
  EnvironmentFaultError
    HealthSettingMissingError   the function's environment lacks a variable
    HealthSettingInvalidError   a variable of the function's environment cannot be understood
  BookChangedError              somebody else wrote the book of findings meanwhile
  BookUnreadableError           the book of findings is not what this version writes
  HealthEventUnknownError       the function was invoked by something it does not know
"""

from hoist.errors import EnvironmentFaultError, HoistError, UsageError


class HealthSettingMissingError(EnvironmentFaultError):
    """A variable that the deployment sets is absent."""

    code = "health_setting_missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the environment has no {name}", way_out="deploy Hoist again: its infra sets it"
        )


class HealthSettingInvalidError(EnvironmentFaultError):
    """A variable of the function's environment cannot be understood."""

    code = "health_setting_invalid"

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{name} is not {wanted}", way_out=f"set {name} to {wanted}, or remove it")


class BookChangedError(HoistError):
    """Somebody else wrote the book of findings meanwhile."""

    code = "findings_changed"

    def __init__(self) -> None:
        super().__init__(
            "the findings of earlier looks were changed by another look at the same time",
            way_out="look again",
        )


class BookUnreadableError(HoistError):
    """The book of findings is not what this version writes."""

    code = "findings_unreadable"

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"the findings of earlier looks in {where} cannot be read: {problem}",
            way_out="delete that item: the next look writes it anew, and ages start again",
        )


class HealthEventUnknownError(HoistError):
    """The function was invoked by something that it does not know."""

    code = "health_event_unknown"

    def __init__(self) -> None:
        super().__init__(
            "the event is neither the schedule's nor a request of a REST API",
            way_out='invoke the function with {"hoist": "check-health"}',
        )


class HealthRouteNotFoundError(UsageError):
    """Nothing answers at this path and method."""

    code = "route_not_found"

    def __init__(self) -> None:
        super().__init__(
            "nothing answers at this path and method",
            way_out="GET /health, /health/ready or /health/live",
        )
