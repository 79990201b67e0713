"""Any text as a file name, and back.

Only lower-case letters stand for themselves: a file system may ignore case (macOS), and two keys
must never share a file.
"""

import hashlib
from urllib.parse import unquote

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_.")
# A file name ends at 255 bytes; this leaves room for a suffix.
_MAX_NAME_LENGTH = 240
_DIGEST_MARK = "="


def file_name(text: str) -> str:
    """A safe name, readable where the text is; a digest of the text when it would be too long."""
    name = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in text.encode())
    if name.startswith("."):
        name = "%2e" + name[1:]
    if len(name) > _MAX_NAME_LENGTH:
        return _DIGEST_MARK + hashlib.sha256(text.encode()).hexdigest()
    return name


def text_of(name: str) -> str | None:
    """The text that `file_name` turned into this name; None when the name is a digest."""
    return None if name.startswith(_DIGEST_MARK) else unquote(name, errors="strict")
