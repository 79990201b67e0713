"""Exit codes by the kind of an error."""

import re

import pytest

from hoist.cli import exit_codes
from hoist.cli.exit_codes import ExitCode, exit_code_after, exit_code_of
from hoist.errors import EnvironmentFaultError, HoistError, UsageError
from hoist.operation_events import Outcome


class ConflictError(HoistError):
    """As the state service's."""

    code = "state_conflict"


class LockedError(ConflictError):
    """One of the conflicts, with a code of its own."""

    code = "update_in_progress"


class DetachedError(HoistError):
    """As of a run that goes on."""

    code = "run_detached"


class RefusalError(HoistError):
    """As what a server says about who asked."""

    code = "not_allowed"


class MissingError(UsageError):
    """One that does not say a code of its own."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (HoistError("x"), ExitCode.FAILED),
        (UsageError("x"), ExitCode.USAGE),
        (MissingError("x"), ExitCode.USAGE),
        (EnvironmentFaultError("x"), ExitCode.ENVIRONMENT_FAULT),
        (ConflictError("x"), ExitCode.CONFLICT),
        (LockedError("x"), ExitCode.CONFLICT),
        (DetachedError("x"), ExitCode.INTERRUPTED),
        (RefusalError("x"), ExitCode.AUTHENTICATION),
    ],
)
def test_the_nearest_kind_decides(error: HoistError, expected: ExitCode) -> None:
    """An error has the exit code of its own code or of the nearest parent's."""
    assert exit_code_of(error) == expected


def test_each_code_is_documented() -> None:
    """The module's text lists exactly the codes that there are."""
    listed = re.findall(r"^ *(\d+)  ", exit_codes.__doc__ or "", re.MULTILINE)

    assert [int(number) for number in listed] == sorted(ExitCode)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.SUCCEEDED, ExitCode.OK),
        (Outcome.FAILED, ExitCode.FAILED),
        (Outcome.CANCELLED, ExitCode.INTERRUPTED),
        (Outcome.INTERRUPTED, ExitCode.INTERRUPTED),
        (Outcome.CHANGES_FOUND, ExitCode.UNEXPECTED_CHANGES),
        (Outcome.REFUSED, ExitCode.FAILED),
    ],
)
def test_each_outcome_has_its_exit_code(outcome: Outcome, code: ExitCode) -> None:
    """A script can tell the outcomes apart."""
    assert exit_code_after(outcome) is code
