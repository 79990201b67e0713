"""Records as DynamoDB items: a JSON text, a revision as the condition of each write.

caller      botocore                  table
  put ──────► PutItem, token t ─────────► revision 4, token t
              (the answer is lost)
              PutItem, token t ─────────► refused: revision is 4, not 3
  ◄────────── the item holds token t: it is our own write, so it succeeded
"""

import secrets
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from orchestrator.state.storage import Document, Record, RecordKey
from orchestrator.state.stores.aws_errors import RefusedError, aws_errors
from orchestrator.state.stores.conflicts import record_changed
from orchestrator.state.stores.documents import (
    FORMAT,
    check_format,
    corrupt,
    decode_document,
    encode_document,
)
from orchestrator.state.stores.dynamodb_requests import query_items
from orchestrator.state.stores.keys import check_partition, check_record_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        DeleteItemInputTypeDef,
        PutItemInputTypeDef,
        QueryInputTypeDef,
    )

_CONDITION_FAILED = frozenset({"ConditionalCheckFailedException"})


class DynamoDBRecords:
    """Records in `table`; see aws.py for the items."""

    def __init__(self, client: "DynamoDBClient", *, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, key: RecordKey) -> Record | None:
        check_record_key(key)
        with aws_errors("dynamodb:GetItem", self._table):
            answer = self._client.get_item(
                TableName=self._table, Key=_item_key(key), ConsistentRead=True
            )
        item = answer.get("Item")
        return None if item is None else _record(item)

    def put(self, key: RecordKey, value: Document, *, expected_revision: int) -> Record:
        check_record_key(key)
        token = secrets.token_hex(16)
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": {
                **_item_key(key),
                "format": {"N": str(FORMAT)},
                "revision": {"N": str(expected_revision + 1)},
                "value": {"S": encode_document(key, value)},
                "write_token": {"S": token},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        _expect_revision(request, expected_revision)
        try:
            with aws_errors("dynamodb:PutItem", self._table, expected=_CONDITION_FAILED):
                self._client.put_item(**request)
        except RefusedError as refused:
            if refused.item.get("write_token") != {"S": token}:
                raise record_changed(key, expected_revision=expected_revision) from refused
        return Record(key, value, expected_revision + 1)

    def delete(self, key: RecordKey, *, expected_revision: int) -> None:
        check_record_key(key)
        request: DeleteItemInputTypeDef = {
            "TableName": self._table,
            "Key": _item_key(key),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        _expect_revision(request, expected_revision)
        try:
            with aws_errors("dynamodb:DeleteItem", self._table, expected=_CONDITION_FAILED):
                self._client.delete_item(**request)
        except RefusedError as refused:
            # A deleted item holds no token. If it is gone after a retry, the first try did it.
            if refused.item or not refused.was_retried:
                raise record_changed(key, expected_revision=expected_revision) from refused

    def list(
        self, partition: str, *, sort_prefix: str = "", descending: bool = False, limit: int = 0
    ) -> Sequence[Record]:
        check_partition(partition)
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": _partition_key(partition)}},
            "ScanIndexForward": not descending,
            "ConsistentRead": True,
        }
        if sort_prefix:
            request["KeyConditionExpression"] = "pk = :pk AND begins_with(sk, :prefix)"
            request["ExpressionAttributeValues"] = {
                ":pk": {"S": _partition_key(partition)},
                ":prefix": {"S": sort_prefix},
            }
        if limit:
            request["Limit"] = limit
        return tuple(islice(map(_record, query_items(self._client, request)), limit or None))


def _expect_revision(
    request: "PutItemInputTypeDef | DeleteItemInputTypeDef", expected_revision: int
) -> None:
    if expected_revision == 0:
        request["ConditionExpression"] = "attribute_not_exists(pk)"
        return
    request["ConditionExpression"] = "revision = :expected"
    request["ExpressionAttributeValues"] = {":expected": {"N": str(expected_revision)}}


def _partition_key(partition: str) -> str:
    return f"record#{partition}"


def _item_key(key: RecordKey) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": _partition_key(key.partition)}, "sk": {"S": key.sort}}


def _record(item: Mapping[str, Any]) -> Record:
    partition, sort = item["pk"]["S"].removeprefix("record#"), item["sk"]["S"]
    source = f"Record {partition!r} {sort!r}"
    try:
        check_format(int(item["format"]["N"]), source=source)
        value = decode_document(item["value"]["S"], source=source)
        return Record(RecordKey(partition, sort), value, int(item["revision"]["N"]))
    except KeyError as error:
        raise corrupt(source, "an attribute is missing") from error
