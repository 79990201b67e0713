"""Reading the kernel's small files, which are made anew by each read."""

import os

_MOST_BYTES = 64 * 1024


def read_small_file(path: str) -> bytes:
    """The file's text. Raises OSError.

    Without Python's buffers, which take longer than the kernel does.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)


def number_in(text: bytes) -> int | None:
    """The whole number that a file consists of; None for anything else, such as `max`."""
    stripped = text.strip()
    # The largest that a kernel writes has 20 digits.
    return int(stripped) if stripped.isdigit() and len(stripped) <= 20 else None


def field_in(text: bytes, name: bytes) -> int | None:
    """The number behind `name` in a file of lines such as `VmHWM:    1234 kB`; None without one."""
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == name:
            return number_in(words[1])
    return None
