"""The sample program: what a user sees first must show what Pulumi and Hoist do with it."""

import json
from pathlib import Path

import pulumi
import pytest

from recorded_program import Recording, Registered, record_program

PROGRAM = Path(__file__).parents[1] / "programs" / "shop" / "__main__.py"
TOKEN = "tok-canary-3141"


def shop(**config: str) -> Recording:
    return record_program(
        PROGRAM,
        project="shop",
        stack="dev",
        config={f"shop:{key}": value for key, value in config.items()},
        secret_keys=["shop:apiToken"],
    )


@pytest.fixture(scope="module")
def deployed() -> Recording:
    return shop(apiToken=TOKEN)


def test_it_makes_a_bucket_a_table_and_two_queues(deployed: Recording) -> None:
    """The shop has pictures, sales, orders, and orders that failed."""
    assert sorted(each.name for each in deployed.resources) == [
        "failed-orders",
        "orders",
        "pictures",
        "pictures",
        "sales",
    ]


def test_the_secret_comes_out_as_a_secret(deployed: Recording) -> None:
    """The one output that is made from the token is secret; the others are for everybody."""
    assert TOKEN in deployed.outputs["paymentCallback"]
    assert deployed.secret_outputs == {"paymentCallback"}


def test_the_secret_is_in_no_resource(deployed: Recording) -> None:
    """No property and no tag of any resource has the token."""
    assert TOKEN not in json.dumps([each.inputs for each in deployed.resources])


def test_failed_orders_are_put_aside(deployed: Recording) -> None:
    """The orders' queue names the other as its dead letters."""
    queues = deployed.of_type("aws:sqs/queue:Queue")
    redrive = json.loads(queues["orders"].inputs["redrivePolicy"])

    assert redrive["deadLetterTargetArn"].endswith(":failed-orders")


def test_config_changes_one_property() -> None:
    """A longer visibility is one changed property of one resource, as a demo wants it."""
    before, after = shop(apiToken=TOKEN), shop(apiToken=TOKEN, visibilitySeconds="60")
    changed = [
        (new.name, key)
        for old, new in zip(_sorted(before), _sorted(after), strict=True)
        for key in new.inputs
        if old.inputs[key] != new.inputs[key]
    ]

    assert changed == [("orders", "visibilityTimeoutSeconds")]


def test_the_token_is_required() -> None:
    """Without the token the program says which setting is missing."""
    with pytest.raises(pulumi.ConfigMissingError, match="shop:apiToken"):
        shop()


def _sorted(recording: Recording) -> list[Registered]:
    return sorted(recording.resources, key=lambda each: (each.type, each.name))
