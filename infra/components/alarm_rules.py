"""When somebody has to be told: an alarm says that something is wrong, health says what and why."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from components import metrics
from components.doorbell import VISIBILITY_SECONDS
from components.functions import Function
from components.metrics import Metric, Metrics
from components.sizes import SIZES, Size

MINUTE, FIVE_MINUTES = 60, 300
# As in health's own rules: one request that fails may be anything.
MIN_FAILED_REQUESTS = 3
MIN_THROTTLES = 3
MEMORY_PERCENT = 90
# A ring that is worked on is as old as its run, and may have come while another one was.
DOORBELL_AGE_SECONDS = 2 * VISIBILITY_SECONDS


class Silence(StrEnum):
    """What it means that there are no numbers."""

    WELL = "notBreaching"
    WRONG = "breaching"
    UNCHANGED = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRule:
    """An alarm on one metric: `breaches` of the last `periods` reach the threshold."""

    name: str
    metric: Metric
    statistic: str
    threshold: float
    because: str
    is_too_low: bool = False
    period_seconds: int = FIVE_MINUTES
    periods: int = 1
    breaches: int = 1
    silence: Silence = Silence.WELL


def alarm_rules(measured: Metrics) -> Iterator[AlarmRule]:
    """All alarms of an installation. Each costs some cents a month, so there is none that only
    repeats another one.
    """
    yield from _of_health(measured)
    yield from _of_doorbell(measured)
    yield AlarmRule(
        name="api-failures",
        metric=measured.of_api("5XXError"),
        statistic="Sum",
        threshold=MIN_FAILED_REQUESTS,
        because="requests end with 5xx: the log of orchestrator-api has a line for each",
    )
    for function, size in SIZES.items():
        yield from _of_function(measured, function, size)
    for function in metrics.OBSERVED:
        yield AlarmRule(
            name=f"{function}-memory",
            metric=measured.of_use(function, metrics.MEMORY_USED),
            statistic="Maximum",
            threshold=MEMORY_PERCENT,
            because=f"{function} has little memory left: it is killed when there is none",
        )


def _of_health(measured: Metrics) -> Iterator[AlarmRule]:
    failures = measured.of_health(metrics.HEALTH_FAILURES)
    yield AlarmRule(
        name="health-failures",
        metric=failures,
        statistic="Maximum",
        threshold=1,
        period_seconds=MINUTE,
        periods=5,
        breaches=3,
        because="something has failed for minutes: the log of health has a finding for each",
    )
    yield AlarmRule(
        name="health-silent",
        metric=failures,
        statistic="SampleCount",
        threshold=1,
        is_too_low=True,
        periods=3,
        breaches=3,
        silence=Silence.WRONG,
        because="nobody has looked at the installation for a quarter of an hour",
    )


def _of_doorbell(measured: Metrics) -> Iterator[AlarmRule]:
    yield AlarmRule(
        name="dead-doorbells",
        metric=measured.of_dead_doorbells("ApproximateNumberOfMessagesVisible"),
        statistic="Maximum",
        threshold=1,
        # SQS goes silent about a queue that nobody touches, whatever is in it.
        silence=Silence.UNCHANGED,
        because="a worker died over the same stack again and again",
    )
    yield AlarmRule(
        name="doorbell-age",
        metric=measured.of_doorbell("ApproximateAgeOfOldestMessage"),
        statistic="Maximum",
        threshold=DOORBELL_AGE_SECONDS,
        because="nobody comes for a stack: all workers are busy, or none begins",
    )


def _of_function(measured: Metrics, function: Function, size: Size) -> Iterator[AlarmRule]:
    yield AlarmRule(
        name=f"{function}-errors",
        metric=measured.of_function(function, "Errors"),
        statistic="Sum",
        threshold=1,
        # An error is counted in the minute in which its invocation began, once that has ended.
        periods=math.ceil(size.timeout_seconds / FIVE_MINUTES) + 1,
        because=f"{function} broke off, ran out of time or was killed: its log says how",
    )
    yield AlarmRule(
        name=f"{function}-throttles",
        metric=measured.of_function(function, "Throttles"),
        statistic="Sum",
        threshold=MIN_THROTTLES,
        because=f"{function} was called and could not begin: the account's concurrency is used up",
    )
