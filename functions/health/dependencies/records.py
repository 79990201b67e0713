"""Records as the orchestrator stores them, read and nothing else: a JSON text in one attribute.

Health knows only the layout that docs/interfaces.md tells, and of each document only what it needs.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from health.dependencies.answers import aws_answers
from health.dependencies.errors import UnreadableRecordError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

FORMAT = 1

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record: its place in its partition, and its document."""

    sort: str
    document: Document


@dataclass(frozen=True, slots=True)
class StoredRecords:
    """The records of one table."""

    client: "DynamoDBClient"
    table: str

    def get(self, partition: str, sort: str) -> Document | None:
        """A document, or None. Raises DependencyAbsentError and LookErrors."""
        key = {"pk": {"S": f"record#{partition}"}, "sk": {"S": sort}}
        with aws_answers("dynamodb:GetItem", self.table):
            answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item = answer.get("Item")
        return document_in(item, f"record {partition} {sort}") if item else None

    def list(self, partition: str, *, newest_first: bool = False) -> Iterator[StoredRecord]:
        """All of a partition, in the order of `sort`, or in the other; raises as `get` does.

        Who stops early does not read the rest.
        """
        request: QueryInputTypeDef = {
            "TableName": self.table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": f"record#{partition}"}},
            "ScanIndexForward": not newest_first,
        }
        while True:
            with aws_answers("dynamodb:Query", self.table):
                answer = self.client.query(**request)
            for item in answer["Items"]:
                sort = item["sk"]["S"]
                yield StoredRecord(sort, document_in(item, f"record {partition} {sort}"))
            last_key = answer.get("LastEvaluatedKey")
            if not last_key:
                return
            request["ExclusiveStartKey"] = last_key


def document_in(item: Mapping[str, Any], record: str) -> Document:
    """The document of an item; raises UnreadableRecordError for one of another layout."""
    try:
        document = json.loads(item["value"]["S"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnreadableRecordError(record) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UnreadableRecordError(record)
    return document
