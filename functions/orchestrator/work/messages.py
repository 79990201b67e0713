"""Messages of the doorbell, as Lambda hands them over from the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.doorbells.messages import DoorbellMessageError


@dataclass(frozen=True, slots=True)
class Message:
    """One message, which may say anything."""

    id: str
    receipt_handle: str
    body: str


def messages_in(event: Mapping[str, Any]) -> Sequence[Message]:
    """The messages of an event; raises DoorbellMessageError if that is none of a queue."""
    records = event.get("Records")
    if not isinstance(records, list):
        raise DoorbellMessageError("the event has no records of a queue")
    return [_message(record) for record in records]


def _message(record: Any) -> Message:
    match record:
        case {"messageId": str(id), "receiptHandle": str(receipt_handle), "body": str(body)}:
            return Message(id, receipt_handle, body)
    raise DoorbellMessageError("a record of the event is no message of a queue")
