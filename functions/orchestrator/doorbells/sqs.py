"""The doorbell as a FIFO queue of SQS: one group per stack, so that one worker comes per ring.

Each ring is a message of its own, with a fresh deduplication id: a ring that was swallowed as the
repetition of an earlier one would be a run that nobody comes for.
"""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from hoist.errors import HoistError
from orchestrator.doorbells.messages import message_of
from orchestrator.runs.errors import DoorbellUnavailableError
from orchestrator.state.stores.aws_errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def fresh_message_id() -> str:
    return secrets.token_hex(16)


class SqsDoorbell:
    """Implements orchestrator.runs.doorbell.Doorbell."""

    def __init__(
        self,
        client: "SQSClient",
        *,
        queue_url: str,
        make_id: Callable[[], str] = fresh_message_id,
    ) -> None:
        self._client = client
        self._queue_url = queue_url
        self._make_id = make_id

    def ring(self, stack_id: str) -> None:
        self._send(stack_id, group=stack_id)

    def ring_past(self, stack_id: str) -> None:
        """Ring although an earlier ring may be stuck. Raises DoorbellUnavailableError.

        A worker that died leaves its message in flight, which blocks the stack's group for as long
        as the queue's visibility timeout. Another group is delivered at once, and does no harm:
        what is worked on next is decided by the stack's runs, not by the queue.
        """
        self._send(stack_id, group=f"{stack_id}#again-{self._make_id()}")

    def _send(self, stack_id: str, *, group: str) -> None:
        try:
            with aws_errors("sqs:SendMessage", self._queue_url):
                self._client.send_message(
                    QueueUrl=self._queue_url,
                    MessageBody=message_of(stack_id),
                    MessageGroupId=group,
                    MessageDeduplicationId=self._make_id(),
                )
        except HoistError as error:
            raise DoorbellUnavailableError(
                f"the doorbell did not ring for stack {stack_id}: {error.message}",
                way_out=error.way_out,
            ) from error
