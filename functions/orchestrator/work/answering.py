"""Answers the doorbell: each message is one look at a stack, and at most one slice of work.

A message is done with when the look is: whether there was anything to do, and how that went, is in
the runs' records. Only a worker that could not work leaves its message to be received again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hoist.clock import Clock
from orchestrator.doorbells.messages import stack_id_in
from orchestrator.engine.deadline import (
    DEFAULT_MARGIN_SECONDS,
    DEFAULT_RESERVE_SECONDS,
    Deadline,
)
from orchestrator.runs.errors import DoorbellUnavailableError
from orchestrator.runs.service import RunService
from orchestrator.work.facts import FactLog
from orchestrator.work.leftovers import Leftovers
from orchestrator.work.messages import Message, messages_in
from orchestrator.work.patience import patiently
from orchestrator.work.slice_work import SliceWork
from orchestrator.work.vigil import HeldMessage
from orchestrator.work.visibility import Visibility


class Invocation(Protocol):
    """As much of Lambda's context as the worker needs."""

    def get_remaining_time_in_millis(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SliceTimes:
    """How long before the end of its invocation a slice must stop, and be over."""

    margin_seconds: float = DEFAULT_MARGIN_SECONDS
    reserve_seconds: float = DEFAULT_RESERVE_SECONDS


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a slice is worked with: made for the first message, and kept."""

    runs: RunService
    leftovers: Leftovers
    work: SliceWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The worker behind its door."""

    visibility: Visibility
    workshop: Callable[[], Workshop]
    times: SliceTimes
    clock: Clock
    log: FactLog
    make_worker_id: Callable[[], str]

    def answer(self, event: Mapping[str, Any], context: Invocation) -> dict[str, Any]:
        """The messages that are to be received again, as SQS wants to be told.

        Raises DoorbellMessageError for an event that is none of a queue.
        """
        messages = messages_in(event)
        answered = 0
        # What comes behind one that failed would overtake it.
        while answered < len(messages) and self._is_answered(messages[answered], context):
            answered += 1
        left = [{"itemIdentifier": message.id} for message in messages[answered:]]
        return {"batchItemFailures": left}

    def _is_answered(self, message: Message, context: Invocation) -> bool:
        try:
            self._look(message, context)
        except Exception as error:  # noqa: BLE001 - the door: told once, with its trace
            self.log.fail("message_failed", error, message_id=message.id)
            return False
        return True

    def _look(self, message: Message, context: Invocation) -> None:
        held = HeldMessage(self.visibility, message.receipt_handle)
        self._hold(held)
        stack_id = stack_id_in(message.body)
        workshop = self.workshop()
        worker_id = self.make_worker_id()
        # With the same name: who asks again had only lost the answer.
        claim = patiently(
            lambda: workshop.runs.claim_next(stack_id, worker_id=worker_id), clock=self.clock
        )
        if claim is None:
            self.log.tell("nothing_to_do", stack_id=stack_id)
            workshop.leftovers.take_over_last(stack_id)
            return
        self.log.tell(
            "run_claimed",
            stack_id=stack_id,
            run_id=claim.run.id,
            slice=claim.slice_number,
            worker_id=worker_id,
        )
        workshop.work.work(claim, held, deadline=self._deadline(context))

    def _hold(self, message: HeldMessage) -> None:
        """First of all: until then a death is noticed only after the queue's 15 minutes."""
        try:
            message.hold()
        except DoorbellUnavailableError as error:
            self.log.warn("message_not_held", error)

    def _deadline(self, context: Invocation) -> Deadline:
        return Deadline.after(
            context.get_remaining_time_in_millis() / 1000,
            clock=self.clock,
            margin_seconds=self.times.margin_seconds,
            reserve_seconds=self.times.reserve_seconds,
        )
