"""Throttles, duration, concurrency and asynchronous events of functions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from health.findings.assessment import Assessment, Status
from health.findings.finding import ActionKind, Confidence, Severity
from health.metrics.inventory import InstalledFunction
from health.rules.lambda_async import LambdaAsyncEvents
from health.rules.lambda_concurrency import AccountConcurrency, LambdaConcurrency
from health.rules.lambda_duration import LambdaDuration
from health.rules.lambda_throttles import LambdaThrottles
from health_numbers import WORKER, Numbers

RESERVED = replace(WORKER, reserved_concurrency=10)


def _throttled(throttles: float, part: InstalledFunction = WORKER) -> Assessment:
    numbers = Numbers()
    numbers.traffic(invocations=100 - throttles, throttles=throttles)
    assessment = numbers.judge(LambdaThrottles(), part)
    assert assessment is not None
    return assessment


@pytest.mark.parametrize(
    ("throttles", "status"),
    [(0, Status.PASS), (2, Status.PASS), (3, Status.WARN), (10, Status.FAIL), (100, Status.FAIL)],
)
def test_throttles_are_judged_by_their_share(throttles: float, status: Status) -> None:
    """A throttle or two is a burst; a hundredth warns and a tenth fails."""
    assert _throttled(throttles).status is status


def test_reserved_concurrency_is_raised_by_a_command() -> None:
    """Where a reservation throttles, the command doubles it and the rollback restores it."""
    (finding,) = _throttled(50, RESERVED).findings

    assert finding.action.kind is ActionKind.FIX
    assert finding.action.command.endswith("--reserved-concurrent-executions 20")
    assert finding.action.rollback.endswith("--reserved-concurrent-executions 10")


def test_shared_concurrency_has_no_quick_fix() -> None:
    """Where the account's limit throttles, the command only looks."""
    (finding,) = _throttled(50).findings

    assert finding.action.kind is ActionKind.LOOK


def _lasting(p99: float, maximum: float, part: InstalledFunction = WORKER) -> Assessment:
    numbers = Numbers()
    dimensions = [{"Name": "FunctionName", "Value": part.name}]
    numbers.cloudwatch.put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Duration",
                "Dimensions": dimensions,
                "Timestamp": numbers.ago(30),
                "Values": [p99, maximum],
                "Counts": [999.0, 1.0],
            }
        ],
    )
    assessment = numbers.judge(LambdaDuration(), part)
    assert assessment is not None
    return assessment


@pytest.mark.parametrize(
    ("p99_seconds", "maximum_seconds", "status"),
    [
        (10, 20, Status.PASS),
        (810, 815, Status.PASS),
        (840, 850, Status.WARN),
        (10, 860, Status.WARN),
        (10, 900, Status.FAIL),
    ],
)
def test_duration_is_judged_against_the_timeout(
    p99_seconds: float, maximum_seconds: float, status: Status
) -> None:
    """A worker that ends its slices in time is well; what is killed at the timeout fails."""
    assert _lasting(p99_seconds * 1000, maximum_seconds * 1000).status is status


@pytest.mark.parametrize(
    ("median_ms", "confidence"), [(1_000, Confidence.LOW), (600_000, Confidence.MEDIUM)]
)
def test_usual_duration_points_to_the_cause(median_ms: float, confidence: Confidence) -> None:
    """When even usual work comes near the timeout, that is the cause; else something is slow."""
    (finding,) = _lasting(median_ms, 890_000).findings

    assert finding.cause.confidence is confidence


@pytest.mark.parametrize(
    ("part", "option"),
    [
        (replace(WORKER, timeout=timedelta(seconds=60)), "--timeout 90"),
        (replace(WORKER, timeout=timedelta(seconds=700)), "--timeout 900"),
        (replace(WORKER, timeout=timedelta(seconds=29)), "--memory-size 4096"),
        (WORKER, "--memory-size 4096"),
    ],
)
def test_timeouts_are_raised_where_they_can_be(part: InstalledFunction, option: str) -> None:
    """The command raises the timeout; at a ceiling it gives more of a processor instead."""
    timeout_ms = part.timeout / timedelta(milliseconds=1)

    (finding,) = _lasting(10, timeout_ms, part).findings

    assert finding.action.command.endswith(option)


def test_largest_function_can_only_be_looked_at() -> None:
    """With timeout and memory at their ends, the command shows what was slow."""
    (finding,) = _lasting(10, 900_000, replace(WORKER, memory_mb=10_240)).findings

    assert finding.action.kind is ActionKind.LOOK


@pytest.mark.parametrize(
    ("executions", "status"), [(1, Status.PASS), (8, Status.WARN), (10, Status.FAIL)]
)
def test_reserved_concurrency_is_watched(executions: float, status: Status) -> None:
    """Near the reservation it warns, and at it, it fails."""
    numbers = Numbers()
    numbers.of_function(RESERVED, ConcurrentExecutions=executions)

    assessment = numbers.judge(LambdaConcurrency(), RESERVED)

    assert assessment is not None
    assert assessment.status is status


@pytest.mark.parametrize("reserved", [None, 0, 1])
def test_concurrency_concerns_only_real_reservations(reserved: int | None) -> None:
    """A function that shares, or that runs one at a time on purpose, is not judged."""
    part = replace(WORKER, reserved_concurrency=reserved)

    assert Numbers().judge(LambdaConcurrency(), part) is None


def test_account_limit_is_raised_by_asking() -> None:
    """Near the account's limit the command asks AWS for twice as much."""
    numbers = Numbers()
    numbers.put("AWS/Lambda", {}, {"ClaimedAccountConcurrency": 900})

    assessment = numbers.judge(AccountConcurrency(), 1000)

    assert assessment is not None
    (finding,) = assessment.findings
    assert finding.severity is Severity.WARN
    assert finding.action.command.endswith("--desired-value 2000")


def test_function_without_asynchronous_events_is_not_judged() -> None:
    """A function that nobody sends such events is not concerned; while a witness says so."""
    numbers = Numbers()

    unheard = numbers.judge(LambdaAsyncEvents(), WORKER)
    numbers.heard()

    assert unheard is not None
    assert unheard.status is Status.UNKNOWN
    assert numbers.judge(LambdaAsyncEvents(), WORKER) is None


def test_dropped_events_fail() -> None:
    """An event that was given up is a failure, however quickly it happened."""
    numbers = Numbers()
    numbers.of_function(AsyncEventsReceived=60, AsyncEventsDropped=1, AsyncEventAge=10)

    assessment = numbers.judge(LambdaAsyncEvents(), WORKER)

    assert assessment is not None
    assert [finding.id for finding in assessment.findings] == ["lambda.async.dropped"]
    assert assessment.status is Status.FAIL


@pytest.mark.parametrize(("age_ms", "status"), [(1_000, Status.PASS), (600_000, Status.WARN)])
def test_old_events_warn(age_ms: float, status: Status) -> None:
    """Events that wait for more than five minutes are told of."""
    numbers = Numbers()
    numbers.of_function(AsyncEventsReceived=60, AsyncEventAge=age_ms)

    assessment = numbers.judge(LambdaAsyncEvents(), WORKER)

    assert assessment is not None
    assert assessment.status is status
