"""Why something could not be looked at.

EnvironmentFaultError
  LookError                  nothing is known about it
    LookRefusedError         AWS does not let this role look
    NoAnswerError            no answer, or another than what was asked for
    UnreadableRecordError    what is stored is none of the layouts that this version knows
  DependencyAbsentError      it is not there, which is known well enough
"""

from hoist.errors import EnvironmentFaultError


class LookError(EnvironmentFaultError):
    """Something could not be looked at."""

    code = "health_look"


class LookRefusedError(LookError):
    """The role of health may not look at it."""

    code = "health_look_refused"

    def __init__(self, action: str, resource: str) -> None:
        super().__init__(
            f"AWS refuses {action} on {resource} to this role",
            way_out=f"allow {action} on {resource} in infra/components/permissions/health.py",
        )


class NoAnswerError(LookError):
    """AWS did not answer a look, or not with what was asked for."""

    code = "health_no_answer"

    def __init__(self, action: str, resource: str, reason: str) -> None:
        super().__init__(
            f"{action} on {resource} was not answered ({reason})",
            way_out="look at the health of the service and at the network",
        )


class UnreadableRecordError(LookError):
    """A record has a layout that this version of health does not know."""

    code = "health_record_unreadable"

    def __init__(self, record: str) -> None:
        super().__init__(
            f"{record} cannot be read by this version of health",
            way_out="deploy the functions of one version of Hoist together",
        )


class DependencyAbsentError(EnvironmentFaultError):
    """Something that Hoist cannot do without does not exist."""

    code = "health_dependency_absent"

    def __init__(self, resource: str) -> None:
        super().__init__(
            f"{resource} does not exist", way_out="see what the health report says of it"
        )
