"""Errors of the rotation engine. A rotation that fails is no error here but an outcome."""

from hoist.errors import UsageError


class RotationInProgressError(UsageError):
    """The last rotation of the secret has not come to its end."""

    code = "rotation_in_progress"


class NoRotationError(UsageError):
    """No rotation of the secret is under way."""

    code = "no_rotation"


class ScheduleInvalidError(UsageError):
    """The rotation rules are not such as Secrets Manager takes."""

    code = "schedule_invalid"
