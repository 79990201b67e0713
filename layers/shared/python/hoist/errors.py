"""The root of Hoist's errors.

    HoistError
      UsageError              the caller can mend it: bad input, missing file, wrong state of things
        (each part adds its own below these two; see its errors.py)
      EnvironmentFaultError   the machine or a service that Hoist needs cannot do it now

Each has a stable `code` (docs/interfaces.md lists them), a sentence that names the thing, and
a `way_out` that says what to do about it.
"""


class HoistError(Exception):
    """Something went wrong that Hoist can name."""

    code = "hoist_error"

    def __init__(self, message: str, *, way_out: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.way_out = way_out


class UsageError(HoistError):
    """The caller can mend it."""

    code = "usage"


class EnvironmentFaultError(HoistError):
    """The machine or a service that Hoist needs cannot do what was asked, now."""

    code = "environment_fault"
