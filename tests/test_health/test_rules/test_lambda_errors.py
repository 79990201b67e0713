"""Errors of functions: fast and slow burns, few calls, late errors, missing data."""

from dataclasses import replace
from datetime import timedelta

import pytest

from health.findings.assessment import Assessment, Status
from health.findings.finding import ActionKind, Confidence, Severity
from health.rules.lambda_errors import LambdaErrors
from health_numbers import WORKER, Numbers

RULE = LambdaErrors()


def _judged(numbers: Numbers) -> Assessment:
    assessment = numbers.judge(RULE, WORKER)
    assert assessment is not None
    return assessment


def _steady(numbers: Numbers, *, bad: float, hours: int = 74) -> None:
    """A hundred calls each quarter of an hour."""
    for quarter in range(hours * 4):
        numbers.traffic(invocations=100, errors=bad, minutes_ago=4 + 15 * quarter)


def test_never_invoked_is_unknown() -> None:
    """Of a function without traffic nobody can say that it works."""
    assert _judged(Numbers()).status is Status.UNKNOWN


def test_steady_success_is_well() -> None:
    """Calls that all succeed are well."""
    numbers = Numbers()
    _steady(numbers, bad=0)

    assessment = _judged(numbers)

    assert assessment.status is Status.PASS
    assert assessment.observed is not None
    assert assessment.observed.value == 0


def test_outage_fails_within_minutes() -> None:
    """When all calls of half an hour fail, the finding says how fast the budget goes."""
    numbers = Numbers()
    _steady(numbers, bad=0)
    for minutes in range(4, 34, 5):
        numbers.traffic(invocations=100, errors=100, minutes_ago=minutes)

    (finding,) = _judged(numbers).findings

    assert finding.severity is Severity.FAIL
    assert finding.evidence.threshold == 14.4
    assert isinstance(finding.evidence.value, float)
    assert finding.evidence.value > 14.4
    assert finding.evidence.query.count("aws cloudwatch get-metric-statistics") == 3
    assert finding.action.kind is ActionKind.LOOK
    assert "/aws/lambda/hoist-dev-orchestrator-worker" in finding.action.command


def test_slow_burn_warns() -> None:
    """Two failures in a hundred, for days, are a warning."""
    numbers = Numbers()
    _steady(numbers, bad=2)

    (finding,) = _judged(numbers).findings

    assert finding.severity is Severity.WARN
    assert "20%" in finding.impact


@pytest.mark.parametrize(("timeout", "threshold"), [(900, 14.4), (29, 6.0)])
def test_late_errors_are_found(timeout: int, threshold: float) -> None:
    """A failure bears the time at which its run began: where runs are long, quiet minutes since
    then do not end the fast burn; where they are short, they do.
    """
    numbers = Numbers()
    for minutes in (21, 22, 23):
        numbers.traffic(invocations=30, errors=30, minutes_ago=minutes)
    for minutes in (6, 11, 16):
        numbers.traffic(invocations=5, minutes_ago=minutes)

    assessment = numbers.judge(RULE, replace(WORKER, timeout=timedelta(seconds=timeout)))

    assert assessment is not None
    assert [finding.evidence.threshold for finding in assessment.findings] == [threshold]


def test_throttled_calls_are_bad_calls() -> None:
    """A throttled call is in no invocation count, and the caller is as badly off."""
    numbers = Numbers()
    for minutes in range(4, 60, 5):
        numbers.traffic(invocations=50, throttles=50, minutes_ago=minutes)

    (finding,) = _judged(numbers).findings

    assert finding.title.startswith("50.0%")
    assert finding.cause.confidence is Confidence.HIGH


@pytest.mark.parametrize(
    ("invocations", "errors", "status"),
    [
        (5, 0, Status.PASS),
        (5, 1, Status.UNKNOWN),
        (5, 2, Status.UNKNOWN),
        (20, 3, Status.UNKNOWN),
        (5, 3, Status.WARN),
        (3, 3, Status.WARN),
    ],
)
def test_few_calls_are_judged_with_care(invocations: int, errors: int, status: Status) -> None:
    """Of few calls, none bad is well, most bad is not, and anything between is unknown."""
    numbers = Numbers()
    numbers.traffic(invocations=invocations, errors=errors)

    assert _judged(numbers).status is status


@pytest.mark.parametrize("metric", ["Invocations", "Errors", "Throttles"])
@pytest.mark.parametrize("bad", [0, 50])
def test_missing_data_are_unknown(metric: str, bad: float) -> None:
    """Without any one of the three series nothing is said, neither good nor bad."""
    numbers = Numbers()
    numbers.traffic(invocations=100, errors=bad)
    numbers.cloudwatch.codes[metric] = "InternalError"

    assert _judged(numbers).status is Status.UNKNOWN


def test_invocations_without_error_counts_are_unknown() -> None:
    """Lambda counts errors with every invocation: where it did not, they are missing."""
    numbers = Numbers()
    numbers.of_function(Invocations=100, Throttles=0)

    assert _judged(numbers).status is Status.UNKNOWN
