"""Tokens, counters and the access settings in a DynamoDB table of their own.

    pk                  sk                    attributes
    tokens              <token id>            format, record (JSON text), expires_at (s)
    count#<what>        <window begins, s>    format, counted, expires_at (s)
    settings            settings              format, document (JSON text): written by Hoist's infra

The table: string keys `pk` and `sk`, time to live on `expires_at`.
Actions: dynamodb GetItem, PutItem, UpdateItem, DeleteItem, Query.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from hoist.access.errors import AccessRecordError, AccessSettingsError, AccessUnavailableError
from hoist.access.records import TokenRecord, decode_record, encode_record
from hoist.access.storage import Counter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef

# A version reads its own format and the one before; this is the first.
FORMAT = 1
TOKENS = "tokens"
SETTINGS = "settings"
_CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoDBAccess:
    """Implements AccessStorage in `table`."""

    def __init__(self, client: "DynamoDBClient", *, table: str) -> None:
        self._client = client
        self._table = table

    def token(self, token_id: str) -> TokenRecord | None:
        item = self._item(_token_key(token_id))
        return None if item is None else _record(item)

    def put_token(self, record: TokenRecord) -> None:
        # Without a condition: its id is new, and a try whose answer was lost may be repeated.
        with self._answers("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    **_token_key(record.id),
                    "format": {"N": str(FORMAT)},
                    "record": {"S": encode_record(record)},
                    "expires_at": _seconds(record.expires_at),
                },
            )

    def delete_token(self, token_id: str) -> None:
        with self._answers("dynamodb:DeleteItem"):
            self._client.delete_item(TableName=self._table, Key=_token_key(token_id))

    def tokens(self) -> Sequence[TokenRecord]:
        readable = []
        for item in self._all_tokens():
            with suppress(AccessRecordError):
                readable.append(_record(item))
        return readable

    def count(self, counter: Counter, *, limit: int) -> bool:
        begins = str(int(counter.begins_at.timestamp()))
        try:
            with self._answers("dynamodb:UpdateItem"):
                # A try whose answer was lost counts twice: the limit is met a little early.
                self._client.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": f"count#{counter.name}"}, "sk": {"S": begins}},
                    UpdateExpression="ADD counted :one SET expires_at = :end, #format = :format",
                    ConditionExpression="attribute_not_exists(counted) OR counted < :limit",
                    ExpressionAttributeNames={"#format": "format"},
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":limit": {"N": str(limit)},
                        ":end": _seconds(counter.ends_at),
                        ":format": {"N": str(FORMAT)},
                    },
                )
        except _RefusedError:
            return False
        return True

    def settings(self) -> str | None:
        item = self._item({"pk": {"S": SETTINGS}, "sk": {"S": SETTINGS}})
        if item is None:
            return None
        if _text(item, "format", "N") != str(FORMAT):
            raise AccessSettingsError("this version of Hoist does not know their format")
        document = _text(item, "document")
        if document is None:
            raise AccessSettingsError("their item has no document")
        return document

    def _item(self, key: "Mapping[str, AttributeValueTypeDef]") -> Mapping[str, Any] | None:
        with self._answers("dynamodb:GetItem"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def _all_tokens(self) -> Iterator[Mapping[str, Any]]:
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": TOKENS}},
            "ConsistentRead": True,
        }
        while True:
            with self._answers("dynamodb:Query"):
                page = self._client.query(**request)
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    @contextmanager
    def _answers(self, action: str) -> Iterator[None]:
        """Around one call: the one place where errors of AWS become ours."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == _CONDITION_FAILED:
                raise _RefusedError from error
            raise AccessUnavailableError(
                f"who may do what cannot be looked up: {action} on {self._table} failed with"
                f" {code}",
                way_out="try again; if it stays, deploy Hoist's own stack, which makes the table"
                " and allows the call",
            ) from error
        except BotoCoreError as error:
            raise AccessUnavailableError(
                f"who may do what cannot be looked up: {action} on {self._table} got no answer",
                way_out="try again in a moment",
            ) from error


class _RefusedError(Exception):
    """The condition of a write was not met."""


def _token_key(token_id: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": TOKENS}, "sk": {"S": token_id}}


def _seconds(instant: datetime) -> "AttributeValueTypeDef":
    return {"N": str(math.ceil(instant.timestamp()))}


def _record(item: Mapping[str, Any]) -> TokenRecord:
    token_id = str(item["sk"]["S"])
    written_as, text = _text(item, "format", "N"), _text(item, "record")
    if written_as != str(FORMAT) or text is None:
        raise AccessRecordError(token_id, "its format is not known")
    return decode_record(token_id, text)


def _text(item: Mapping[str, Any], name: str, kind: str = "S") -> str | None:
    value: str | None = item.get(name, {}).get(kind)
    return value
