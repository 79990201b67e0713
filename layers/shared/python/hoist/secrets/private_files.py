"""Small files that nobody but their owner may read: the key file, the passphrase's parameters."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hoist.secrets.errors import MasterKeyUnavailableError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Far above what either file holds: a path to something else must not fill the memory.
_MAX_BYTES = 4096


def read_private_file(path: Path) -> bytes:
    """Its bytes. Raises MasterKeyUnavailableError, also when somebody else could have read it."""
    with _file_errors(path):
        # Without blocking: a pipe would wait for its writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = os.open(path, flags)
        try:
            _check_private(path, os.fstat(file))
            return os.read(file, _MAX_BYTES)
        finally:
            os.close(file)


def create_private_file(path: Path, content: bytes) -> None:
    """Write it, 0600 and durable, unless there is one: of two processes the first one's stays.

    Raises MasterKeyUnavailableError.
    """
    with _file_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            _write_durably(draft, content)
            with suppress(FileExistsError):
                # Unlike a rename, a link never replaces what is there.
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _write_durably(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MasterKeyUnavailableError(
            f"The file {path} cannot be used: {error.strerror}.",
            way_out="Check the path and its owner; a symbolic link is not followed.",
        ) from error


def _check_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise MasterKeyUnavailableError(
            f"{path} is not a regular file.", way_out="Give the path of the key file itself."
        )
    if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & _OTHERS:
        raise MasterKeyUnavailableError(
            f"The file {path} may be read by others: its mode is {stat.S_IMODE(status.st_mode):o}.",
            way_out=f"Run `chmod 600 {path}` as the user who runs this; if others had access,"
            " change the master key.",
        )
