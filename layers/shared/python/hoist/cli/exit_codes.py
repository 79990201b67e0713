"""What `hoist` says to the shell.

  0  ok
  1  it was tried and failed
  2  the command line, or what it names, is wrong
  3  not signed in, or not allowed
  4  somebody else was first: locked, or changed meanwhile
  5  this machine, or a service that is needed, cannot do it now
  7  changes were found where none were expected
  8  cancelled by the answer to a question
 10  health: works, and should be looked at
 11  health: something fails
 12  health: not everything could be told
 70  a fault inside Hoist; HOIST_DEBUG=1 shows where
130  interrupted (Ctrl-C)
"""

from enum import IntEnum

from hoist.errors import HoistError
from hoist.operation_events import Outcome


class ExitCode(IntEnum):
    """The exit codes of `hoist`; scripts rely on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    AUTHENTICATION = 3
    CONFLICT = 4
    ENVIRONMENT_FAULT = 5
    UNEXPECTED_CHANGES = 7
    CANCELLED = 8
    HEALTH_WARNS = 10
    HEALTH_FAILS = 11
    HEALTH_UNKNOWN = 12
    INTERNAL = 70
    INTERRUPTED = 130


# By the stable code of an error or of one of its parents, nearest first: the parts that have
# their own errors are not imported here, and need not say anything about exit codes.
_BY_ERROR_CODE = {
    "hoist_error": ExitCode.FAILED,
    "usage": ExitCode.USAGE,
    "not_allowed": ExitCode.AUTHENTICATION,
    "server_conflict": ExitCode.CONFLICT,
    "state_conflict": ExitCode.CONFLICT,
    "update_lost": ExitCode.CONFLICT,
    "environment_fault": ExitCode.ENVIRONMENT_FAULT,
    "unexpected_changes": ExitCode.UNEXPECTED_CHANGES,
    "cancelled": ExitCode.CANCELLED,
    "run_detached": ExitCode.INTERRUPTED,
}


_BY_OUTCOME = {
    Outcome.SUCCEEDED: ExitCode.OK,
    Outcome.FAILED: ExitCode.FAILED,
    Outcome.INTERRUPTED: ExitCode.INTERRUPTED,
    Outcome.CANCELLED: ExitCode.INTERRUPTED,
    Outcome.CHANGES_FOUND: ExitCode.UNEXPECTED_CHANGES,
    # Its error knows better.
    Outcome.REFUSED: ExitCode.FAILED,
}


def exit_code_after(outcome: Outcome) -> ExitCode:
    """The exit code for how an operation ended."""
    return _BY_OUTCOME[outcome]


def exit_code_of(error: HoistError) -> ExitCode:
    """The exit code for an error, by its kind."""
    for kind in type(error).__mro__:
        found = _BY_ERROR_CODE.get(vars(kind).get("code", ""))
        if found is not None:
            return found
    return ExitCode.FAILED
