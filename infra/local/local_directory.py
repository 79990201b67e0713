"""The directory of the local installation: only one that we made is ever deleted."""

import shutil
from pathlib import Path

from local.errors import ForeignDirectoryError
from local.settings import LocalSettings

MARKER = ".hoist-local"


def claim_directory(settings: LocalSettings) -> None:
    """Make the local directory ours; raises ForeignDirectoryError if it holds other files.

    The default one, in the repository's build directory, is ours by its name.
    """
    directory = settings.directory
    directory.mkdir(parents=True, exist_ok=True)
    if is_ours(directory):
        return
    if any(directory.iterdir()) and not settings.is_default_directory:
        raise ForeignDirectoryError(directory)
    (directory / MARKER).touch()


def is_ours(directory: Path) -> bool:
    """Whether `claim_directory` was here."""
    return (directory / MARKER).is_file()


def purge_directory(settings: LocalSettings) -> bool:
    """Delete all local data; says whether there was any.

    Raises ForeignDirectoryError, and deletes nothing, if the directory is not ours.
    """
    if not settings.directory.exists():
        return False
    if not is_ours(settings.directory):
        raise ForeignDirectoryError(settings.directory)
    shutil.rmtree(settings.directory)
    return True
