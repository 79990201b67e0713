"""How a log uses DynamoDB and S3: its price, its bodies, its end."""

import random
from datetime import timedelta

import pytest

from aws_faults import CallCounter, throttle_batches, timed_out
from hoist.clock import FixedClock
from orchestrator.state.errors import CorruptStateError, SlotTakenError, StoreUnavailableError
from orchestrator.state.stores.dynamodb_log import DROPPED_SLOTS_KEPT
from orchestrator.state.stores.log_bodies import MAX_INLINE_BYTES
from storages import NOON, AwsPlace, log_record

LARGE = random.Random(1).randbytes(MAX_INLINE_BYTES + 1)


def body_keys(place: AwsPlace) -> list[str]:
    found = place.s3.list_objects_v2(Bucket=place.bucket, Prefix=".hoist/journal/")
    return [entry["Key"] for entry in found.get("Contents", [])]


def test_a_writer_pays_one_write_per_append(place: AwsPlace) -> None:
    """Who goes on with its own log makes one call per slot and no read."""
    log = place.open().log
    counter = CallCounter(place.dynamodb, place.s3)

    for slot in range(1, 6):
        log.append("log", log_record(slot))

    assert counter.calls == {"PutItem": 5}


def test_a_new_writer_pays_one_read_more(place: AwsPlace) -> None:
    """Who goes on with a log that another wrote looks once at the slot before."""
    place.open().log.append("log", log_record(1))
    log = place.open().log
    counter = CallCounter(place.dynamodb, place.s3)

    for slot in range(2, 5):
        log.append("log", log_record(slot))

    assert counter.calls == {"GetItem": 1, "PutItem": 3}


def test_a_writer_that_read_the_log_needs_no_other_look(place: AwsPlace) -> None:
    """Reading the log teaches where it ends."""
    place.open().log.append("log", log_record(1))
    log = place.open().log
    log.read("log")
    counter = CallCounter(place.dynamodb, place.s3)

    log.append("log", log_record(2))

    assert counter.calls == {"PutItem": 1}


def test_a_large_body_is_in_the_bucket_first(place: AwsPlace) -> None:
    """A body that does not fit into an item is an object named by slot and digest."""
    place.open().log.append("a/b", log_record(1, LARGE))

    (key,) = body_keys(place)
    assert key.startswith(".hoist/journal/a%2Fb/000000000001-")


def test_a_large_body_that_compresses_stays_in_the_item(place: AwsPlace) -> None:
    """What counts is the size after compression: journal entries shrink to a fifth."""
    place.open().log.append("log", log_record(1, b'{"key":"value"}' * 100_000))

    assert body_keys(place) == []


def test_an_append_whose_object_fails_writes_nothing(place: AwsPlace) -> None:
    """Without its body in the bucket no slot is taken."""
    with timed_out(place.s3, "PutObject"), pytest.raises(StoreUnavailableError):
        place.open().log.append("log", log_record(1, LARGE))

    assert list(place.open().log.read("log")) == []


@pytest.mark.parametrize("size", [10, len(LARGE)])
def test_a_changed_body_is_noticed(place: AwsPlace, size: int) -> None:
    """A body that does not match its digest is damage, in the item or in the bucket."""
    log = place.open().log
    log.append("log", log_record(1, LARGE[:size]))
    key = {"pk": {"S": "log#log"}, "sk": {"S": "slot#000000000001"}}
    other = "0" * 64
    place.dynamodb.update_item(
        TableName=place.table,
        Key=key,
        UpdateExpression="SET digest = :digest",
        ExpressionAttributeValues={":digest": {"S": other}},
    )

    with pytest.raises(CorruptStateError, match="Slot 1 of log 'log'"):
        log.read("log")


def test_a_body_that_is_no_compressed_data_is_noticed(place: AwsPlace) -> None:
    """Bytes that cannot be decompressed are damage."""
    log = place.open().log
    log.append("log", log_record(1, LARGE))
    place.s3.put_object(Bucket=place.bucket, Key=body_keys(place)[0], Body=b"not zlib")

    with pytest.raises(CorruptStateError, match="decompressed"):
        log.read("log")


def test_a_missing_body_is_noticed(place: AwsPlace) -> None:
    """An item whose object is gone is damage, not an empty record."""
    log = place.open().log
    log.append("log", log_record(1, LARGE))
    place.s3.delete_object(Bucket=place.bucket, Key=body_keys(place)[0])

    with pytest.raises(CorruptStateError, match="not in the bucket"):
        log.read("log")


@pytest.mark.parametrize("slot", [1, 2])
def test_a_hole_is_noticed(place: AwsPlace, slot: int) -> None:
    """A slot that vanished from among others is damage, never silently passed over."""
    log = place.open().log
    for number in (1, 2, 3):
        log.append("log", log_record(number))
    place.dynamodb.delete_item(
        TableName=place.table,
        Key={"pk": {"S": "log#log"}, "sk": {"S": f"slot#{slot:012}"}},
    )

    with pytest.raises(CorruptStateError, match=f"slot {slot} is missing"):
        log.read("log")


def test_a_slot_of_another_format_is_refused(place: AwsPlace) -> None:
    """What a newer version wrote is not misread."""
    log = place.open().log
    log.append("log", log_record(1))
    place.dynamodb.update_item(
        TableName=place.table,
        Key={"pk": {"S": "log#log"}, "sk": {"S": "slot#000000000001"}},
        UpdateExpression="SET #format = :format",
        ExpressionAttributeNames={"#format": "format"},
        ExpressionAttributeValues={":format": {"N": "2"}},
    )

    with pytest.raises(CorruptStateError, match="format 2"):
        log.read("log")


def test_a_dropped_log_leaves_only_marks_that_expire(place: AwsPlace) -> None:
    """After a drop no body is left, and every mark has its end."""
    log = place.open(FixedClock(NOON)).log
    log.append("log", log_record(1, LARGE))
    log.append("log", log_record(2))

    log.drop("log")

    items = place.dynamodb.scan(TableName=place.table)["Items"]
    expires_at = str(int((NOON + DROPPED_SLOTS_KEPT).timestamp()))
    assert [item["sk"]["S"] for item in items] == ["slot#000000000001", "slot#000000000002"]
    assert all(item["expires_at"] == {"N": expires_at} for item in items)
    assert all("body" not in item and "body_key" not in item for item in items)
    assert body_keys(place) == []


@pytest.mark.parametrize(
    ("operation", "after_calls"),
    [("BatchWriteItem", 0), ("DeleteObjects", 0), ("BatchWriteItem", 1), ("BatchWriteItem", 2)],
)
def test_an_interrupted_drop_is_finished_by_the_next(
    place: AwsPlace, operation: str, after_calls: int
) -> None:
    """Wherever a drop ends, the log reads as whole or as empty, and dropping again completes it."""
    writer = place.open().log
    records = [log_record(1, LARGE), *(log_record(slot) for slot in range(2, 41))]
    for record in records:
        writer.append("log", record)
    client = place.s3 if operation == "DeleteObjects" else place.dynamodb
    with (
        timed_out(client, operation, after_calls=after_calls),
        pytest.raises(StoreUnavailableError),
    ):
        place.open().log.drop("log")

    assert list(place.open().log.read("log")) in ([], records)

    place.open().log.drop("log")

    assert list(place.open().log.read("log")) == []
    assert body_keys(place) == []
    items = place.dynamodb.scan(TableName=place.table)["Items"]
    assert len(items) == 40
    assert all("dropped" in item for item in items)
    with pytest.raises(SlotTakenError):
        writer.append("log", log_record(40))


def test_a_throttled_drop_goes_on(place: AwsPlace) -> None:
    """Writes that DynamoDB hands back are sent again, after a pause that grows."""
    clock = FixedClock(NOON)
    log = place.open(clock).log
    log.append("log", log_record(1))
    throttle_batches(place.dynamodb, times=3)

    log.drop("log")

    assert list(log.read("log")) == []
    assert clock.now() - NOON == timedelta(seconds=0.05 + 0.1 + 0.2)


def test_a_drop_that_is_always_throttled_ends(place: AwsPlace) -> None:
    """After some tries the store is unavailable; the drop can be repeated later."""
    log = place.open().log
    log.append("log", log_record(1))
    throttle_batches(place.dynamodb, times=100)

    with pytest.raises(StoreUnavailableError, match="throttles"):
        log.drop("log")


def test_a_read_beside_a_drop_gives_nothing_or_all(place: AwsPlace) -> None:
    """A reader that finds marks, or a body gone, takes the log as dropped."""
    log = place.open().log
    log.append("log", log_record(1))
    log.append("log", log_record(2, LARGE))
    with (
        timed_out(place.dynamodb, "BatchWriteItem", after_calls=1),
        pytest.raises(StoreUnavailableError),
    ):
        place.open().log.drop("log")

    assert list(log.read("log")) == []
    assert list(log.read("log", after_slot=1)) == []
