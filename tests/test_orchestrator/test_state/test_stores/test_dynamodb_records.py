"""How records look in the table, and what is refused there."""

import pytest

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import RecordKey
from storages import AwsPlace

KEY = RecordKey("stacks#shop", "prod")
ITEM_KEY = {"pk": {"S": "record#stacks#shop"}, "sk": {"S": "prod"}}


def test_an_item_can_be_read_by_people(place: AwsPlace) -> None:
    """Key, value and revision are plain in the table; numbers of the value stay JSON text."""
    place.open().records.put(KEY, {"big": 2**70}, expected_revision=0)

    item = place.dynamodb.get_item(TableName=place.table, Key=ITEM_KEY)["Item"]

    assert item.pop("write_token")["S"]
    assert item == {
        **ITEM_KEY,
        "format": {"N": "1"},
        "revision": {"N": "1"},
        "value": {"S": '{"big":1180591620717411303424}'},
    }


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ({"format": {"N": "2"}, "revision": {"N": "1"}, "value": {"S": "{}"}}, "format 2"),
        ({"format": {"N": "1"}, "revision": {"N": "1"}, "value": {"S": "{"}}, "not JSON"),
        ({"format": {"N": "1"}, "revision": {"N": "1"}, "value": {"S": "[]"}}, "not an object"),
        ({"format": {"N": "1"}, "revision": {"N": "1"}}, "missing"),
    ],
)
def test_a_foreign_item_is_refused(
    place: AwsPlace, attributes: dict[str, dict[str, str]], complaint: str
) -> None:
    """An item that this version did not write is named, never half read."""
    place.dynamodb.put_item(TableName=place.table, Item={**ITEM_KEY, **attributes})

    with pytest.raises(CorruptStateError, match=f"'prod'.*{complaint}"):
        place.open().records.get(KEY)
    with pytest.raises(CorruptStateError):
        place.open().records.list("stacks#shop")
