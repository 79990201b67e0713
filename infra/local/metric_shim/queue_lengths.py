"""Queues as the local AWS lists their messages, told each minute as SQS tells them."""

import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.metric_shim.occurrence import Datum, MetricId, Occurrence

NAMESPACE = "AWS/SQS"
_PATH = "/_ministack/sqs/messages"
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class QueuedMessage:
    """A message that nobody has deleted."""

    sent_at: float
    """Since the epoch."""
    is_visible: bool
    is_received: bool


Queues = Mapping[str, Sequence[QueuedMessage]]
"""Messages by the name of their queue."""


def queues_in(document: Mapping[str, Any], *, account: str, region: str) -> Queues:
    """The queues of one account and region, in what the local AWS lists."""
    found = document["messages"].get(account, {}).get(region, {})
    return {
        url.rpartition("/")[2]: [_message(message) for message in messages]
        for url, messages in found.items()
    }


def read_queues(endpoint_url: str, *, account: str, region: str) -> Queues:
    """The queues as they are now."""
    with urllib.request.urlopen(endpoint_url + _PATH, timeout=_TIMEOUT_SECONDS) as answer:
        return queues_in(json.load(answer), account=account, region=region)


def occurrences_of(queues: Queues, now: datetime) -> Iterator[Occurrence]:
    """One per queue and minute. A queue without messages has no oldest one, and says nothing of
    its age, as SQS does.
    """
    minute = now.replace(second=0, microsecond=0)
    for name, messages in queues.items():
        yield Occurrence(minute, tuple(_data(name, messages, now)))


def _data(name: str, messages: Sequence[QueuedMessage], now: datetime) -> Iterator[Datum]:
    def datum(metric: str, value: float, unit: str = "Count") -> Datum:
        return Datum(MetricId(NAMESPACE, metric, (("QueueName", name),)), (value,), unit)

    hidden = [message for message in messages if not message.is_visible]
    in_flight = sum(message.is_received for message in hidden)
    yield datum("ApproximateNumberOfMessagesVisible", len(messages) - len(hidden))
    yield datum("ApproximateNumberOfMessagesNotVisible", in_flight)
    yield datum("ApproximateNumberOfMessagesDelayed", len(hidden) - in_flight)
    if messages:
        oldest = min(message.sent_at for message in messages)
        age = max(0.0, now.timestamp() - oldest)
        yield datum("ApproximateAgeOfOldestMessage", age, "Seconds")


def _message(listed: Mapping[str, Any]) -> QueuedMessage:
    return QueuedMessage(
        sent_at=float(listed["SentTimestamp"]),
        is_visible=bool(listed["IsVisible"]),
        is_received=int(listed["ReceiveCount"]) > 0,
    )
