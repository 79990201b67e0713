"""The doorbell's queue and the one behind it."""

import json
from typing import Any

import pytest

from recorded_program import Recording

LONGEST_LAMBDA_SECONDS = 900


@pytest.fixture
def queue(dev: Recording) -> dict[str, Any]:
    return dev.of_type("aws:sqs/queue:Queue")["doorbell"].inputs


@pytest.fixture
def dead_letters(dev: Recording) -> dict[str, Any]:
    return dev.of_type("aws:sqs/queue:Queue")["dead-doorbells"].inputs


def test_a_ring_stays_hidden_while_a_worker_may_be_at_it(queue: dict[str, Any]) -> None:
    """Lambda demands a visibility of at least the function's timeout."""
    assert queue["visibilityTimeoutSeconds"] >= LONGEST_LAMBDA_SECONDS


def test_rings_keep_their_order(queue: dict[str, Any], dead_letters: dict[str, Any]) -> None:
    """Both queues are FIFO queues, as AWS demands of a pair, and named so."""
    for each in (queue, dead_letters):
        assert each["fifoQueue"]
        assert each["name"].endswith(".fifo")


def test_two_rings_for_one_stack_are_two(queue: dict[str, Any]) -> None:
    """The queue does not take two rings with the same text for one: the sender decides."""
    assert queue["contentBasedDeduplication"] is False


def test_a_ring_that_nobody_survives_is_put_aside(
    queue: dict[str, Any], dead_letters: dict[str, Any], dev: Recording
) -> None:
    """After three crashes the ring goes to the dead letters, which accept no other queue's."""
    redrive = json.loads(queue["redrivePolicy"])
    allowed = json.loads(dead_letters["redriveAllowPolicy"])

    assert redrive["maxReceiveCount"] == 3
    assert redrive["deadLetterTargetArn"].endswith(":hoist-dev-dead-doorbells.fifo")
    assert allowed == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [dev.outputs["doorbellArn"]],
    }


def test_a_dead_ring_waits_longer_than_a_living_one(
    queue: dict[str, Any], dead_letters: dict[str, Any]
) -> None:
    """A person has longer to look at a dead letter than it took to become one."""
    assert dead_letters["messageRetentionSeconds"] > queue["messageRetentionSeconds"]


def test_rings_are_encrypted(queue: dict[str, Any], dead_letters: dict[str, Any]) -> None:
    """Both queues encrypt their messages with the service's own key."""
    assert queue["sqsManagedSseEnabled"]
    assert dead_letters["sqsManagedSseEnabled"]
