"""The inventory, found by tag on the local AWS, and what it lacks when AWS does not answer."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health.metrics.tagged_parts import TAG, StockClients, TaggedParts
from health_parts import make_function, make_mapping, make_queue
from health_sites import TestClients


def _clients(clients: TestClients) -> StockClients:
    return StockClients(
        tagging=clients.looked_at("resourcegroupstaggingapi"),
        functions=clients.looked_at("lambda"),
        queues=clients.looked_at("sqs"),
    )


@pytest.mark.emulator
def test_parts_are_found_by_their_tag(emulator_url: str) -> None:
    """Functions, queues and mappings of one installation are found, and no other's."""
    clients = TestClients(emulator_url)
    name = f"hoist-{uuid.uuid4().hex[:8]}"
    tags, others = {TAG: name}, {TAG: f"{name}-other"}
    make_function(clients, f"{name}-worker", tags)
    make_function(clients, f"{name}-stranger", others)
    _, dead_arn = make_queue(clients, f"{name}-dead", tags)
    url, queue_arn = make_queue(clients, f"{name}-bell", tags, redrive_to=dead_arn)
    make_queue(clients, f"{name}-foreign", others)
    clients.looked_at("sqs").send_message(QueueUrl=url, MessageBody="ring", DelaySeconds=600)
    mapping = make_mapping(clients, f"{name}-worker", queue_arn)

    inventory = TaggedParts(_clients(clients), installation=name).take_stock()

    (function,) = inventory.functions
    (queue,) = inventory.working_queues
    (dead,) = inventory.dead_letter_queues
    assert inventory.gaps == ()
    assert (function.name, function.memory_mb) == (f"{name}-worker", 512)
    assert function.timeout == timedelta(seconds=29)
    assert (queue.name, queue.messages) == (f"{name}-bell", 1)
    assert queue.visibility == timedelta(minutes=15)
    assert (dead.name, dead.messages) == (f"{name}-dead", 0)
    assert [each.uuid for each in inventory.mappings] == [mapping]
    assert inventory.mappings[0].state == "Disabled"
    assert inventory.concurrency_limit


class Scripted:
    """A client that answers from a script; what is not in it is refused."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            answer = self._answers.get(operation)
            if answer is None:
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
            return answer(request) if callable(answer) else answer

        return call

    def get_paginator(self, operation: str) -> Any:
        call = getattr(self, operation)

        class Pages:
            def paginate(self, **request: Any) -> Any:
                yield call(**request)

        return Pages()


def _function(request: dict[str, Any]) -> Any:
    if request["FunctionName"] == "one":
        raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "GetFunction")
    return {"Configuration": {"MemorySize": 128, "Timeout": 3}}


ARNS = [
    "arn:aws:lambda:eu-central-1:111122223333:function:one",
    "arn:aws:lambda:eu-central-1:111122223333:function:two",
    "arn:aws:sqs:eu-central-1:111122223333:three",
]
TAGGED = {"ResourceTagMappingList": [{"ResourceARN": arn} for arn in ARNS]}


def test_each_failure_is_a_gap_and_hides_nothing() -> None:
    """Whatever cannot be looked at is named, and all else is found."""
    clients = StockClients(
        tagging=Scripted(get_resources=TAGGED),
        functions=Scripted(
            get_function=_function,
            get_account_settings={"AccountLimit": {"ConcurrentExecutions": 1000}},
        ),
        queues=Scripted(),
    )

    inventory = TaggedParts(clients, installation="hoist-dev").take_stock()

    assert [function.name for function in inventory.functions] == ["two"]
    assert inventory.concurrency_limit == 1000
    named = " ".join(inventory.gaps)
    assert len(inventory.gaps) == 3
    assert all(each in named for each in ("GetFunction on one", "three", "Mappings on two"))


def test_refused_tags_leave_one_gap() -> None:
    """Without the right to find anything, the inventory is empty and says why."""
    refusing = Scripted()

    inventory = TaggedParts(
        StockClients(refusing, refusing, refusing), installation="hoist-dev"
    ).take_stock()

    assert (inventory.functions, inventory.queues) == ((), ())
    assert "tag:GetResources" in inventory.gaps[0]
