"""What every store promises of objects."""

import random

import pytest

from orchestrator.state.errors import ObjectChangedError
from orchestrator.state.storage import RecordKey, Storage
from orchestrator.state.stores.errors import RefusedKeyError
from orchestrator.state.stores.keys import MAX_OBJECT_KEY_BYTES, MAX_SEGMENT_BYTES
from storages import log_record

pytestmark = pytest.mark.thorough

KEY = ".pulumi/stacks/shop/prod.json"


def test_an_object_is_read_as_it_was_written(storage: Storage, other_view: Storage) -> None:
    """Body, etag and version of a read are those of the write."""
    written = storage.objects.put(KEY, b"\0body\xff", if_etag=None)

    found = other_view.objects.get(KEY)

    assert found is not None
    assert found.body == b"\0body\xff"
    assert (found.key, found.etag, found.version_id) == (KEY, written.etag, written.version_id)


def test_an_absent_object_is_none(storage: Storage) -> None:
    """Reading what was never written gives None, with or without a version."""
    assert storage.objects.get(KEY) is None
    assert storage.objects.get(KEY, version_id="nothing-like-a-version") is None


def test_an_empty_object_is_an_object(storage: Storage, other_view: Storage) -> None:
    """An object may have no bytes."""
    written = storage.objects.put(KEY, b"", if_etag=None)

    found = other_view.objects.get(KEY, version_id=written.version_id)

    assert found is not None
    assert found.body == b""


def test_a_large_object_is_stored(storage: Storage, other_view: Storage) -> None:
    """A checkpoint of some megabytes is an ordinary object."""
    body = random.Random(1).randbytes(6 * 1024 * 1024)
    storage.objects.put(KEY, body, if_etag=None)

    found = other_view.objects.get(KEY)

    assert found is not None
    assert found.body == body


def test_creating_needs_an_absent_key(storage: Storage, other_view: Storage) -> None:
    """A create of what exists changes nothing, not even with the same bytes."""
    storage.objects.put(KEY, b"one", if_etag=None)

    for body in (b"one", b"two"):
        with pytest.raises(ObjectChangedError):
            other_view.objects.put(KEY, body, if_etag=None)

    found = storage.objects.get(KEY)
    assert found is not None
    assert found.body == b"one"


def test_an_object_is_replaced_under_its_etag(storage: Storage, other_view: Storage) -> None:
    """The etag of a read or of a write is good for one replacement."""
    first = storage.objects.put(KEY, b"one", if_etag=None)
    second = other_view.objects.put(KEY, b"two", if_etag=first.etag)

    with pytest.raises(ObjectChangedError):
        storage.objects.put(KEY, b"three", if_etag=first.etag)
    third = storage.objects.put(KEY, b"three", if_etag=second.etag)

    found = other_view.objects.get(KEY)
    assert found is not None
    assert (found.body, found.etag) == (b"three", third.etag)


def test_replacing_needs_a_present_key(storage: Storage) -> None:
    """A write under an etag fails when there is no object, or none any more."""
    first = storage.objects.put(KEY, b"one", if_etag=None)
    storage.objects.delete(KEY)

    for key in (KEY, "never/written"):
        with pytest.raises(ObjectChangedError):
            storage.objects.put(key, b"two", if_etag=first.etag)

    assert storage.objects.get(KEY) is None


def test_a_deleted_object_can_be_created_again(storage: Storage, other_view: Storage) -> None:
    """After a delete the key is free."""
    storage.objects.put(KEY, b"one", if_etag=None)

    other_view.objects.delete(KEY)

    assert storage.objects.get(KEY) is None
    assert list(storage.objects.list("")) == []
    again = storage.objects.put(KEY, b"two", if_etag=None)
    found = other_view.objects.get(KEY)
    assert found is not None
    assert (found.body, found.version_id) == (b"two", again.version_id)


def test_deleting_an_absent_object_does_nothing(storage: Storage) -> None:
    """A delete may be repeated."""
    storage.objects.delete(KEY)
    storage.objects.put(KEY, b"one", if_etag=None)
    storage.objects.delete(KEY)
    storage.objects.delete(KEY)

    assert storage.objects.get(KEY) is None


def test_a_version_stays_readable(storage: Storage, other_view: Storage) -> None:
    """A version gives its bytes after a replacement, a delete and a new creation."""
    first = storage.objects.put(KEY, b"one", if_etag=None)
    second = storage.objects.put(KEY, b"two", if_etag=first.etag)
    storage.objects.delete(KEY)
    third = storage.objects.put(KEY, b"three", if_etag=None)

    for version, body in ((first, b"one"), (second, b"two"), (third, b"three")):
        found = other_view.objects.get(KEY, version_id=version.version_id)
        assert found is not None
        assert (found.body, found.etag, found.version_id) == (
            body,
            version.etag,
            version.version_id,
        )


def test_a_version_belongs_to_its_key(storage: Storage) -> None:
    """A version of one key is none of another."""
    written = storage.objects.put(KEY, b"one", if_etag=None)
    storage.objects.put("other.json", b"other", if_etag=None)

    assert storage.objects.get("other.json", version_id=written.version_id) is None


def test_a_listing_is_in_byte_order(storage: Storage, other_view: Storage) -> None:
    """Present keys with the prefix come in byte order with the etags of their latest versions."""
    keys = ["a-b", "a/b", "a/b-c", "a/b.json", "a/c/d", "a0", "b/Zürich", "b/with space", "b/😀"]
    etags = {
        key: storage.objects.put(key, key.encode(), if_etag=None).etag for key in reversed(keys)
    }
    etags["a0"] = storage.objects.put("a0", b"new", if_etag=etags["a0"]).etag

    def listed(prefix: str) -> list[str]:
        return [version.key for version in other_view.objects.list(prefix)]

    assert listed("") == sorted(keys, key=str.encode)
    assert listed("a/") == ["a/b", "a/b-c", "a/b.json", "a/c/d"]
    assert listed("a/b") == ["a/b", "a/b-c", "a/b.json"]
    assert listed("a/b/") == []
    assert listed("b/Z") == ["b/Zürich"]
    assert listed("../") == []
    assert listed("nothing") == []
    assert {version.key: version.etag for version in storage.objects.list("")} == etags


def test_a_listing_has_more_than_one_page(storage: Storage) -> None:
    """A listing is complete also above the thousand keys of one answer."""
    for number in range(1003):
        storage.objects.put(f"many/{number:04}", b"", if_etag=None)

    assert [version.key for version in storage.objects.list("many/")] == [
        f"many/{number:04}" for number in range(1003)
    ]


def test_the_stores_own_files_are_not_objects(storage: Storage) -> None:
    """What a store keeps for itself is neither listed nor reachable by key."""
    storage.records.put(RecordKey("p", "s"), {}, expected_revision=0)
    storage.log.append("log", log_record(1, random.Random(1).randbytes(400_000)))
    storage.objects.put(KEY, b"one", if_etag=None)

    assert [version.key for version in storage.objects.list("")] == [KEY]
    assert list(storage.objects.list(".hoist/")) == []


def test_the_rest_of_the_stores_folder_is_free(storage: Storage, other_view: Storage) -> None:
    """Objects may be kept beside the store's own files."""
    storage.objects.put(".hoist/conflicts/shop/1.json", b"fold", if_etag=None)

    assert [version.key for version in other_view.objects.list("")] == [
        ".hoist/conflicts/shop/1.json"
    ]
    assert other_view.objects.get(".hoist/conflicts/shop/1.json") is not None


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/etc/passwd",
        "..",
        "../up",
        "a/../../up",
        "a/./b",
        "a//b",
        "a/",
        ".hoist/records/x",
        ".HOIST/records/x",
        ".hoist",
        ".hoist/journal/log/1",
        "stack.json.attrs",
        "folder.ATTRS/x",
        "nul\0",
        "new\nline",
        "\ud800",
        "x" * (MAX_SEGMENT_BYTES + 1),
        "x/" * (MAX_OBJECT_KEY_BYTES // 2) + "x",
    ],
)
def test_a_key_that_leaves_the_store_is_refused(storage: Storage, key: str) -> None:
    """Keys that no folder could hold, or that are the store's own, are refused by every call."""
    with pytest.raises(RefusedKeyError):
        storage.objects.get(key)
    with pytest.raises(RefusedKeyError):
        storage.objects.put(key, b"", if_etag=None)
    with pytest.raises(RefusedKeyError):
        storage.objects.delete(key)
