"""The doorbell's queue as SQS FIFO has it, in memory: groups, visibility, receipt handles, deaths.

one message of a group is in flight at a time          others of the group wait behind it
who does not delete it in time sees it come again      under another receipt handle
received three times, it goes to the dead letters      when it would be received once more
"""

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hoist.clock import Clock
from orchestrator.doorbells.messages import message_of
from orchestrator.runs.errors import DoorbellUnavailableError

VISIBILITY_SECONDS = 900
MAX_RECEIVES = 3

Answer = Callable[[Mapping[str, Any], "Invocation"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function's context, of which only the time is asked."""

    remaining_seconds: float = 900.0
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.remaining_seconds * 1000)


@dataclass(slots=True)
class _Message:
    id: str
    group: str
    body: str
    visible_at: datetime
    receives: int = 0
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in the hands of a worker."""

    id: str
    handle: str
    body: str
    receives: int

    @property
    def event(self) -> dict[str, Any]:
        """As Lambda hands it to the function."""
        record = {
            "messageId": self.id,
            "receiptHandle": self.handle,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
            "eventSource": "aws:sqs",
        }
        return {"Records": [record]}


class FifoQueue:
    """Implements Doorbell and Visibility; may be used by several threads."""

    def __init__(self, clock: Clock) -> None:
        self.dead_letters: list[str] = []
        self.hides: list[tuple[str, int]] = []
        """Every call of `hide` that was obeyed."""
        self._clock = clock
        self._messages: list[_Message] = []
        self._numbers = itertools.count(1)
        self._mutex = threading.RLock()

    def ring(self, stack_id: str) -> None:
        self.send(message_of(stack_id), group=stack_id)

    def ring_past(self, stack_id: str) -> None:
        self.send(message_of(stack_id), group=f"{stack_id}#again-{next(self._numbers)}")

    def send(self, body: str, *, group: str) -> None:
        with self._mutex:
            number = next(self._numbers)
            self._messages.append(_Message(f"message-{number}", group, body, self._clock.now()))

    def receive(self, pick: int = 0) -> Delivery | None:
        """The next message of some group, the first by default; None if there is none to see."""
        with self._mutex:
            self._bury()
            candidates = self._receivable()
            if not candidates:
                return None
            message = candidates[pick % len(candidates)]
            message.receives += 1
            message.handle = f"handle-{next(self._numbers)}"
            message.visible_at = self._clock.now() + timedelta(seconds=VISIBILITY_SECONDS)
            return Delivery(message.id, message.handle, message.body, message.receives)

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        with self._mutex:
            message = self._held(receipt_handle)
            if message is None:
                raise DoorbellUnavailableError("the message is not in flight")
            message.visible_at = self._clock.now() + timedelta(seconds=seconds)
            self.hides.append((receipt_handle, seconds))

    def delete(self, receipt_handle: str) -> None:
        """Does nothing under a handle that is over, as a FIFO queue does."""
        with self._mutex:
            if message := self._held(receipt_handle):
                self._messages.remove(message)

    def lose(self, pick: int) -> None:
        """A message that nobody has in hand is gone, as no queue should have it."""
        with self._mutex:
            waiting = [found for found in self._messages if found.visible_at <= self._clock.now()]
            if waiting:
                self._messages.remove(waiting[pick % len(waiting)])

    def __len__(self) -> int:
        return len(self._messages)

    def _receivable(self) -> list[_Message]:
        """The first message of each group that nobody works on."""
        now = self._clock.now()
        firsts: dict[str, _Message] = {}
        for message in self._messages:
            firsts.setdefault(message.group, message)
        busy = {found.group for found in self._messages if found.visible_at > now}
        return [found for group, found in firsts.items() if group not in busy]

    def _bury(self) -> None:
        for message in self._receivable():
            if message.receives >= MAX_RECEIVES:
                self._messages.remove(message)
                self.dead_letters.append(message.body)

    def _held(self, receipt_handle: str) -> _Message | None:
        now = self._clock.now()
        for message in self._messages:
            if message.handle == receipt_handle and message.visible_at > now:
                return message
        return None


def deliver(queue: FifoQueue, delivery: Delivery, answer: Answer, context: Invocation) -> None:
    """Invoke the function with a message, as an event source mapping does."""
    told = answer(delivery.event, context)
    failed = [found["itemIdentifier"] for found in told["batchItemFailures"]]
    if delivery.id not in failed:
        queue.delete(delivery.handle)


def deliver_all(queue: FifoQueue, answer: Answer, context: Invocation | None = None) -> int:
    """Deliver until no message is to be seen; how many were."""
    count = 0
    while (delivery := queue.receive()) is not None:
        deliver(queue, delivery, answer, context or Invocation())
        count += 1
    return count
