"""What trees are made of."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from building.dependencies import DependencySource
from building.trees import TreeFile, copy_files, files_below, fingerprint_of

_CACHE = "__pycache__"
# Tells type checkers, of which there are none on Lambda, that a package has types.
_TYPE_MARKER = "py.typed"


class Part(Protocol):
    """Something that is written into a tree."""

    def fingerprint(self) -> str:
        """Changes when `write` would write something else."""
        ...

    def write(self, tree: Path) -> None:
        """Write it into the tree, which no other part has files in common with."""
        ...


@dataclass(frozen=True, slots=True)
class SourcePackage:
    """A package of ours, with its data files; `without` names subpackages that stay behind."""

    source: Path
    place: str
    without: frozenset[str] = frozenset()

    def fingerprint(self) -> str:
        return _digest(self.place, fingerprint_of(self._files()))

    def write(self, tree: Path) -> None:
        copy_files(self._files(), tree / self.place)

    def _files(self) -> Sequence[TreeFile]:
        return files_below(self.source, self._is_wanted)

    def _is_wanted(self, name: str) -> bool:
        if name in self.without:
            return False
        path = PurePosixPath(name)
        is_hidden = path.name.startswith(".")
        return not is_hidden and path.name not in (_CACHE, _TYPE_MARKER) and path.suffix != ".pyc"


@dataclass(frozen=True, slots=True)
class SingleFile:
    """One file of the repository."""

    source: Path
    place: str
    is_executable: bool = False

    def fingerprint(self) -> str:
        return fingerprint_of([self._file()])

    def write(self, tree: Path) -> None:
        copy_files([self._file()], tree)

    def _file(self) -> TreeFile:
        return TreeFile(self.place, self.source, self.is_executable)


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """What a requirements file pins."""

    requirements: Path
    source: DependencySource
    place: str

    def fingerprint(self) -> str:
        pinned = hashlib.sha256(self.requirements.read_bytes()).hexdigest()
        return _digest(self.place, self.source.name, pinned)

    def write(self, tree: Path) -> None:
        target = tree / self.place
        target.mkdir(parents=True, exist_ok=True)
        self.source.install(self.requirements, target)


def _digest(*facts: str) -> str:
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()
