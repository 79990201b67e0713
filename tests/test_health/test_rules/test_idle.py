"""Nobody's traffic is told apart from nobody's telling: by a witness."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from health.findings.assessment import IDLE, Status
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report
from health.rules.lambda_concurrency import AccountConcurrency, LambdaConcurrency
from health.rules.lambda_duration import LambdaDuration
from health.rules.lambda_errors import LambdaErrors
from health.rules.lambda_throttles import LambdaThrottles
from health.rules.memory import MemoryRule
from health.rules.rest_api import RestApi
from health_findings import NOON
from health_numbers import API, WORKER, Numbers

RESERVED = replace(WORKER, reserved_concurrency=20)
ABOUT_TRAFFIC: list[tuple[Any, Any]] = [
    (LambdaErrors(), WORKER),
    (LambdaThrottles(), WORKER),
    (LambdaDuration(), WORKER),
    (LambdaConcurrency(), RESERVED),
    (RestApi(), API),
]
every_rule = pytest.mark.parametrize(
    ("rule", "part"), ABOUT_TRAFFIC, ids=[rule.name for rule, _ in ABOUT_TRAFFIC]
)


def status_of(numbers: Numbers, rule: Any, part: Any) -> Status:
    assessment = numbers.judge(rule, part)
    assert assessment
    assert assessment.is_idle == (assessment.status is Status.PASS)
    return assessment.status


@every_rule
def test_silence_before_a_witness_is_idle(rule: Any, part: Any) -> None:
    """No numbers of this, while there are some of what is never silent: there was nothing."""
    numbers = Numbers()
    numbers.heard()

    assessment = numbers.judge(rule, part)

    assert assessment
    assert (assessment.status, assessment.findings) == (Status.PASS, ())
    assert assessment.observed
    assert assessment.observed.value == IDLE


@every_rule
def test_silence_of_all_is_unknown(rule: Any, part: Any) -> None:
    """With the witness silent as well, it may be CloudWatch that says nothing."""
    assert status_of(Numbers(), rule, part) is Status.UNKNOWN


@every_rule
@pytest.mark.parametrize("minutes_ago", [1, 24, 60, 24 * 60])
def test_witness_speaks_for_its_time_alone(rule: Any, part: Any, minutes_ago: float) -> None:
    """One that was last heard a while before the window ended, or after it, proves nothing."""
    numbers = Numbers()
    numbers.heard(minutes_ago=minutes_ago)

    assert status_of(numbers, rule, part) is Status.UNKNOWN


@every_rule
@pytest.mark.parametrize("code", ["InternalError", "Forbidden", "PartialData", "SomethingNew"])
def test_silence_that_was_not_read_is_unknown(rule: Any, part: Any, code: str) -> None:
    """Whichever series of a rule did not come whole, it does not take it for silence."""
    names = {query.metric.name for query in rule.queries(part, NOON)}

    for name in names:
        numbers = Numbers()
        numbers.heard()
        numbers.cloudwatch.codes[name] = code
        assert status_of(numbers, rule, part) is Status.UNKNOWN, name


@pytest.mark.parametrize(
    ("rule", "part", "put"),
    [
        (LambdaErrors(), WORKER, lambda n: n.of_function(Invocations=3)),
        (LambdaErrors(), WORKER, lambda n: n.of_function(Errors=1)),
        (LambdaThrottles(), WORKER, lambda n: n.of_function(Invocations=3)),
        (LambdaDuration(), WORKER, lambda n: n.of_function(Invocations=3)),
        (LambdaConcurrency(), RESERVED, lambda n: n.of_function(Invocations=3)),
        (RestApi(), API, lambda n: n.put("AWS/ApiGateway", {"ApiName": API.name}, {"Count": 2})),
        (RestApi(), API, lambda n: n.put("AWS/ApiGateway", {"ApiName": API.name}, {"Latency": 2})),
    ],
)
def test_what_contradicts_silence_makes_it_unknown(
    rule: Any, part: Any, put: Callable[[Numbers], None]
) -> None:
    """Where one number says that something happened, the others are missing, and not zero."""
    numbers = Numbers()
    numbers.heard()
    put(numbers)

    assert status_of(numbers, rule, part) is Status.UNKNOWN


def test_account_is_never_idle() -> None:
    """The witness itself claims concurrency: if there is no number of it, it is missing."""
    numbers = Numbers()
    numbers.heard()

    assert status_of(numbers, AccountConcurrency(), 1000) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("reports", "lacks", "is_idle", "status"),
    [
        ((), "", True, Status.PASS),
        ((), "", False, Status.UNKNOWN),
        ((), "the log cannot be read", True, Status.UNKNOWN),
        ((Report(1, 1, WORKER.memory_mb // 2, 9),), "", True, Status.UNKNOWN),
    ],
)
def test_memory_is_idle_when_both_sources_say_so(
    reports: tuple[Report, ...], lacks: str, is_idle: bool, status: Status
) -> None:
    """No invocation in CloudWatch, and a log that was read whole and has no REPORT line."""
    start = NOON - timedelta(days=1)
    found = Invocations(start=start, end=NOON, reports=reports, lacks=lacks, is_idle=is_idle)

    assert MemoryRule().assess(WORKER, found).status is status
