"""Finds an installation's parts by the tag that infra gives to each of them.

The adapter of Stocktaker: only here is read what Lambda, SQS and the tagging service answer.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from health.dependencies.answers import aws_answers
from health.metrics.inventory import (
    Architecture,
    InstalledFunction,
    InstalledQueue,
    Inventory,
    LogFormat,
    Mapping,
)
from hoist.errors import EnvironmentFaultError

TAG = "hoist:installation"
_QUEUE_ATTRIBUTES = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "RedrivePolicy",
    "VisibilityTimeout",
]
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class StockClients:
    """Untyped: this module alone says which calls it makes of them."""

    tagging: Any
    functions: Any
    queues: Any


class TaggedParts:
    """Implements Stocktaker over the parts whose tag names `installation`."""

    def __init__(self, clients: StockClients, *, installation: str) -> None:
        self._clients = clients
        self._installation = installation

    def take_stock(self) -> Inventory:
        look = _Look()
        arns = look.all(self._arns)
        functions = look.each(self._function, _names(arns, "lambda", "function:"))
        return Inventory(
            functions=tuple(functions),
            queues=tuple(look.each(self._queue, [arn for arn in arns if ":sqs:" in arn])),
            mappings=tuple(
                mapping
                for function in functions
                for mapping in look.all(partial(self._mappings, function.name))
            ),
            concurrency_limit=next(iter(look.all(self._concurrency_limit)), None),
            gaps=tuple(look.gaps),
        )

    def _arns(self) -> Iterator[str]:
        with aws_answers("tag:GetResources", self._installation):
            pages = self._clients.tagging.get_paginator("get_resources").paginate(
                TagFilters=[{"Key": TAG, "Values": [self._installation]}],
                ResourceTypeFilters=["lambda:function", "sqs"],
            )
            for page in pages:
                yield from (found["ResourceARN"] for found in page["ResourceTagMappingList"])

    def _function(self, name: str) -> InstalledFunction:
        with aws_answers("lambda:GetFunction", name):
            answer = self._clients.functions.get_function(FunctionName=name)
        configuration = answer["Configuration"]
        reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions")
        return InstalledFunction(
            name=name,
            memory_mb=int(configuration["MemorySize"]),
            timeout=timedelta(seconds=int(configuration["Timeout"])),
            log_format=LogFormat(configuration.get("LoggingConfig", {}).get("LogFormat", "Text")),
            architecture=Architecture((configuration.get("Architectures") or ["x86_64"])[0]),
            reserved_concurrency=None if reserved is None else int(reserved),
        )

    def _queue(self, arn: str) -> InstalledQueue:
        sqs = self._clients.queues
        name = arn.rsplit(":", 1)[1]
        with aws_answers("sqs:GetQueueAttributes", name):
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=_QUEUE_ATTRIBUTES)
        attributes = answer["Attributes"]
        redrive = json.loads(attributes.get("RedrivePolicy") or "{}")
        return InstalledQueue(
            name=name,
            url=url,
            arn=arn,
            visibility=timedelta(seconds=int(attributes["VisibilityTimeout"])),
            messages=sum(int(attributes[counted]) for counted in _QUEUE_ATTRIBUTES[:3]),
            dead_letter_arn=str(redrive.get("deadLetterTargetArn", "")),
        )

    def _mappings(self, function: str) -> Iterator[Mapping]:
        with aws_answers("lambda:ListEventSourceMappings", function):
            client = self._clients.functions
            pages = client.get_paginator("list_event_source_mappings").paginate(
                FunctionName=function
            )
            for page in pages:
                for found in page["EventSourceMappings"]:
                    yield _mapping(found, function)

    def _concurrency_limit(self) -> Iterator[int]:
        with aws_answers("lambda:GetAccountSettings", "the account"):
            answer = self._clients.functions.get_account_settings()
        yield int(answer["AccountLimit"]["ConcurrentExecutions"])


class _Look:
    """Calls that may fail one by one, and what was not seen because of it."""

    def __init__(self) -> None:
        self.gaps: list[str] = []

    def all(self, find: Callable[[], Iterable[Part]]) -> list[Part]:
        """What is found until the first failure."""
        found: list[Part] = []
        try:
            found.extend(find())
        except EnvironmentFaultError as fault:
            self.gaps.append(fault.message)
        return found

    def each(self, look_at: Callable[[str], Part], names: Iterable[str]) -> list[Part]:
        return [part for name in names for part in self.all(partial(_one, look_at, name))]


def _one(look_at: Callable[[str], Part], name: str) -> Iterable[Part]:
    yield look_at(name)


def _names(arns: Iterable[str], service: str, before: str) -> list[str]:
    parts = (arn.split(":", 5) for arn in arns)
    return [
        part[5].removeprefix(before)
        for part in parts
        if part[2] == service and part[5].startswith(before)
    ]


def _mapping(found: dict[str, Any], function: str) -> Mapping:
    return Mapping(
        uuid=found["UUID"],
        function=function,
        source=found.get("EventSourceArn", ""),
        state=found.get("State", ""),
        last_result=found.get("LastProcessingResult", ""),
    )
