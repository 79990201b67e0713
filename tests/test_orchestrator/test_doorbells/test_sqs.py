"""The doorbell's queue."""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from orchestrator.doorbells.messages import stack_id_in
from orchestrator.doorbells.sqs import SqsDoorbell
from orchestrator.runs.errors import DoorbellUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

STACK = "stk-00000000000000000001"


@pytest.fixture
def client() -> Iterator["SQSClient"]:
    with mock_aws():
        session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-central-1"
        )
        made = session.client("sqs")
        yield made
        made.close()


@pytest.fixture
def queue_url(client: "SQSClient") -> str:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "false"}
    return client.create_queue(QueueName="doorbell.fifo", Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]


@pytest.fixture
def doorbell(client: "SQSClient", queue_url: str) -> SqsDoorbell:
    numbers = itertools.count(1)
    return SqsDoorbell(client, queue_url=queue_url, make_id=lambda: f"id-{next(numbers)}")


def received(client: "SQSClient", queue_url: str) -> "list[MessageTypeDef]":
    answer = client.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
    )
    return answer.get("Messages", [])


def test_a_ring_is_in_its_stacks_group(
    client: "SQSClient", queue_url: str, doorbell: SqsDoorbell
) -> None:
    """Two rings are two messages: neither is taken for a repetition of the other."""
    doorbell.ring(STACK)
    doorbell.ring(STACK)

    messages = received(client, queue_url)

    assert [stack_id_in(message["Body"]) for message in messages] == [STACK, STACK]
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {STACK}


def test_a_ring_past_a_stuck_one_is_delivered(
    client: "SQSClient", queue_url: str, doorbell: SqsDoorbell
) -> None:
    """While a message is in flight its group is blocked, and this ring is in another one."""
    doorbell.ring(STACK)
    assert len(received(client, queue_url)) == 1
    doorbell.ring(STACK)
    doorbell.ring_past(STACK)
    doorbell.ring_past(STACK)

    messages = received(client, queue_url)

    assert [stack_id_in(message["Body"]) for message in messages] == [STACK, STACK]
    groups = [message["Attributes"]["MessageGroupId"] for message in messages]
    assert len(set(groups)) == 2
    assert all(group.startswith(f"{STACK}#again-") for group in groups)


@pytest.mark.parametrize("method", ["ring", "ring_past"])
def test_a_queue_that_is_not_there_is_told(
    client: "SQSClient", queue_url: str, method: str
) -> None:
    """As a ring that did not go out, whatever AWS calls it."""
    doorbell = SqsDoorbell(client, queue_url=queue_url)
    client.delete_queue(QueueUrl=queue_url)

    with pytest.raises(DoorbellUnavailableError, match=STACK):
        getattr(doorbell, method)(STACK)
