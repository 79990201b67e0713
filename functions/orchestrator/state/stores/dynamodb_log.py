"""Logs as DynamoDB items: one per slot, written on the condition that the slot is free.

    append(slot 7)    known that slot 6 exists? else one read: it must
                      PutItem slot 7 if there is no such item: the first writer wins

The check of the slot before needs no transaction, which would double the price of every batch:
slots are never freed, so that what an adapter once wrote, read or was refused by stays true. In
the ordinary case, a writer that goes on with its own log, an append is one write and no read.
That holds after `drop` as well: it leaves marks that expire long after any writer can be alive.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from hoist.clock import Clock
from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.conflicts import log_gap, slot_taken
from orchestrator.state.stores.documents import FORMAT, check_format, corrupt
from orchestrator.state.stores.dynamodb_requests import put_items, query_items
from orchestrator.state.stores.keys import check_log_id
from orchestrator.state.stores.log_bodies import LogBodies
from orchestrator.state.stores.log_records import (
    check_appended,
    check_contiguous,
    from_milliseconds,
    to_milliseconds,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        QueryInputTypeDef,
    )

# A suspended laptop may wake up and write; after a month its token and its lease are long gone.
DROPPED_SLOTS_KEPT = timedelta(days=30)

_CONDITION_FAILED = frozenset({"ConditionalCheckFailedException"})


class DynamoDBLog:
    """Logs in `table`; see aws.py for the items."""

    def __init__(
        self, client: "DynamoDBClient", *, table: str, bodies: LogBodies, clock: Clock
    ) -> None:
        self._client = client
        self._table = table
        self._bodies = bodies
        self._clock = clock
        # Per log the highest slot that is known to exist; a lower number only costs a read.
        self._known_slots: dict[str, int] = {}

    def append(self, log_id: str, record: LogRecord) -> None:
        check_appended(log_id, record)
        self._check_slot_before(log_id, record.slot)
        body = self._bodies.store(log_id, record)
        try:
            with aws_errors("dynamodb:PutItem", self._table, expected=_CONDITION_FAILED):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **_slot_key(log_id, record.slot),
                        "format": {"N": str(FORMAT)},
                        "written_at": {"N": str(to_milliseconds(record.written_at))},
                        **body,
                    },
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except RefusedError as refused:
            raise slot_taken(log_id, record.slot) from refused
        self._learn(log_id, record.slot)

    def read(self, log_id: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        check_log_id(log_id)
        request = self._slots_after(log_id, after_slot)
        if limit:
            # Of a page's items; it may have fewer, where they are large.
            request["Limit"] = limit
        items = tuple(islice(query_items(self._client, request), limit or None))
        if any("dropped" in item for item in items):
            return ()
        records = []
        for item in items:
            record = self._record(log_id, item)
            if record is None:
                return ()
            records.append(record)
        check_contiguous(records, after_slot=after_slot, source=_name(log_id))
        if records:
            self._learn(log_id, records[-1].slot)
        return tuple(records)

    def drop(self, log_id: str) -> None:
        """As promised in storage.py; after a crash in the middle a second call finishes it.

        The first slot's mark is written alone and first: from then on the log reads as empty.
        """
        check_log_id(log_id)
        request = self._slots_after(log_id, 0)
        request["ProjectionExpression"] = "sk, dropped"
        items = tuple(query_items(self._client, request))
        if not items:
            return
        slots = [_slot_of(item) for item in items if "dropped" not in item]
        self._mark_dropped(log_id, slots[:1])
        self._bodies.delete_all(log_id)
        self._mark_dropped(log_id, slots[1:])
        self._known_slots.pop(log_id, None)

    def _slots_after(self, log_id: str, slot: int) -> "QueryInputTypeDef":
        return {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk > :after",
            "ExpressionAttributeValues": {
                ":pk": {"S": f"log#{log_id}"},
                ":after": {"S": _sort_key(slot)},
            },
            "ConsistentRead": True,
        }

    def _check_slot_before(self, log_id: str, slot: int) -> None:
        before = slot - 1
        if before <= self._known_slots.get(log_id, 0):
            return
        item = self._slot(log_id, before)
        if item is None:
            raise log_gap(log_id, slot)
        if "dropped" in item:
            raise slot_taken(log_id, slot)
        self._learn(log_id, before)

    def _slot(self, log_id: str, slot: int) -> Mapping[str, Any] | None:
        with aws_errors("dynamodb:GetItem", self._table):
            answer = self._client.get_item(
                TableName=self._table,
                Key=_slot_key(log_id, slot),
                ProjectionExpression="sk, dropped",
                ConsistentRead=True,
            )
        return answer.get("Item")

    def _record(self, log_id: str, item: Mapping[str, Any]) -> LogRecord | None:
        """The record, or None when the log was dropped since the query."""
        slot = _slot_of(item)
        source = f"Slot {slot} of {_name(log_id)}"
        try:
            check_format(int(item["format"]["N"]), source=source)
            written_at = from_milliseconds(int(item["written_at"]["N"]))
            body = self._bodies.load(item, source=source)
        except KeyError as error:
            raise corrupt(source, "an attribute is missing") from error
        if body is not None:
            return LogRecord(slot, body, written_at)
        first = self._slot(log_id, 1)
        if first is not None and "dropped" in first:
            return None
        raise corrupt(source, "its body is not in the bucket")

    def _mark_dropped(self, log_id: str, slots: Sequence[int]) -> None:
        expires_at = int((self._clock.now() + DROPPED_SLOTS_KEPT).timestamp())
        marks: list[dict[str, AttributeValueTypeDef]] = [
            {
                **_slot_key(log_id, slot),
                "format": {"N": str(FORMAT)},
                "dropped": {"BOOL": True},
                "expires_at": {"N": str(expires_at)},
            }
            for slot in slots
        ]
        put_items(self._client, self._table, marks, clock=self._clock)

    def _learn(self, log_id: str, slot: int) -> None:
        self._known_slots[log_id] = max(slot, self._known_slots.get(log_id, 0))


def _slot_key(log_id: str, slot: int) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"log#{log_id}"}, "sk": {"S": _sort_key(slot)}}


def _sort_key(slot: int) -> str:
    return f"slot#{slot:012}"


def _slot_of(item: Mapping[str, Any]) -> int:
    return int(item["sk"]["S"].removeprefix("slot#"))


def _name(log_id: str) -> str:
    return f"log {log_id!r}"
