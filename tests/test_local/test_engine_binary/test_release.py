"""The official release: what is asked for, and what is believed of the answers."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest

from local.engine_binary.pin import Platform
from local.engine_binary.release import OfficialRelease
from local.errors import EngineStepError
from local_installation import PINNED
from recording_progress import RecordingProgress

BASE = "https://releases.test"
ARCHIVE = "pulumi-v3.250.0-linux-x64.tar.gz"
ARCHIVE_URL = f"{BASE}/v3.250.0/{ARCHIVE}"
CHECKSUMS_URL = f"{BASE}/v3.250.0/pulumi-3.250.0-checksums.txt"
ENGINE = b"the engine's bytes"


class InMemoryDownloader:
    """Serves what it holds; everything else is not found."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def fetch(
        self,
        url: str,
        sink: IO[bytes],
        *,
        at_most: int,
        on_bytes: Callable[[int, int | None], None],
    ) -> None:
        if url not in self._files:
            raise EngineStepError(f"{url} answered 404")
        sink.write(self._files[url])
        on_bytes(len(self._files[url]), len(self._files[url]))


def tar_of(*members: tuple[str, bytes]) -> bytes:
    """A gzipped tar archive with these files."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def link_of(name: str, target: str) -> bytes:
    """A gzipped tar archive with one symbolic link."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = tarfile.SYMTYPE, target
        tar.addfile(member)
    return archive.getvalue()


def release_with(archive: bytes, checksums: str | None = None) -> OfficialRelease:
    """A release with this archive, and by default its right checksum."""
    right = f"{'0' * 64}  other.tar.gz\n{hashlib.sha256(archive).hexdigest()}  {ARCHIVE}\n"
    files = {ARCHIVE_URL: archive, CHECKSUMS_URL: (checksums or right).encode()}
    return OfficialRelease(PINNED, Platform("linux", "amd64"), InMemoryDownloader(files), BASE)


def test_writes_the_engine_out_of_the_archive(tmp_path: Path) -> None:
    """The one file that is the engine is written, and nothing beside it."""
    archive = tar_of(("pulumi/pulumi-language-go", b"another"), ("pulumi/pulumi", ENGINE))

    release_with(archive).write(tmp_path / "engine", RecordingProgress())

    assert (tmp_path / "engine").read_bytes() == ENGINE
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]


def test_tells_what_it_does(tmp_path: Path) -> None:
    """The task names the version and how long it may take."""
    progress = RecordingProgress()

    release_with(tar_of(("pulumi/pulumi", ENGINE))).write(tmp_path / "engine", progress)

    (sentence,) = progress.tasks
    assert "official release v3.250.0 (a minute or two)" in sentence
    assert progress.tasks[sentence].details == ["0 of 0 MiB"]


@pytest.mark.parametrize(
    ("checksums", "reason"),
    [
        (f"{'0' * 64}  {ARCHIVE}\n", "does not match its published checksum"),
        (f"{'0' * 64}  another.tar.gz\n", f"does not list {ARCHIVE}"),
        ("<html>not a list</html>", f"does not list {ARCHIVE}"),
    ],
)
def test_an_archive_without_its_checksum_is_refused(
    tmp_path: Path, checksums: str, reason: str
) -> None:
    """Nothing is written from an archive whose checksum is wrong or unknown."""
    release = release_with(tar_of(("pulumi/pulumi", ENGINE)), checksums)

    with pytest.raises(EngineStepError, match=reason):
        release.write(tmp_path / "engine", RecordingProgress())
    assert not (tmp_path / "engine").exists()


@pytest.mark.parametrize(
    "archive",
    [
        tar_of(("../pulumi/pulumi", ENGINE), ("../../escaped", b"x"), ("/tmp/pulumi", b"x")),
        tar_of(("pulumi/bin/pulumi", ENGINE)),
        link_of("pulumi/pulumi", "/bin/sh"),
        tar_of(),
    ],
    ids=["paths that lead out", "another layout", "a link", "empty"],
)
def test_an_archive_without_the_engine_writes_nothing(tmp_path: Path, archive: bytes) -> None:
    """Only a regular file of exactly the expected name is taken; no name is used as a path."""
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)

    with pytest.raises(EngineStepError, match="holds no file pulumi/pulumi"):
        release_with(archive).write(inside / "engine", RecordingProgress())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("cut", [10, 60])
def test_a_damaged_archive_is_refused(tmp_path: Path, cut: int) -> None:
    """An archive that cannot be read to the engine's end is a failed step, not a crash."""
    archive = tar_of(("pulumi/pulumi", ENGINE * 100))[:cut]

    with pytest.raises(EngineStepError, match="its archive"):
        release_with(archive).write(tmp_path / "engine", RecordingProgress())


def test_a_release_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A platform or version without a release is named by what was asked for."""
    release = OfficialRelease(PINNED, Platform("darwin", "arm64"), InMemoryDownloader({}), BASE)

    with pytest.raises(EngineStepError, match=f"{CHECKSUMS_URL} answered 404"):
        release.write(tmp_path / "engine", RecordingProgress())
