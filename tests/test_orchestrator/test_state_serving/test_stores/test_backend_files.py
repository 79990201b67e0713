"""What every backend of a bare CLI does, in a folder, in a bucket and in memory."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.state.errors import ObjectChangedError, StoreUnavailableError
from orchestrator.state.serving.moves.backend_files import BackendFiles
from orchestrator.state.serving.stores.bucket_files import BucketFiles
from orchestrator.state.serving.stores.folder_files import FolderFiles
from orchestrator.state.stores.errors import RefusedKeyError, StoreSetupError
from serving_files import InMemoryFiles
from storages import aws_clients, moto_place

KINDS = ["memory", "folder", "bucket", "part of a bucket"]


@pytest.fixture(params=KINDS)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BackendFiles]:
    """An empty backend of each kind."""
    if request.param == "memory":
        yield InMemoryFiles()
    elif request.param == "folder":
        yield FolderFiles(tmp_path / "state")
    else:
        prefix = "team/state" if request.param.startswith("part") else ""
        with moto_place() as place:
            yield BucketFiles(place.s3, bucket=place.bucket, prefix=prefix)


def test_a_file_is_written_once(files: BackendFiles) -> None:
    """What is there is never overwritten."""
    files.write_new("a/b.json", b"first")

    with pytest.raises(ObjectChangedError):
        files.write_new("a/b.json", b"second")

    assert files.read("a/b.json") == b"first"


def test_an_absent_file(files: BackendFiles) -> None:
    """A file that is not there is None, in a place that is not there as well."""
    assert files.read("a/b.json") is None
    assert list(files.keys("a/")) == []


def test_keys_by_their_beginning(files: BackendFiles) -> None:
    """In order, those that begin so, with all of their folders, and no drafts."""
    for key in ("a/c/d", "a/b", "a-b", "b/a", "a/bc"):
        files.write_new(key, b"")

    assert list(files.keys("a/")) == ["a/b", "a/bc", "a/c/d"]
    assert list(files.keys("a/b")) == ["a/b", "a/bc"]


def test_parts_of_a_bucket_are_apart() -> None:
    """What lies in another folder of the bucket is not seen."""
    with moto_place() as place:
        one = BucketFiles(place.s3, bucket=place.bucket, prefix="one")
        other = BucketFiles(place.s3, bucket=place.bucket, prefix="other")
        one.write_new("a", b"1")

        assert other.read("a") is None
        assert list(other.keys("")) == []
        whole = BucketFiles(place.s3, bucket=place.bucket)
        assert list(whole.keys("")) == ["one/a"]


def test_files_of_a_folder_are_for_their_owner(tmp_path: Path) -> None:
    """States hold more than anybody should read."""
    FolderFiles(tmp_path / "state").write_new("a/b", b"1")

    assert stat.S_IMODE((tmp_path / "state" / "a" / "b").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state" / "a").iterdir()] == ["b"]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    """A file where a folder is needed is told as such."""
    (tmp_path / "state").write_text("")

    files = FolderFiles(tmp_path / "state")
    with pytest.raises(RefusedKeyError):
        files.write_new("a/b", b"1")
    with pytest.raises(RefusedKeyError):
        list(files.keys(""))


def test_a_bucket_that_is_not_there() -> None:
    """A wrong name is told as such, whatever is asked first."""
    with moto_place() as place:
        files = BucketFiles(place.s3, bucket="nobody-has-this")
        for ask in (lambda: list(files.keys("")), lambda: files.write_new("a", b"")):
            with pytest.raises(StoreSetupError, match="nobody-has-this"):
                ask()


def test_nobody_answers() -> None:
    """An endpoint that is down is a store that does not answer."""
    _, s3 = aws_clients("http://127.0.0.1:1")

    with pytest.raises(StoreUnavailableError):
        BucketFiles(s3, bucket="b").read("a")

    s3.close()
