"""Where third-party packages come from, and which of their files run."""

from pathlib import Path, PurePosixPath
from typing import Protocol

# What installers tell each other. It differs from machine to machine, and no program reads it.
_INSTALLERS_NOTES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_CACHE = "__pycache__"
# Scripts begin with the path of the interpreter that installed them.
_SCRIPTS = "bin"


class DependencySource(Protocol):
    """Lays what a requirements file pins into a directory."""

    @property
    def name(self) -> str:
        """For which machine and Python; two sources of one name lay down the same files."""
        ...

    def install(self, requirements: Path, target: Path) -> None:
        """Lay the files that run into `target`; raises a HoistError that names the package."""
        ...


def is_needed_to_run(name: str) -> bool:
    """Whether a file or directory of an installed package, by its name, is needed to run it.

    Data and tests that packages bring along stay: nobody but them knows what they read. All of
    them take a quarter of what Lambda allows.
    """
    path = PurePosixPath(name)
    if path.parts[0] in (_SCRIPTS, ".."):
        return False
    if _CACHE in path.parts or path.suffix == ".pyc":
        return False
    return not (path.parent.suffix == ".dist-info" and path.name in _INSTALLERS_NOTES)
