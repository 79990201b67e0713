"""Two DynamoDB calls that answer in parts: a query's pages, and a batch that was throttled."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hoist.clock import Clock
from orchestrator.state.errors import StoreUnavailableError
from orchestrator.state.stores.aws_errors import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        QueryInputTypeDef,
        WriteRequestOutputTypeDef,
        WriteRequestTypeDef,
    )

# DynamoDB takes 25 writes per batch, and hands back those it has no capacity for.
_BATCH_SIZE = 25
_BATCH_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.05


def query_items(
    client: "DynamoDBClient", request: "QueryInputTypeDef"
) -> Iterator[Mapping[str, Any]]:
    """All items of a query, page by page as they are asked for."""
    request = request.copy()
    while True:
        with aws_errors("dynamodb:Query", request["TableName"]):
            answer = client.query(**request)
        yield from answer["Items"]
        last_key = answer.get("LastEvaluatedKey")
        if not last_key:
            return
        request["ExclusiveStartKey"] = last_key


def put_items(
    client: "DynamoDBClient",
    table: str,
    items: "Sequence[Mapping[str, AttributeValueTypeDef]]",
    *,
    clock: Clock,
) -> None:
    """Write the items whatever stands in their places; raises StoreUnavailableError.

    Some of them may be written when it raises.
    """
    for start in range(0, len(items), _BATCH_SIZE):
        _put_batch(client, table, items[start : start + _BATCH_SIZE], clock)


def _put_batch(
    client: "DynamoDBClient",
    table: str,
    items: "Sequence[Mapping[str, AttributeValueTypeDef]]",
    clock: Clock,
) -> None:
    waiting: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef] = [
        {"PutRequest": {"Item": item}} for item in items
    ]
    for attempt in range(_BATCH_ATTEMPTS):
        with aws_errors("dynamodb:BatchWriteItem", table):
            answer = client.batch_write_item(RequestItems={table: waiting})
        waiting = answer.get("UnprocessedItems", {}).get(table, [])
        if not waiting:
            return
        clock.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
    raise StoreUnavailableError(
        f"Table {table} throttles writes: {len(waiting)} are left.",
        way_out="Try again later, or raise the table's capacity.",
    )
