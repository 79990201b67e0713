"""Queues, mappings and the REST API."""

from dataclasses import replace

import pytest

from health.findings.assessment import Assessment, Status
from health.findings.finding import ActionKind
from health.metrics.inventory import InstalledQueue, Mapping
from health.rules.dead_letters import DeadLetters
from health.rules.mapping_state import MappingState
from health.rules.queue_age import QueueAge
from health.rules.rest_api import RestApi
from health_numbers import API, QUEUE, Numbers

MAPPING = Mapping(
    uuid="1f3c", function="hoist-dev-worker", source=QUEUE.arn, state="Enabled", last_result="OK"
)


def _waiting(*ages: float, part: InstalledQueue = QUEUE) -> Assessment:
    numbers = Numbers()
    for place, age in enumerate(reversed(ages)):
        numbers.put(
            "AWS/SQS",
            {"QueueName": part.name},
            {"ApproximateAgeOfOldestMessage": age},
            minutes_ago=6 + 5 * place,
        )
    assessment = numbers.judge(QueueAge(), part)
    assert assessment is not None
    return assessment


@pytest.mark.parametrize(
    ("age", "status"),
    [(60, Status.PASS), (1800, Status.PASS), (1801, Status.WARN), (3601, Status.FAIL)],
)
def test_age_is_judged_by_how_long_the_queue_hides(age: float, status: Status) -> None:
    """A message in flight is no trouble; one that waits twice as long as that is."""
    assert _waiting(age).status is status


def test_only_the_present_age_counts() -> None:
    """What was old a while ago and is done by now is no trouble."""
    assert _waiting(5000, 5300, 10).status is Status.PASS


def test_empty_queue_is_well_without_metrics() -> None:
    """SQS stops writing metrics of a queue that nobody uses; its own count is enough."""
    assert _waiting(part=replace(QUEUE, messages=0)).status is Status.PASS


def test_full_queue_without_metrics_is_unknown() -> None:
    """A queue with messages, and nobody knows how old they are, is not well."""
    assert _waiting().status is Status.UNKNOWN


def test_dead_letters_are_moved_back_by_a_command() -> None:
    """A dead letter is told of, with the command that delivers it once more."""
    assert Numbers().judge(DeadLetters(), replace(QUEUE, messages=0)).status is Status.PASS  # type: ignore[union-attr]
    assessment = Numbers().judge(DeadLetters(), QUEUE)

    assert assessment is not None
    (finding,) = assessment.findings
    assert finding.action.kind is ActionKind.FIX
    assert finding.action.command == f"aws sqs start-message-move-task --source-arn {QUEUE.arn}"


@pytest.mark.parametrize(
    ("state", "last_result", "status"),
    [
        ("Enabled", "OK", Status.PASS),
        ("Enabled", "No records processed", Status.PASS),
        ("Enabled", "", Status.PASS),
        ("Enabled", "PROBLEM: Function call failed", Status.WARN),
        ("Disabled", "OK", Status.FAIL),
        ("Disabling", "OK", Status.FAIL),
        ("Updating", "OK", Status.UNKNOWN),
        ("Something new", "OK", Status.UNKNOWN),
        ("", "", Status.UNKNOWN),
    ],
)
def test_mapping_states(state: str, last_result: str, status: Status) -> None:
    """A mapping that is off fails, one with a problem warns, and between states nobody can tell."""
    part = replace(MAPPING, state=state, last_result=last_result)

    assessment = Numbers().judge(MappingState(), part)

    assert assessment is not None
    assert assessment.status is status


def test_mapping_is_switched_on_by_its_command() -> None:
    """The command switches on what the finding says is off."""
    assessment = Numbers().judge(MappingState(), replace(MAPPING, state="Disabled"))

    assert assessment is not None
    (finding,) = assessment.findings
    assert finding.action.command == "aws lambda update-event-source-mapping --uuid 1f3c --enabled"


def _asked(**metrics: float) -> Assessment:
    numbers = Numbers()
    named = {{"five": "5XXError", "four": "4XXError"}.get(k, k): v for k, v in metrics.items()}
    numbers.put("AWS/ApiGateway", {"ApiName": API.name}, named)
    assessment = numbers.judge(RestApi(), API)
    assert assessment is not None
    return assessment


@pytest.mark.parametrize(
    ("failed", "status"),
    [(0, Status.PASS), (2, Status.PASS), (5, Status.WARN), (20, Status.FAIL)],
)
def test_failed_requests_are_judged_by_their_share(failed: float, status: Status) -> None:
    """One in a hundred requests that ends with 5xx warns, one in ten fails."""
    assert _asked(Count=200, five=failed, four=0, Latency=90).status is status


def test_refused_requests_are_a_note() -> None:
    """When most requests are refused somebody's client is broken; the API itself is well."""
    assessment = _asked(Count=200, five=0, four=150, Latency=90)

    assert [finding.id for finding in assessment.findings] == ["api.refusals"]
    assert assessment.status is Status.PASS


def test_slow_requests_warn() -> None:
    """Half of what API Gateway waits for is slow enough to be told."""
    assessment = _asked(Count=200, five=0, four=0, Latency=15_000)

    assert [finding.id for finding in assessment.findings] == ["api.latency"]


@pytest.mark.parametrize(
    "metrics", [{}, {"Count": 0.0}, {"Count": 5.0}, {"Count": 5.0, "five": 0.0, "four": 0.0}]
)
def test_unasked_api_is_unknown(metrics: dict[str, float]) -> None:
    """An API that nobody asked, or of which numbers are missing, is not said to be well."""
    assert _asked(**metrics).status is Status.UNKNOWN
