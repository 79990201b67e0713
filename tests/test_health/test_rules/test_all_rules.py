"""What holds for every rule."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, Status
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.inventory import Mapping
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report
from health.metrics.series import Readings
from health.rules.catalogue import ACCOUNT_RULES, API_RULES, FUNCTION_RULES, QUEUE_RULES
from health.rules.dead_letters import DeadLetters
from health.rules.mapping_state import MappingState
from health.rules.memory import MemoryRule
from health_cloudwatch import FakeCloudWatch
from health_command_check import complaints
from health_findings import NOON
from health_numbers import API, QUEUE, WORKER, Numbers
from hoist.clock import FixedClock

pytestmark = pytest.mark.thorough

RESERVED = replace(WORKER, reserved_concurrency=20)
JUDGED: list[tuple[Any, Any]] = [
    *((rule, RESERVED) for rule in FUNCTION_RULES),
    *((rule, QUEUE) for rule in QUEUE_RULES),
    *((rule, API) for rule in API_RULES),
    *((rule, 1000) for rule in ACCOUNT_RULES),
]
MAPPING = Mapping(
    uuid="1f3c", function=WORKER.name, source=QUEUE.arn, state="Enabled", last_result="OK"
)
every_rule = pytest.mark.parametrize(("rule", "part"), JUDGED, ids=lambda each: str(each)[:40])
_numbers = st.floats(0, 1e6) | st.integers(0, 5)


def _invocations(peak_mb: int) -> Invocations:
    reports = (Report(60_000, 60_000, WORKER.memory_mb, peak_mb),) * 60
    return Invocations(start=NOON - timedelta(days=1), end=NOON, reports=reports)


def _filled(rule: Any, part: Any, values: list[float], cloudwatch: FakeCloudWatch) -> Numbers:
    """The metrics of a rule, with these values in turn, and a witness."""
    numbers = Numbers(cloudwatch)
    numbers.heard()
    metrics = {query.metric for query in rule.queries(part, numbers.now)}
    by_name = sorted(metrics, key=lambda metric: metric.name)
    for place, metric in enumerate(by_name):
        for minutes in range(4, 64, 5):
            value = values[(place + minutes) % len(values)]
            numbers.put(
                metric.namespace,
                dict(metric.dimensions),
                {metric.name: value},
                minutes_ago=minutes,
            )
    return numbers


@every_rule
@given(st.lists(_numbers, min_size=1, max_size=5), st.integers(1, 30), st.integers(0, 3))
def test_pages_and_order_change_no_assessment(
    rule: Any, part: Any, values: list[float], page_points: int, seed: int
) -> None:
    """However CloudWatch splits and shuffles its answer, the rule says the same, or unknown."""
    whole = _filled(rule, part, values, FakeCloudWatch()).judge(rule, part)
    cloudwatch = FakeCloudWatch(page_points=page_points, shuffled_by=random.Random(seed))

    paged = _filled(rule, part, values, cloudwatch).judge(rule, part)

    assert paged == whole or (paged is not None and paged.status is Status.UNKNOWN)


@every_rule
@given(st.lists(_numbers, min_size=1, max_size=5), st.data())
def test_what_is_missing_never_becomes_well(
    rule: Any, part: Any, values: list[float], data: st.DataObject
) -> None:
    """With any of its metrics unreadable, a rule does not say that all is well."""
    numbers = _filled(rule, part, values, FakeCloudWatch())
    names = sorted({query.metric.name for query in rule.queries(part, numbers.now)})
    lost = data.draw(st.sampled_from(names))
    numbers.cloudwatch.codes[lost] = data.draw(st.sampled_from(["InternalError", "Forbidden"]))

    assessment = numbers.judge(rule, part)

    assert assessment is not None
    assert assessment.status is not Status.PASS


@every_rule
@given(st.lists(_numbers, min_size=1, max_size=5), st.data())
def test_series_that_is_not_whole_never_becomes_well(
    rule: Any, part: Any, values: list[float], data: st.DataObject
) -> None:
    """With all points there but one series broken off, a rule does not say that all is well."""
    numbers = _filled(rule, part, values, FakeCloudWatch())
    queries = rule.queries(part, numbers.now)
    reader = CloudWatchReader(numbers.cloudwatch, clock=FixedClock(numbers.now))
    series = {query: reader.read(queries).of(query) for query in queries}
    lost = data.draw(st.sampled_from(queries))
    series[lost] = replace(series[lost], lacks="it broke off")

    assessment = rule.assess(part, numbers.now, Readings(series))

    assert assessment.status is not Status.PASS


@every_rule
def test_nothing_read_is_unknown(rule: Any, part: Any) -> None:
    """A rule whose queries were not read at all says so."""
    assessment = rule.assess(part, Numbers().now, Readings({}))

    assert assessment.status is Status.UNKNOWN


@every_rule
@given(st.lists(_numbers, min_size=1, max_size=5))
def test_findings_are_complete(rule: Any, part: Any, values: list[float]) -> None:
    """Every finding has evidence to repeat, impact, cause, and a command that AWS understands."""
    assessment = _filled(rule, part, values, FakeCloudWatch()).judge(rule, part)

    for finding in assessment.findings if assessment else ():
        assert finding.id.startswith(rule.name.split(".")[0])
        assert complaints(finding.evidence.query) == []
        assert complaints(finding.action.command) == []
        assert all((finding.title, finding.impact, finding.cause.text, finding.action.effect))
        assert finding.evidence.window_start
        assert finding.evidence.window_end


def test_all_rules_together_fit_into_few_calls() -> None:
    """What 20 functions need comes with two calls: one for days, one for the last hour."""
    cloudwatch = FakeCloudWatch()
    numbers = Numbers(cloudwatch)
    parts = [replace(WORKER, name=f"function-{number}") for number in range(20)]
    queries = [
        q for part in parts for rule in FUNCTION_RULES for q in rule.queries(part, numbers.now)
    ]

    CloudWatchReader(cloudwatch, clock=FixedClock(numbers.now)).read(queries)

    assert len(cloudwatch.requests) == 2


@pytest.mark.parametrize(
    "assessment",
    [
        DeadLetters().assess(QUEUE, NOON, Readings({})),
        MappingState().assess(replace(MAPPING, state="Disabled"), NOON, Readings({})),
        MappingState().assess(replace(MAPPING, last_result="PROBLEM: no"), NOON, Readings({})),
        MemoryRule().assess(WORKER, _invocations(peak_mb=2000)),
        MemoryRule().assess(WORKER, _invocations(peak_mb=100)),
    ],
    ids=lambda assessment: str(assessment.rule),
)
def test_commands_of_rules_without_metrics_are_understood(assessment: Assessment) -> None:
    """Commands, rollbacks and queries of the other rules are ones that AWS understands, too."""
    (finding,) = assessment.findings

    rollback = finding.action.rollback
    assert complaints(finding.evidence.query) == []
    assert complaints(finding.action.command) == []
    assert not rollback.startswith("aws ") or complaints(rollback) == []
