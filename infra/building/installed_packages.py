"""Takes third-party packages from the environment of this process: quick, and without a network.

They are those of this machine and this Python, so they are for tests and the emulator.
"""

import platform
import sys
import sysconfig
from collections.abc import Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import default_environment
from packaging.version import Version

from building.dependencies import is_needed_to_run
from building.errors import EnvironmentStaleError
from building.requirements import Pin, read_pins
from building.trees import TreeFile, copy_files


class InstalledPackages:
    """The packages on a search path; by default on that of this process."""

    def __init__(self, search_path: Sequence[str] | None = None) -> None:
        self._search_path = list(sys.path if search_path is None else search_path)

    @property
    def name(self) -> str:
        return f"installed: {sysconfig.get_platform()} python {platform.python_version()}"

    def install(self, requirements: Path, target: Path) -> None:
        """Copy what the pins name; raises EnvironmentStaleError unless all of it is here."""
        environment = {key: str(value) for key, value in default_environment().items()}
        for pin in read_pins(requirements, environment):
            try:
                copy_files(_files(self._find(pin), pin), target)
            except FileNotFoundError as error:
                raise _stale(pin, "lost files of it") from error

    def _find(self, pin: Pin) -> Distribution:
        found = next(iter(distributions(name=pin.name, path=self._search_path)), None)
        if found is None:
            raise _stale(pin, "none")
        if Version(found.version) != pin.version:
            raise _stale(pin, found.version)
        return found


def _files(distribution: Distribution, pin: Pin) -> list[TreeFile]:
    if distribution.files is None:
        raise _stale(pin, "no record of its files")
    return [
        _tree_file(file.as_posix(), Path(str(file.locate())))
        for file in distribution.files
        if is_needed_to_run(file.as_posix())
    ]


def _tree_file(name: str, path: Path) -> TreeFile:
    return TreeFile(name, path, is_executable=bool(path.stat().st_mode & 0o100))


def _stale(pin: Pin, found: str) -> EnvironmentStaleError:
    return EnvironmentStaleError(pin.name, wanted=str(pin.version), found=found)
