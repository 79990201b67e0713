"""The look at all metrics: what is found is judged, and what is not found is not well."""

import random
from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.findings.assessment import Assessment, Status, worst
from health.findings.finding import Subject, SubjectKind
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.inventory import InstalledFunction, Inventory, Mapping
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report
from health.metrics_look import INVENTORY_RULE, MetricsLook
from health_cloudwatch import FakeCloudWatch
from health_findings import NOON
from health_numbers import API, HEALTH_FUNCTION, QUEUE, WORKER, Numbers
from hoist.clock import FixedClock

DEAD = replace(QUEUE, name="dead.fifo", arn="arn:dead", messages=0)
MAPPING = Mapping(
    uuid="1f3c", function=WORKER.name, source=QUEUE.arn, state="Enabled", last_result="OK"
)
WHOLE = Inventory(
    functions=(WORKER,),
    queues=(replace(QUEUE, messages=0, dead_letter_arn="arn:dead"), DEAD),
    mappings=(MAPPING,),
    concurrency_limit=1000,
)


@dataclass(frozen=True)
class FixedStock:
    inventory: Inventory

    def take_stock(self) -> Inventory:
        return self.inventory


@dataclass(frozen=True)
class FixedReports:
    reports: tuple[Report, ...]

    def read(
        self, functions: Sequence[InstalledFunction], *, start: datetime, end: datetime
    ) -> MappingOf[str, Invocations]:
        return {
            each.name: Invocations(start=start, end=end, reports=self.reports) for each in functions
        }


@dataclass(frozen=True)
class Look:
    inventory: Inventory = WHOLE
    cloudwatch: FakeCloudWatch = field(default_factory=FakeCloudWatch)
    reports: tuple[Report, ...] = (Report(100, 100, WORKER.memory_mb, 900),)

    def assessments(self) -> Sequence[Assessment]:
        clock = FixedClock(NOON)
        return MetricsLook(
            subject=Subject(SubjectKind.INSTALLATION, "hoist-dev"),
            api=API,
            stocktaker=FixedStock(self.inventory),
            metrics=CloudWatchReader(self.cloudwatch, clock=clock),
            invocations=FixedReports(self.reports),
            clock=clock,
            witness=HEALTH_FUNCTION,
        ).look()


def _idle(cloudwatch: FakeCloudWatch | None = None) -> FakeCloudWatch:
    """Nobody uses the installation, but health, which looks each minute."""
    numbers = Numbers(cloudwatch)
    numbers.put("AWS/Lambda", {}, {"ClaimedAccountConcurrency": 1})
    for minutes in range(3, 64):
        numbers.heard(minutes_ago=minutes)
    return numbers.cloudwatch


def _silent(cloudwatch: FakeCloudWatch) -> FakeCloudWatch:
    return cloudwatch


def _healthy(cloudwatch: FakeCloudWatch | None = None) -> FakeCloudWatch:
    numbers = Numbers(cloudwatch)
    numbers.heard()
    numbers.traffic(invocations=200)
    numbers.of_function(Duration=120.0)
    numbers.put("AWS/Lambda", {}, {"ClaimedAccountConcurrency": 12})
    requests = {"Count": 200.0, "5XXError": 0.0, "4XXError": 1.0, "Latency": 80.0}
    numbers.put("AWS/ApiGateway", {"ApiName": API.name}, requests)
    return numbers.cloudwatch


def test_healthy_installation_is_well() -> None:
    """With all numbers there and good, every rule can tell and none finds anything."""
    assessments = Look(cloudwatch=_healthy()).assessments()

    assert {assessment.status for assessment in assessments} == {Status.PASS}
    assert {assessment.rule for assessment in assessments} == {
        "account.concurrency",
        "api.requests",
        "lambda.cold_start",
        "lambda.duration",
        "lambda.errors",
        "lambda.mapping",
        "lambda.memory",
        "lambda.throttles",
        "queue.age",
        "queue.dead_letters",
    }


def test_silent_cloudwatch_is_not_well() -> None:
    """An installation of which there are no numbers is unknown."""
    assert worst(each.status for each in Look().assessments()) is Status.UNKNOWN


def test_idle_installation_is_well() -> None:
    """While health's own invocations are counted, that nobody else's are means that there are none.

    Every rule says of what it knows this.
    """
    assessments = Look(cloudwatch=_idle(), reports=()).assessments()

    assert {each.status for each in assessments} == {Status.PASS}
    assert {each.rule for each in assessments if each.is_idle} == {
        "api.requests",
        "lambda.cold_start",
        "lambda.duration",
        "lambda.errors",
        "lambda.memory",
        "lambda.throttles",
    }


def test_invocation_without_a_report_is_not_idle() -> None:
    """Where CloudWatch counts an invocation, a log without its REPORT line tells nothing."""
    assessments = Look(cloudwatch=_healthy(), reports=()).assessments()

    (memory,) = (each for each in assessments if each.rule == "lambda.memory")
    assert memory.status is Status.UNKNOWN


@given(st.integers(1, 40), st.integers(0, 9), st.sampled_from([_idle, _healthy, _silent]))
def test_pages_and_order_change_no_verdict(
    page_points: int, seed: int, made: Callable[[FakeCloudWatch], FakeCloudWatch]
) -> None:
    """However an answer is split and shuffled, the witness's part included, all say the same."""
    whole = Look(cloudwatch=made(FakeCloudWatch()), reports=()).assessments()
    paged = FakeCloudWatch(page_points=page_points, shuffled_by=random.Random(seed))

    assert Look(cloudwatch=made(paged), reports=()).assessments() == whole


@pytest.mark.parametrize("code", ["InternalError", "Forbidden", "PartialData"])
def test_witness_that_was_not_read_is_none(code: str) -> None:
    """Without the witness's series nobody's silence means anything."""
    cloudwatch = _idle()
    cloudwatch.codes["Invocations"] = code

    statuses = {each.rule: each.status for each in Look(cloudwatch=cloudwatch).assessments()}

    assert statuses["api.requests"] is Status.UNKNOWN


def test_gaps_are_unknown() -> None:
    """What could not be looked at makes the installation unknown, whatever the rest is."""
    gap = "AWS refuses lambda:GetFunction on hoist-dev-api to this role"

    assessments = Look(replace(WHOLE, gaps=(gap,)), _healthy()).assessments()

    assert [each.unknown_because for each in assessments if each.rule == INVENTORY_RULE] == [gap]


def test_installation_without_functions_is_unknown() -> None:
    """When no function bears the tag, somebody took it off, or nothing is installed."""
    assessments = Look(Inventory(), _healthy()).assessments()

    assert assessments[0].rule == INVENTORY_RULE
    assert assessments[0].status is Status.UNKNOWN


def test_metrics_are_read_by_few_calls() -> None:
    """All rules of a look are read together."""
    look = Look(cloudwatch=_healthy())

    look.assessments()

    # Of days, of the last hour, and of a queue's quarter of an hour.
    assert len(look.cloudwatch.requests) == 3
