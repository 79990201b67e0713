"""What an item of a table does beyond the contract of all types, on the emulator."""

import json
import uuid

import pytest

from local.provider.aws.clients import Clients
from local.provider.aws.plugin import TYPES
from local.provider.aws.provider import AwsProvider
from local.provider.aws.settings import read_settings
from local.provider.errors import ResourceRefusedError
from local.provider.provider import Resource
from local.provider.values import Properties

pytestmark = pytest.mark.emulator

_CONFIG = {"region": "us-east-1", "accessKey": "444455556666", "secretKey": "any"}
_ITEM = "aws:dynamodb/tableItem:TableItem"


@pytest.fixture
def environment(emulator_url: str) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": emulator_url}


@pytest.fixture
def provider(environment: dict[str, str]) -> AwsProvider:
    provider = AwsProvider("7.0.0", TYPES, environment)
    provider.configure(_CONFIG)
    return provider


@pytest.fixture
def table(environment: dict[str, str]) -> str:
    """A table with one key."""
    name = f"it-{uuid.uuid4().hex[:12]}"
    Clients(read_settings(_CONFIG, environment)).dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    return name


def resource(resource_id: str = "") -> Resource:
    return Resource(type=_ITEM, name="item", urn="urn:item", id=resource_id)


def inputs(table: str, **attributes: str) -> Properties:
    item = {name: {"S": value} for name, value in attributes.items()}
    return {"tableName": table, "hashKey": "pk", "item": json.dumps(item)}


def test_a_table_may_have_one_key(provider: AwsProvider, table: str) -> None:
    """Then the item's id is the table and that key."""
    made = provider.create(resource(), inputs(table, pk="a", note="b"), preview=False)

    assert made.id == f"{table}|a"
    found = provider.read(resource(made.id), inputs={}, outputs={})
    assert found is not None
    assert json.loads(found.outputs["item"]) == {"pk": {"S": "a"}, "note": {"S": "b"}}


def test_an_item_that_is_there_is_not_taken_over(provider: AwsProvider, table: str) -> None:
    """What somebody wrote under the key stays."""
    provider.create(resource(), inputs(table, pk="a", note="theirs"), preview=False)

    with pytest.raises(ResourceRefusedError, match="ConditionalCheckFailed"):
        provider.create(resource(), inputs(table, pk="a", note="ours"), preview=False)


def test_an_item_without_its_key_is_refused(provider: AwsProvider, table: str) -> None:
    """The refusal names the attribute."""
    with pytest.raises(ResourceRefusedError, match="has no pk, which is its key"):
        provider.create(resource(), inputs(table, note="b"), preview=False)


def test_an_item_keeps_its_key(provider: AwsProvider, table: str) -> None:
    """Another key is another item: the change is refused, and the item stays as it was."""
    old = inputs(table, pk="a")
    made = provider.create(resource(), old, preview=False)
    new = inputs(table, pk="b")

    with pytest.raises(ResourceRefusedError, match="would get another key"):
        provider.update(resource(made.id), old=old, outputs=made.outputs, new=new, preview=False)
    assert provider.read(resource(made.id), inputs=old, outputs={}) is not None
