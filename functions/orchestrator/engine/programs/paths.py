"""Which file names a program may hold: those that mean the same on every file system.

The client refuses them when it packs, so that the worker never has to refuse a good program.
"""

import unicodedata

from orchestrator.engine.programs.errors import ProgramInvalidError, ProgramTooLargeError
from orchestrator.engine.programs.limits import Limits

_WAY_OUT = "Rename or remove it, or list it in .hoistignore."


def check_path(path: str, limits: Limits) -> None:
    """Raise unless `path` is relative, portable and stays below the directory it is put in."""
    reason = _fault(path)
    if reason:
        raise ProgramInvalidError(f"the file name {path!r} {reason}", way_out=_WAY_OUT)
    parts = [part.encode() for part in path.split("/")]
    if len(path.encode()) > limits.path_bytes or max(map(len, parts)) > limits.name_bytes:
        raise ProgramTooLargeError(
            f"the file name {path[:60]!r}... is too long: a path has at most "
            f"{limits.path_bytes} bytes and each of its parts {limits.name_bytes}",
            way_out=_WAY_OUT,
        )


def _fault(path: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return "has a control character in it"
    if any("\ud800" <= character <= "\udfff" for character in path):
        return "is not UTF-8"
    if "\\" in path or ":" in path:
        return "has a backslash or a colon, which Windows reads as a directory or a drive"
    if path.startswith("/"):
        return "is absolute"
    if any(part in ("", ".", "..") for part in path.split("/")):
        return "has a part that is empty or only dots"
    return ""


class PathRegister:
    """Remembers paths and refuses one that another file system would take for an earlier one."""

    def __init__(self) -> None:
        self._spelling: dict[str, str] = {}
        self._files: set[str] = set()

    def add(self, path: str) -> None:
        """Raise if the path, or a directory on its way, clashes with one that was added before.

        Clashing are: the same path twice, two spellings that differ only in case or Unicode
        form, and a file where another path needs a directory.
        """
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            self._add_step("/".join(parts[:depth]), is_file=depth == len(parts))

    def _add_step(self, path: str, *, is_file: bool) -> None:
        key = _as_any_file_system_sees_it(path)
        known = self._spelling.get(key)
        if known is not None and (known != path or is_file or key in self._files):
            raise ProgramInvalidError(
                f"the file names {known!r} and {path!r} are one to some file systems",
                way_out=_WAY_OUT,
            )
        self._spelling[key] = path
        if is_file:
            self._files.add(key)


def _as_any_file_system_sees_it(path: str) -> str:
    # Case folding can undo normalisation, so normalise on both sides of it.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())
