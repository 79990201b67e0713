"""Trees to pack, and ways to write down one tree so that only its traces differ."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from hypothesis import strategies as st

from project_directories import PlainFile, write_tree

_SEGMENT = st.text("ab-_. é漢", min_size=1, max_size=4).filter(lambda name: name.strip(". "))
_NAME = st.lists(_SEGMENT, min_size=1, max_size=3).map("/".join)
_FILE = st.builds(PlainFile, st.binary(max_size=40), st.booleans())


def _has_no_file_as_directory(files: Mapping[str, PlainFile]) -> bool:
    directories = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    return directories.isdisjoint(files)


trees = st.dictionaries(_NAME, _FILE, max_size=6).filter(_has_no_file_as_directory)


def write_differently(
    directory: Path, files: Mapping[str, PlainFile], *, order: Sequence[str], umask: int, time: int
) -> Path:
    """The same tree, written in another order, under another umask, at another time."""
    shutil.rmtree(directory, ignore_errors=True)
    write_tree(directory, {name: files[name] for name in order})
    for path in sorted(directory.rglob("*"), reverse=True):
        may_run = path.is_dir() or files[path.relative_to(directory).as_posix()].is_executable
        path.chmod((0o777 if may_run else 0o666) & ~umask)
        os.utime(path, (time, time))
    return directory
