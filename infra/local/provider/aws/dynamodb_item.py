"""aws:dynamodb/tableItem:TableItem: one item of a table, written and read whole.

Its id is `<table>|<hash key>|<range key>`, by which it can be imported. Binary values are not known
here: no JSON holds them as DynamoDB's client takes them.
"""

import json
from typing import TYPE_CHECKING, Any

from local.provider.aws.clients import Clients
from local.provider.aws.cloud_errors import if_there
from local.provider.aws.dynamodb_shapes import keys_from_schema
from local.provider.aws.resource_type import REGION, Form, Input, ResourceType
from local.provider.errors import ResourceRefusedError
from local.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SEPARATOR = "|"


class _Items:
    def __init__(self, clients: Clients) -> None:
        self._dynamodb = clients.dynamodb()
        self._region = clients.settings.region

    def create(self, inputs: Properties) -> str:
        item = json.loads(inputs["item"])
        made = _id_of(item, inputs)
        self._dynamodb.put_item(
            TableName=inputs["tableName"],
            Item=item,
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": inputs["hashKey"]},
        )
        return made

    def apply(self, resource_id: str, inputs: Properties, changed: frozenset[str]) -> None:
        item = json.loads(inputs["item"])
        if resource_id != _id_of(item, inputs):
            raise ResourceRefusedError(
                f"the item {resource_id} would get another key",
                way_out="give the resource another name, so that the old item is deleted",
            )
        self._dynamodb.put_item(TableName=inputs["tableName"], Item=item)

    def read(self, resource_id: str) -> Properties | None:
        table, *values = resource_id.split(_SEPARATOR)
        described = if_there(lambda: self._dynamodb.describe_table(TableName=table))
        if described is None:
            return None
        keys: Any = keys_from_schema(described["Table"]["KeySchema"])
        if len(values) != len(keys):
            return None
        item = self._find(table, dict(zip(keys.values(), values, strict=True)))
        if item is None:
            return None
        return {**keys, "tableName": table, "item": json.dumps(item), "region": self._region}

    def delete(self, resource_id: str, inputs: Properties) -> None:
        key = _key_of(json.loads(inputs["item"]), inputs)
        if_there(lambda: self._dynamodb.delete_item(TableName=inputs["tableName"], Key=key))

    def _find(self, table: str, values: dict[str, str]) -> Any:
        kinds = _kinds(self._dynamodb, table)
        key: Any = {name: {kinds[name]: value} for name, value in values.items()}
        answer = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return answer.get("Item")


def _kinds(dynamodb: "DynamoDBClient", table: str) -> dict[str, str]:
    attributes = dynamodb.describe_table(TableName=table)["Table"]["AttributeDefinitions"]
    return {each["AttributeName"]: each["AttributeType"] for each in attributes}


def _key_of(item: Any, inputs: Properties) -> Any:
    names = [inputs["hashKey"], *filter(None, [inputs.get("rangeKey")])]
    if missing := [name for name in names if name not in item]:
        raise ResourceRefusedError(f"the item has no {', '.join(missing)}, which is its key")
    return {name: item[name] for name in names}


def _id_of(item: Any, inputs: Properties) -> str:
    values = [text for value in _key_of(item, inputs).values() for text in value.values()]
    return _SEPARATOR.join((inputs["tableName"], *values))


TABLE_ITEM = ResourceType(
    token="aws:dynamodb/tableItem:TableItem",
    operations=_Items,
    inputs=(
        Input("tableName", required=True, replaces=True),
        Input("hashKey", required=True, replaces=True),
        Input("rangeKey", replaces=True),
        Input("item", required=True, form=Form.JSON_TEXT),
        REGION,
    ),
)

TYPES = (TABLE_ITEM,)
