"""How long a message that is being worked on stays hidden from other workers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from orchestrator.runs.errors import DoorbellUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

HIDDEN_SECONDS = 65
"""A little more than a run's lease: who gets the message again finds that the lease is over."""


class Visibility(Protocol):
    """Hides a message."""

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        """Hide it from now on for this long, or show it again after that.

        Raises DoorbellUnavailableError, also if somebody else has the message by now.
        """
        ...


@dataclass(frozen=True, slots=True)
class SqsVisibility:
    """Messages of one SQS queue."""

    client: "SQSClient"
    queue_url: str

    def hide(self, receipt_handle: str, *, seconds: int) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self.client.change_message_visibility(
                QueueUrl=self.queue_url, ReceiptHandle=receipt_handle, VisibilityTimeout=seconds
            )
        except (BotoCoreError, ClientError) as error:
            raise DoorbellUnavailableError(
                f"a message of {self.queue_url} could not be kept from other workers",
                way_out="nothing has to be done: a worker that comes too early finds the run taken",
            ) from error
