"""The case of a table's item, for the contract of the emulator's `aws` provider."""

import json

from aws_type_cases import TypeCase
from local.provider.aws.clients import Clients
from local.provider.values import Properties
from plugin_client import Deployed, PluginClient

_KEY = {"pk": {"S": "settings"}, "sk": {"N": "7"}}


def item(document: str) -> str:
    """An item, as the text of DynamoDB's own JSON."""
    return json.dumps({**_KEY, "document": {"S": document}})


def _table(client: PluginClient, _clients: Clients, name: str) -> Properties:
    made = client.deploy(
        "aws:dynamodb/table:Table",
        name,
        {
            "name": name,
            "billingMode": "PAY_PER_REQUEST",
            "hashKey": "pk",
            "rangeKey": "sk",
            "attributes": [{"name": "pk", "type": "S"}, {"name": "sk", "type": "N"}],
        },
    )
    return {"tableName": made.id}


def _rewrite(clients: Clients, made: Deployed) -> None:
    table = made.id.partition("|")[0]
    clients.dynamodb().put_item(TableName=table, Item=json.loads(item("somebody's")))


ITEM_CASES = (
    TypeCase(
        type="aws:dynamodb/tableItem:TableItem",
        inputs={"hashKey": "pk", "rangeKey": "sk", "item": item("ours")},
        changes={"item": item("ours still")},
        replacing={"tableName": "another-table"},
        drift=_rewrite,
        drifted="item",
        needs=_table,
    ),
)
