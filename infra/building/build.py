"""A build: trees are staged and packed below one directory, by one process at a time.

A tree is made aside and moved into place, so one that is there is whole. What a killed build left
aside is cleared by the next.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from building.artifacts import Artifact
from building.packages import Package, package_name, sha256_of
from building.stamps import Stamp
from building.trees import files_below, set_modes, size_of
from building.zips import write_zip

_LOCK = ".building.lock"
_ASIDE = ".building"
_STAMPS = ".stamps"
_PACKAGES = "packages"


@dataclass(frozen=True, slots=True)
class StagedTree:
    """An artifact as it lies on disk."""

    artifact: Artifact
    path: Path
    fingerprint: str
    size_bytes: int


@contextmanager
def open_build(directory: Path) -> Iterator["Build"]:
    """The build in this directory; waits while another process has it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        aside = directory / _ASIDE
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            yield Build(directory)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


class Build:
    """Of `open_build`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def stage(self, artifact: Artifact) -> StagedTree:
        """The artifact's tree, made unless it is there as its parts now are.

        Raises a HoistError that names the file or the package.
        """
        fingerprint = artifact.fingerprint()
        tree = self._directory / artifact.directory
        stamp = self._stamp(artifact.name)
        if not tree.is_dir() or stamp.read() != fingerprint:
            stamp.remove()
            self._replace(tree, self._made_aside(artifact))
            stamp.write(fingerprint)
        return StagedTree(artifact, tree, fingerprint, size_of(files_below(tree)))

    def pack(self, staged: StagedTree) -> Package:
        """The zip of a tree, in place of any older one; raises FileNotPackableError."""
        artifact = staged.artifact.name
        stamp = self._stamp(f"{artifact}.zip")
        fingerprint, _, sha256 = stamp.read().partition(" ")
        path = self._directory / _PACKAGES / package_name(artifact, sha256)
        if fingerprint != staged.fingerprint or not path.is_file():
            stamp.remove()
            draft = self._aside / f"{artifact}.zip"
            write_zip(staged.path, draft)
            sha256 = sha256_of(draft)
            path = self._only_package(artifact, sha256, draft)
            stamp.write(f"{staged.fingerprint} {sha256}")
        return Package(artifact, path, sha256, path.stat().st_size, staged.size_bytes)

    def _made_aside(self, artifact: Artifact) -> Path:
        tree = self._aside / artifact.name
        tree.mkdir()
        for part in artifact.parts:
            part.write(tree)
        set_modes(tree)
        return tree

    def _replace(self, tree: Path, made: Path) -> None:
        tree.parent.mkdir(parents=True, exist_ok=True)
        if tree.exists():
            tree.rename(self._aside / f"old-{made.name}")
        made.rename(tree)

    def _only_package(self, artifact: str, sha256: str, draft: Path) -> Path:
        path = self._directory / _PACKAGES / package_name(artifact, sha256)
        path.parent.mkdir(exist_ok=True)
        for older in path.parent.glob(package_name(artifact, "[0-9a-f]" * len(sha256))):
            older.unlink()
        return draft.rename(path)

    def _stamp(self, name: str) -> Stamp:
        return Stamp(self._directory / _STAMPS / name)

    @property
    def _aside(self) -> Path:
        return self._directory / _ASIDE
