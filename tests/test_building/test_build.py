"""Staging and packing."""

import fcntl
import hashlib
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from building.build import open_build
from building.packages import Package
from project_directories import read_tree
from scripted_parts import FailingPart, TextPart, artifact_of

KILLED_BUILD = """
import sys
from pathlib import Path
from building.build import open_build
from scripted_parts import DeadlyPart, artifact_of

with open_build(Path(sys.argv[1])) as build:
    build.stage(artifact_of(DeadlyPart()))
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "build"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Lists what was written into a tree."""
    log = tmp_path / "log"
    log.touch()
    return log


def stage(directory: Path, part: TextPart | FailingPart) -> Path:
    with open_build(directory) as build:
        return build.stage(artifact_of(part)).path


def pack(directory: Path, part: TextPart) -> Package:
    with open_build(directory) as build:
        return build.pack(build.stage(artifact_of(part)))


def everything_below(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*")}


def test_nothing_is_made_twice(directory: Path, log: Path) -> None:
    """A second build of the same parts writes no file; another build of other parts does."""
    first = pack(directory, TextPart("one", log))
    inode = first.path.stat().st_ino

    assert pack(directory, TextPart("one", log)) == first
    assert first.path.stat().st_ino == inode
    pack(directory, TextPart("two", log))
    assert log.read_text().split() == ["one", "two"]


def test_a_package_is_named_by_its_bytes(directory: Path, log: Path) -> None:
    """The name holds the digest, and the older package of the artifact is gone."""
    pack(directory, TextPart("one", log))

    package = pack(directory, TextPart("two", log))

    assert package.sha256 == hashlib.sha256(package.path.read_bytes()).hexdigest()
    assert package.path.name == f"thing-{package.sha256}.zip"
    assert package.size_bytes == package.path.stat().st_size
    assert package.unzipped_bytes == 3
    assert [path.name for path in (directory / "packages").iterdir()] == [package.path.name]
    with zipfile.ZipFile(package.path) as archive:
        assert archive.read("file") == b"two"


def test_what_was_taken_away_is_made_again(directory: Path, log: Path) -> None:
    """A tree or a package that somebody deleted is there after the next build."""
    package = pack(directory, TextPart("one", log))
    package.path.unlink()

    assert pack(directory, TextPart("one", log)) == package
    assert package.path.is_file()
    tree = directory / "things" / "thing"
    tree.rename(directory / "elsewhere")
    assert stage(directory, TextPart("one", log)) == tree
    assert read_tree(tree)["file"].content == b"one"


def test_going_back_is_another_build(directory: Path, log: Path) -> None:
    """Parts that are again what they once were give the tree of then, not the last one."""
    for text in ("one", "two", "one"):
        tree = stage(directory, TextPart(text, log))

        assert read_tree(tree)["file"].content == text.encode()


def test_a_failed_build_changes_nothing(directory: Path, log: Path) -> None:
    """The tree of before stays whole, nothing half done is left, and the next build works."""
    before = stage(directory, TextPart("one", log))

    with pytest.raises(OSError, match="disk is full"):
        stage(directory, FailingPart())

    assert set(read_tree(before)) == {"file"}
    assert not any("half" in name for name in everything_below(directory))
    stage(directory, TextPart("one", log))
    assert read_tree(before)["file"].content == b"one"


def test_a_killed_build_leaves_nothing_half_done(directory: Path, log: Path) -> None:
    """After SIGKILL in the middle the tree is that of before, and the next build tidies up."""
    before = stage(directory, TextPart("one", log))

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BUILD, str(directory)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )

    assert killed.returncode == -9
    assert set(read_tree(before)) == {"file"}
    assert any("half" in name for name in everything_below(directory))
    stage(directory, TextPart("two", log))
    assert read_tree(before)["file"].content == b"two"
    assert not any("half" in name for name in everything_below(directory))


def test_one_process_builds_at_a_time(directory: Path) -> None:
    """While a build is open, nobody else gets its lock; afterwards anybody does."""
    lock = directory / ".building.lock"
    with (
        open_build(directory),
        lock.open("a") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with lock.open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_strict_umask_does_not_matter(directory: Path, log: Path) -> None:
    """Lambda's user can read every tree, also one that was staged under umask 077."""
    umask = os.umask(0o077)
    try:
        tree = stage(directory, TextPart("one", log))
    finally:
        os.umask(umask)

    assert stat.S_IMODE(tree.stat().st_mode) == 0o755
    assert stat.S_IMODE((tree / "file").stat().st_mode) == 0o644
