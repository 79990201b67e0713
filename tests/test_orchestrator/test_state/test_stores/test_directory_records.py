"""Record files."""

import json
from pathlib import Path

import pytest

from orchestrator.state.errors import CorruptStateError
from orchestrator.state.storage import RecordKey
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.errors import RefusedKeyError

KEY = RecordKey("stacks#shop", "prod")


def file_of(root: Path) -> Path:
    return root / ".hoist" / "records" / "stacks%23shop" / "prod"


def test_a_file_can_be_read_by_people(tmp_path: Path) -> None:
    """A record's file says which record it is, and holds the value as JSON."""
    directory_storage(tmp_path).records.put(KEY, {"a": [1]}, expected_revision=0)

    assert json.loads(file_of(tmp_path).read_text()) == {
        "format": 1,
        "partition": "stacks#shop",
        "sort": "prod",
        "revision": 1,
        "value": {"a": [1]},
    }


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not JSON"),
        (b'{"format": 1, "part', "not JSON"),
        (b"\xff", "missing"),
        (b"[]", "not an object"),
        (b"{}", "missing"),
        (b'{"format": 1}', "missing"),
        (b'{"format": 2}', "format 2"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes, complaint: str) -> None:
    """A file that is no record stops reads, writes and listings with its path."""
    records = directory_storage(tmp_path).records
    records.put(KEY, {}, expected_revision=0)
    file_of(tmp_path).write_bytes(content)

    with pytest.raises(CorruptStateError, match=f"prod.*{complaint}"):
        records.get(KEY)
    with pytest.raises(CorruptStateError):
        records.put(KEY, {}, expected_revision=1)
    with pytest.raises(CorruptStateError):
        records.list("stacks#shop")


def test_a_store_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """When the store's folder cannot be made because a file is there, the error says so."""
    (tmp_path / "file").write_text("")

    with pytest.raises(RefusedKeyError, match="folder"):
        directory_storage(tmp_path / "file").records.put(KEY, {}, expected_revision=0)
