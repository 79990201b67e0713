"""Directory trees, file by file: always in the same order, whatever the file system says."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from building.errors import FileNotPackableError

DIRECTORY_MODE = 0o755
# Whether a directory or a file of this name, relative to the tree, is part of it.
IsWanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file of a tree; its name is relative to the tree and has slashes."""

    name: str
    path: Path
    is_executable: bool

    @property
    def mode(self) -> int:
        """One of two: what a umask makes of the others differs from machine to machine."""
        return 0o755 if self.is_executable else 0o644


def files_below(directory: Path, is_wanted: IsWanted = lambda _: True) -> list[TreeFile]:
    """The files of a tree by name; nothing is looked at below a directory that is not wanted.

    Raises FileNotPackableError for a link or a special file: neither survives every zip and copy.
    """
    return sorted(_walk(directory, "", is_wanted), key=lambda file: file.name)


def _walk(directory: Path, prefix: str, is_wanted: IsWanted) -> Iterator[TreeFile]:
    with os.scandir(directory) as entries:
        for entry in entries:
            name = prefix + entry.name
            if not is_wanted(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{name}/", is_wanted)
            else:
                yield _tree_file(entry, name)


def _tree_file(entry: "os.DirEntry[str]", name: str) -> TreeFile:
    path = Path(entry.path)
    if not entry.is_file(follow_symlinks=False):
        raise FileNotPackableError(path, "is a link or a special file")
    if not name.isprintable():
        raise FileNotPackableError(path, "has a name that cannot be written down")
    owner_may_run = entry.stat(follow_symlinks=False).st_mode & 0o100
    return TreeFile(name, path, is_executable=bool(owner_may_run))


def copy_files(files: Iterable[TreeFile], target: Path) -> None:
    """Copy them into a tree, under their names."""
    made: set[Path] = set()
    for file in files:
        destination = target / file.name
        if destination.parent not in made:
            destination.parent.mkdir(parents=True, exist_ok=True)
            made.add(destination.parent)
        shutil.copyfile(file.path, destination)
        destination.chmod(file.mode)


def set_modes(tree: Path) -> None:
    """Let everybody read the tree, whatever the umask was: Lambda's user is not its owner."""
    for file in files_below(tree):
        file.path.chmod(file.mode)
    for directory, _, _ in os.walk(tree):
        Path(directory).chmod(DIRECTORY_MODE)


def fingerprint_of(files: Iterable[TreeFile]) -> str:
    """Changes with any name, mode or content, and with nothing else."""
    facts = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.path.read_bytes()).hexdigest()
        facts.update(f"{file.name}\0{file.mode:o}\0{content}\n".encode())
    return facts.hexdigest()


def size_of(files: Iterable[TreeFile]) -> int:
    """What they take unzipped, in bytes."""
    return sum(file.path.stat().st_size for file in files)
