"""What every store promises of records."""

import pytest

from orchestrator.state.errors import RecordChangedError
from orchestrator.state.storage import RecordKey, Storage
from orchestrator.state.stores.documents import MAX_DOCUMENT_BYTES
from orchestrator.state.stores.errors import RecordTooLargeError, RefusedKeyError
from orchestrator.state.stores.keys import MAX_RECORD_KEY_BYTES

KEY = RecordKey("stacks/shop", "prod")

ODD_NAMES = [
    "a/b",
    "../up",
    "..",
    ".",
    "/abs",
    "UPPER",
    "upper",
    "with space",
    "50%",
    "%2e",
    "=digest",
    "tab\tnul\0newline\n",
    "Zürich",
    "日本",
    "😀",
    "x" * MAX_RECORD_KEY_BYTES,
    "X" * MAX_RECORD_KEY_BYTES,
]


def test_a_record_is_read_as_it_was_written(storage: Storage, other_view: Storage) -> None:
    """Every JSON value but floats comes back unchanged, big integers and odd text included."""
    value = {
        "text": "Zürich \0 \ud800 😀",
        "whole": 2**80,
        "negative": -1,
        "yes": True,
        "nothing": None,
        "list": [1, [], {}],
        "": {"nested": {"empty": ""}},
    }

    written = storage.records.put(KEY, value, expected_revision=0)

    assert other_view.records.get(KEY) == written
    assert written.value == value
    assert written.revision == 1


def test_an_absent_record_is_none(storage: Storage) -> None:
    """Reading what was never written gives None."""
    assert storage.records.get(KEY) is None


def test_a_record_is_written_under_its_revision(storage: Storage, other_view: Storage) -> None:
    """Each write with the present revision replaces the whole value and counts one up."""
    storage.records.put(KEY, {"a": 1, "b": 1}, expected_revision=0)

    second = other_view.records.put(KEY, {"a": 2}, expected_revision=1)

    assert second.revision == 2
    assert storage.records.get(KEY) == second


@pytest.mark.parametrize("stale", [0, 1, 3])
def test_a_stale_write_is_refused(storage: Storage, other_view: Storage, stale: int) -> None:
    """A write under any other revision than the present one changes nothing."""
    storage.records.put(KEY, {"n": 1}, expected_revision=0)
    present = storage.records.put(KEY, {"n": 2}, expected_revision=1)

    with pytest.raises(RecordChangedError):
        other_view.records.put(KEY, {"n": 3}, expected_revision=stale)

    assert storage.records.get(KEY) == present


def test_an_absent_record_has_no_revision(storage: Storage) -> None:
    """A write that expects a revision needs a record."""
    with pytest.raises(RecordChangedError):
        storage.records.put(KEY, {}, expected_revision=1)

    assert storage.records.get(KEY) is None


def test_a_value_that_changes_later_does_not_change_the_record(storage: Storage) -> None:
    """The store keeps what was written, not a reference to it."""
    value = {"list": [1]}
    storage.records.put(KEY, value, expected_revision=0)

    value["list"].append(2)

    found = storage.records.get(KEY)
    assert found is not None
    assert found.value == {"list": [1]}


def test_a_deleted_record_is_gone(storage: Storage, other_view: Storage) -> None:
    """After a delete there is no record, and the next write begins at revision 1."""
    storage.records.put(KEY, {"n": 1}, expected_revision=0)

    storage.records.delete(KEY, expected_revision=1)

    assert other_view.records.get(KEY) is None
    assert other_view.records.put(KEY, {"n": 2}, expected_revision=0).revision == 1


@pytest.mark.parametrize("stale", [0, 1, 3])
def test_a_stale_delete_is_refused(storage: Storage, stale: int) -> None:
    """A delete under any other revision than the present one deletes nothing."""
    storage.records.put(KEY, {"n": 1}, expected_revision=0)
    present = storage.records.put(KEY, {"n": 2}, expected_revision=1)

    with pytest.raises(RecordChangedError):
        storage.records.delete(KEY, expected_revision=stale)

    assert storage.records.get(KEY) == present


def test_deleting_an_absent_record_is_refused(storage: Storage) -> None:
    """A delete that expects a revision needs a record."""
    with pytest.raises(RecordChangedError):
        storage.records.delete(KEY, expected_revision=1)


def test_a_listing_is_in_byte_order(storage: Storage, other_view: Storage) -> None:
    """Records of one partition come in the order of their keys' UTF-8 bytes, others do not."""
    for name in ODD_NAMES:
        storage.records.put(RecordKey("p", name), {"name": name}, expected_revision=0)
    storage.records.put(RecordKey("p/q", "other"), {}, expected_revision=0)

    found = other_view.records.list("p")

    assert [record.key.sort for record in found] == sorted(ODD_NAMES, key=str.encode)
    assert all(record.value == {"name": record.key.sort} for record in found)
    assert all(record.revision == 1 for record in found)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_text_is_a_key(storage: Storage, other_view: Storage, name: str) -> None:
    """A partition or a key may hold any character, and is told apart from its neighbours."""
    key = RecordKey(name, name)
    written = storage.records.put(key, {"name": name}, expected_revision=0)

    assert other_view.records.get(key) == written
    assert other_view.records.get(RecordKey(name, "other")) is None
    assert other_view.records.get(RecordKey("other", name)) is None


@pytest.mark.parametrize(
    ("sort_prefix", "descending", "limit", "expected"),
    [
        ("", False, 0, ["a-1", "a-2", "a-3", "b-1"]),
        ("", True, 0, ["b-1", "a-3", "a-2", "a-1"]),
        ("a-", False, 0, ["a-1", "a-2", "a-3"]),
        ("a-", True, 2, ["a-3", "a-2"]),
        ("", False, 1, ["a-1"]),
        ("a-2", False, 0, ["a-2"]),
        ("c", False, 0, []),
        ("", False, 99, ["a-1", "a-2", "a-3", "b-1"]),
    ],
)
def test_a_listing_can_be_narrowed(
    storage: Storage, sort_prefix: str, descending: bool, limit: int, expected: list[str]
) -> None:
    """Prefix, direction and limit of a listing work together."""
    for name in ("b-1", "a-3", "a-1", "a-2"):
        storage.records.put(RecordKey("p", name), {}, expected_revision=0)

    found = storage.records.list("p", sort_prefix=sort_prefix, descending=descending, limit=limit)

    assert [record.key.sort for record in found] == expected


def test_an_absent_partition_lists_nothing(storage: Storage) -> None:
    """A partition without records has an empty listing."""
    assert list(storage.records.list("nobody")) == []


def test_a_listing_has_all_large_records(storage: Storage) -> None:
    """A listing is complete also when it is larger than one answer of the store (1 MB)."""
    large = {"text": "x" * (MAX_DOCUMENT_BYTES - 100)}
    for number in range(6):
        storage.records.put(RecordKey("p", f"{number}"), large, expected_revision=0)

    assert [record.key.sort for record in storage.records.list("p")] == list("012345")
    assert [
        record.key.sort for record in storage.records.list("p", descending=True, limit=5)
    ] == list("54321")


def test_the_largest_record_fits(storage: Storage, other_view: Storage) -> None:
    """A record of exactly the limit is stored."""
    value = {"t": "x" * (MAX_DOCUMENT_BYTES - len('{"t":""}'))}

    storage.records.put(KEY, value, expected_revision=0)

    found = other_view.records.get(KEY)
    assert found is not None
    assert found.value == value


def test_a_larger_record_is_refused(storage: Storage) -> None:
    """One byte above the limit is an error that names the record and both sizes."""
    value = {"t": "x" * (MAX_DOCUMENT_BYTES - len('{"t":""}') + 1)}

    with pytest.raises(RecordTooLargeError, match="prod.*307201.*307200"):
        storage.records.put(KEY, value, expected_revision=0)

    assert storage.records.get(KEY) is None


@pytest.mark.parametrize(
    "key",
    [
        RecordKey("", "s"),
        RecordKey("p", ""),
        RecordKey("p", "x" * (MAX_RECORD_KEY_BYTES + 1)),
        RecordKey("ü" * (MAX_RECORD_KEY_BYTES // 2 + 1), "s"),
        RecordKey("p", "\ud800"),
    ],
)
def test_a_key_that_not_all_stores_can_hold_is_refused(storage: Storage, key: RecordKey) -> None:
    """Empty, too long and undecodable keys are refused by reads and writes alike."""
    with pytest.raises(RefusedKeyError):
        storage.records.get(key)
    with pytest.raises(RefusedKeyError):
        storage.records.put(key, {}, expected_revision=0)
    with pytest.raises(RefusedKeyError):
        storage.records.delete(key, expected_revision=1)
