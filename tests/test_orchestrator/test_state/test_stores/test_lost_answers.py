"""botocore repeats a call whose answer was lost; the store must know its own first write."""

import pytest

from aws_faults import lose_first_answer
from orchestrator.state.errors import ObjectChangedError, RecordChangedError, SlotTakenError
from orchestrator.state.storage import RecordKey
from storages import AwsPlace, log_record

KEY = RecordKey("p", "s")


@pytest.mark.parametrize("revision", [0, 1])
def test_a_repeated_record_write_succeeds(place: AwsPlace, revision: int) -> None:
    """A write that finds itself in the way has succeeded, once."""
    records = place.open().records
    if revision:
        records.put(KEY, {"n": 0}, expected_revision=0)
    lose_first_answer(place.dynamodb, "PutItem")

    written = records.put(KEY, {"n": 1}, expected_revision=revision)

    assert written.revision == revision + 1
    assert records.get(KEY) == written


def test_a_record_write_overtaken_by_the_same_value_is_refused(place: AwsPlace) -> None:
    """Somebody else's write is a conflict even if it wrote the very same value."""
    records = place.open().records
    records.put(KEY, {"n": 1}, expected_revision=0)

    with pytest.raises(RecordChangedError):
        place.open().records.put(KEY, {"n": 1}, expected_revision=0)


def test_a_record_write_that_was_overwritten_is_refused(place: AwsPlace) -> None:
    """When another write came on top before the repetition, the caller has to look again."""
    records, other = place.open().records, place.open().records
    lose_first_answer(
        place.dynamodb,
        "PutItem",
        meanwhile=lambda: other.put(KEY, {"n": 2}, expected_revision=1),
    )

    with pytest.raises(RecordChangedError):
        records.put(KEY, {"n": 1}, expected_revision=0)

    found = records.get(KEY)
    assert found is not None
    assert (found.value, found.revision) == ({"n": 2}, 2)


def test_a_repeated_record_delete_succeeds(place: AwsPlace) -> None:
    """A delete that finds nothing when it is sent again has deleted the record itself."""
    records = place.open().records
    records.put(KEY, {}, expected_revision=0)
    lose_first_answer(place.dynamodb, "DeleteItem")

    records.delete(KEY, expected_revision=1)

    assert records.get(KEY) is None


def test_a_record_that_came_back_is_not_deleted(place: AwsPlace) -> None:
    """A repeated delete leaves alone what was written after the first one."""
    records, other = place.open().records, place.open().records
    records.put(KEY, {"n": 1}, expected_revision=0)
    records.put(KEY, {"n": 2}, expected_revision=1)
    lose_first_answer(
        place.dynamodb,
        "DeleteItem",
        meanwhile=lambda: other.put(KEY, {"n": 3}, expected_revision=0),
    )

    with pytest.raises(RecordChangedError):
        records.delete(KEY, expected_revision=2)

    found = records.get(KEY)
    assert found is not None
    assert found.value == {"n": 3}


@pytest.mark.parametrize("exists", [False, True])
def test_a_repeated_object_write_succeeds(place: AwsPlace, exists: bool) -> None:
    """A write that finds its own object in the way has succeeded, and gives its version."""
    objects = place.open().objects
    etag = objects.put("key", b"old", if_etag=None).etag if exists else None
    lose_first_answer(place.s3, "PutObject")

    written = objects.put("key", b"new", if_etag=etag)

    found = objects.get("key")
    assert found is not None
    assert (found.body, found.etag, found.version_id) == (
        b"new",
        written.etag,
        written.version_id,
    )


def test_an_object_write_overtaken_by_the_same_bytes_is_refused(place: AwsPlace) -> None:
    """Somebody else's write is a conflict even if it wrote the very same bytes."""
    place.open().objects.put("key", b"same", if_etag=None)

    with pytest.raises(ObjectChangedError):
        place.open().objects.put("key", b"same", if_etag=None)


def test_an_object_that_was_deleted_meanwhile_was_not_written(place: AwsPlace) -> None:
    """A conflict with an object that is gone when one looks for its writer is still a conflict."""
    objects, other = place.open().objects, place.open().objects
    first = other.put("key", b"old", if_etag=None)
    second = other.put("key", b"other", if_etag=first.etag)
    other.delete("key")

    with pytest.raises(ObjectChangedError):
        objects.put("key", b"new", if_etag=second.etag)


def test_a_repeated_append_leaves_the_judgement_to_the_caller(place: AwsPlace) -> None:
    """The log never guesses: the slot is taken, and reading it shows by whom."""
    log = place.open().log
    lose_first_answer(place.dynamodb, "PutItem")

    with pytest.raises(SlotTakenError):
        log.append("log", log_record(1))

    assert list(log.read("log")) == [log_record(1)]
