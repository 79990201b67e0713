"""Where a program's modules are looked for, and in which order."""

import sysconfig
from collections.abc import Sequence
from pathlib import Path


def with_packages(search_path: Sequence[str], packages: Sequence[str]) -> list[str]:
    """The search path with further packages, which come before those that are installed.

    Python's own library stays ahead of both, as it is for installed packages: there are packages
    with names like `enum` or `dataclasses` for Pythons that lacked them.
    """
    library = [entry for entry in search_path if _is_library(Path(entry))]
    added = [entry for entry in dict.fromkeys(packages) if entry and entry not in library]
    rest = [entry for entry in search_path if entry not in library and entry not in added]
    return [*library, *added, *rest]


def _is_library(entry: Path) -> bool:
    library = Path(sysconfig.get_paths()["stdlib"])
    is_archive = entry.parent == library.parent and entry.suffix == ".zip"
    return is_archive or entry in (library, library / "lib-dynload")
