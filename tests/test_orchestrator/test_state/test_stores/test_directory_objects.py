"""Objects as files that other programs read and write as well."""

from pathlib import Path

import pytest

from orchestrator.state.errors import CorruptStateError, ObjectChangedError
from orchestrator.state.storage import Objects
from orchestrator.state.stores.directory import directory_storage
from orchestrator.state.stores.errors import RefusedKeyError

KEY = ".pulumi/stacks/shop/prod.json"


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return directory_storage(tmp_path).objects


def write_foreign(root: Path, key: str, body: bytes) -> None:
    (root / key).parent.mkdir(parents=True, exist_ok=True)
    (root / key).write_bytes(body)


def test_an_object_is_a_plain_file(tmp_path: Path, objects: Objects) -> None:
    """The file below the root has the key's path and the very bytes."""
    objects.put(KEY, b"checkpoint", if_etag=None)

    assert (tmp_path / KEY).read_bytes() == b"checkpoint"


def test_a_foreign_file_is_an_object(tmp_path: Path, objects: Objects) -> None:
    """A file that another program wrote is read, listed, and replaced under its etag."""
    write_foreign(tmp_path, KEY, b"theirs")

    found = objects.get(KEY)

    assert found is not None
    assert found.body == b"theirs"
    assert [version.etag for version in objects.list("")] == [found.etag]
    with pytest.raises(ObjectChangedError):
        objects.put(KEY, b"ours", if_etag=None)
    objects.put(KEY, b"ours", if_etag=found.etag)
    again = objects.get(KEY, version_id=found.version_id)
    assert again is not None
    assert again.body == b"theirs"


def test_a_foreign_change_is_a_conflict(tmp_path: Path, objects: Objects) -> None:
    """Who writes under the etag of before another program's change is refused."""
    first = objects.put(KEY, b"ours", if_etag=None)
    write_foreign(tmp_path, KEY, b"theirs")

    with pytest.raises(ObjectChangedError):
        objects.put(KEY, b"ours again", if_etag=first.etag)


def test_a_version_that_was_read_stays(tmp_path: Path, objects: Objects) -> None:
    """Once a foreign file was read, its bytes can be had after another program changed it."""
    write_foreign(tmp_path, KEY, b"first")
    first = objects.get(KEY)
    write_foreign(tmp_path, KEY, b"second")

    assert first is not None
    found = objects.get(KEY, version_id=first.version_id)

    assert found is not None
    assert found.body == b"first"


def test_a_deleted_foreign_file_keeps_its_version(tmp_path: Path, objects: Objects) -> None:
    """Deleting keeps what was there, whoever wrote it."""
    etag = directory_storage(tmp_path / "twin").objects.put(KEY, b"theirs", if_etag=None).etag
    write_foreign(tmp_path, KEY, b"theirs")

    objects.delete(KEY)

    found = objects.get(KEY, version_id=etag)
    assert found is not None
    assert found.body == b"theirs"


def test_a_damaged_version_is_noticed(tmp_path: Path, objects: Objects) -> None:
    """A version whose bytes are not those of its name is damage."""
    written = objects.put(KEY, b"checkpoint", if_etag=None)
    versions = tmp_path / ".hoist" / "versions"
    (path,) = (path for path in versions.rglob("*") if path.is_file())
    path.write_bytes(b"else")

    with pytest.raises(CorruptStateError, match="versions"):
        objects.get(KEY, version_id=written.version_id)


def test_sidecars_are_not_objects(tmp_path: Path, objects: Objects) -> None:
    """What Pulumi's file backend keeps beside a file is not listed, and goes when it is stale."""
    for key in ("replaced", "deleted"):
        write_foreign(tmp_path, key, b"theirs")
        write_foreign(tmp_path, f"{key}.attrs", b"{}")
    found = objects.get("replaced")
    assert found is not None
    assert [version.key for version in objects.list("")] == ["deleted", "replaced"]

    objects.put("replaced", b"ours", if_etag=found.etag)
    objects.delete("deleted")

    assert not list(tmp_path.glob("*.attrs"))


def test_a_file_is_no_folder(objects: Objects) -> None:
    """Keys that need one path to be both are refused, as a file system has it, and read as none."""
    objects.put("a", b"", if_etag=None)
    objects.put("b/c", b"", if_etag=None)

    assert objects.get("a/b") is None
    assert objects.get("b") is None
    for key in ("a/b", "b"):
        with pytest.raises(RefusedKeyError):
            objects.put(key, b"", if_etag=None)
    objects.delete("a/b")
    objects.delete("b")
    assert [version.key for version in objects.list("")] == ["a", "b/c"]


def test_the_same_bytes_again_are_the_same_version(objects: Objects) -> None:
    """Versions are named by content: returning to old bytes returns to their version."""
    first = objects.put(KEY, b"one", if_etag=None)
    second = objects.put(KEY, b"two", if_etag=first.etag)

    assert objects.put(KEY, b"one", if_etag=second.etag) == first
