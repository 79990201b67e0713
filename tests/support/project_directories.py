"""Makes project directories, and reads back what a directory holds."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_FILE = b"name: shop\nruntime: python\n"


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A file as far as a program cares about it."""

    content: bytes
    is_executable: bool = False


def write_project(directory: Path, files: Mapping[str, bytes | PlainFile] | None = None) -> Path:
    """A project named `shop` with these files; a Pulumi.yaml among them replaces the usual one."""
    return write_tree(directory, {"Pulumi.yaml": PROJECT_FILE, **(files or {})})


def write_tree(directory: Path, files: Mapping[str, bytes | PlainFile]) -> Path:
    """The directory, with these files in it."""
    directory.mkdir(parents=True, exist_ok=True)
    for path, written in files.items():
        file = written if isinstance(written, PlainFile) else PlainFile(written)
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        target.chmod(0o755 if file.is_executable else 0o644)
    return directory


def read_tree(directory: Path) -> dict[str, PlainFile]:
    """Every file below the directory; fails on anything that is neither file nor directory."""
    found = {}
    for path in directory.rglob("*"):
        mode = path.lstat().st_mode
        if not stat.S_ISDIR(mode):
            assert stat.S_ISREG(mode), f"{path} is not a plain file"
            relative = path.relative_to(directory).as_posix()
            found[relative] = PlainFile(path.read_bytes(), bool(mode & stat.S_IXUSR))
    return found
