"""Zips of which the bytes follow from the tree alone.

File times, owners, the umask and the file system's order leave no trace. The compressed bytes are
those of zlib at one level: an interpreter built with another deflate (zlib-ng) may name a package
otherwise, and put the very same files into it.
"""

import stat
import zipfile
from pathlib import Path

from building.trees import TreeFile, files_below

# The first date that a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)
_COMPRESSION_LEVEL = 9
# Modes are kept only for a zip that says it was made on Unix.
_UNIX = 3


def write_zip(tree: Path, target: Path) -> None:
    """Write the files of the tree into a new zip; raises FileNotPackableError."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in files_below(tree):
            archive.writestr(
                _entry(file),
                file.path.read_bytes(),
                compress_type=zipfile.ZIP_DEFLATED,
                compresslevel=_COMPRESSION_LEVEL,
            )


def _entry(file: TreeFile) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.name, _DATE)
    entry.create_system = _UNIX
    entry.external_attr = (stat.S_IFREG | file.mode) << 16
    return entry
