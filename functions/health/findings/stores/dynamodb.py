"""The book as one item of the table of runs: a JSON text under a revision."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from health.dependencies.answers import aws_answers, error_code
from health.errors import BookChangedError, BookUnreadableError
from health.findings.book import Book
from health.findings.book_documents import decode_book, encode_book
from health.findings.book_store import StoredBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, PutItemInputTypeDef

FORMAT = 1
PARTITION = "record#health"
SORT = "findings"
_KEY: "dict[str, AttributeValueTypeDef]" = {"pk": {"S": PARTITION}, "sk": {"S": SORT}}
_CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoDBBook:
    """Kept in `table`.

    When the answer to a write is lost, its retry is refused: the next attempt then reads what was
    written, and comes to the same book.
    """

    def __init__(self, client: "DynamoDBClient", *, table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> StoredBook:
        with aws_answers("dynamodb:GetItem", self._table):
            answer = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return StoredBook(Book(), 0)
        where = f"table {self._table}, item {PARTITION} {SORT}"
        try:
            written_as, revision = int(item["format"]["N"]), int(item["revision"]["N"])
            text = item["value"]["S"]
        except (KeyError, ValueError) as fault:
            raise BookUnreadableError(where, "an attribute is missing") from fault
        if written_as != FORMAT:
            raise BookUnreadableError(where, f"it has format {written_as}")
        return StoredBook(decode_book(text, where=where), revision)

    def write(self, book: Book, *, expected_revision: int) -> None:
        request: PutItemInputTypeDef = {
            "TableName": self._table,
            "Item": {
                **_KEY,
                "format": {"N": str(FORMAT)},
                "revision": {"N": str(expected_revision + 1)},
                "value": {"S": encode_book(book)},
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if expected_revision:
            request["ConditionExpression"] = "revision = :expected"
            request["ExpressionAttributeValues"] = {":expected": {"N": str(expected_revision)}}
        with aws_answers("dynamodb:PutItem", self._table):
            try:
                self._client.put_item(**request)
            except ClientError as error:
                if error_code(error) != _CONDITION_FAILED:
                    raise
                raise BookChangedError from error
