"""Chains as items of a table of their own, which nobody but the audit uses.

    pk               sk                    attributes
    audit#<chain>    entry#<12 digits>     format, written_at (ms), body (the entry's JSON text)

Actions: dynamodb PutItem, Query. Entries are small and are never dropped, so that this needs
neither a bucket for large bodies nor a read of the slot before, as the journal's log does: whoever
writes entry n+1 has the hash of entry n. The text is plain, to be read without Hoist.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from orchestrator.state.storage import LogRecord
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.conflicts import slot_taken
from orchestrator.state.stores.documents import FORMAT, check_format, corrupt
from orchestrator.state.stores.dynamodb_requests import query_items
from orchestrator.state.stores.keys import check_log_id
from orchestrator.state.stores.log_records import (
    check_appended,
    from_milliseconds,
    to_milliseconds,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_CONDITION_FAILED = frozenset({"ConditionalCheckFailedException"})
_PREFIX = "entry#"


class DynamoDBChains:
    """Chains in `table`: string keys `pk` and `sk`, no time to live."""

    def __init__(self, client: "DynamoDBClient", *, table: str) -> None:
        self._client = client
        self._table = table

    def append(self, chain: str, record: LogRecord) -> None:
        check_appended(chain, record)
        try:
            with aws_errors("dynamodb:PutItem", self._table, expected=_CONDITION_FAILED):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        "pk": {"S": _partition(chain)},
                        "sk": {"S": _sort_key(record.slot)},
                        "format": {"N": str(FORMAT)},
                        "written_at": {"N": str(to_milliseconds(record.written_at))},
                        "body": {"S": record.body.decode()},
                    },
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except RefusedError as refused:
            raise slot_taken(chain, record.slot) from refused

    def read(self, chain: str, *, after_slot: int = 0, limit: int = 0) -> Sequence[LogRecord]:
        request = self._entries_after(chain, after_slot)
        if limit:
            request["Limit"] = limit
        items = islice(query_items(self._client, request), limit or None)
        return tuple(_record(chain, item) for item in items)

    def last(self, chain: str) -> LogRecord | None:
        request = self._entries_after(chain, 0)
        request["ScanIndexForward"] = False
        request["Limit"] = 1
        item = next(query_items(self._client, request), None)
        return None if item is None else _record(chain, item)

    def _entries_after(self, chain: str, slot: int) -> "QueryInputTypeDef":
        check_log_id(chain)
        return {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk > :after",
            "ExpressionAttributeValues": {
                ":pk": {"S": _partition(chain)},
                ":after": {"S": _sort_key(slot)},
            },
            "ConsistentRead": True,
        }


def _record(chain: str, item: Mapping[str, Any]) -> LogRecord:
    slot = int(item["sk"]["S"].removeprefix(_PREFIX))
    source = f"Entry {slot} of audit chain {chain!r}"
    try:
        check_format(int(item["format"]["N"]), source=source)
        written_at = from_milliseconds(int(item["written_at"]["N"]))
        return LogRecord(slot, item["body"]["S"].encode(), written_at)
    except KeyError as error:
        raise corrupt(source, "an attribute is missing") from error


def _partition(chain: str) -> str:
    return f"audit#{chain}"


def _sort_key(slot: int) -> str:
    return f"{_PREFIX}{slot:012}"
