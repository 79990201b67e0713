"""Finding what a process has started. Linux lists children in a file; asking psutil means looking
at every process of the machine.
"""

import os
from collections.abc import Iterator
from contextlib import suppress

import psutil

from hoist.runtime.small_files import read_small_file


def has_children_files(pid: int, *, proc: str) -> bool:
    """Whether this kernel lists children (Linux can be built without)."""
    return os.path.exists(f"{proc}/{pid}/task/{pid}/children")


def descendants_from_files(process: psutil.Process) -> Iterator[psutil.Process]:
    """Those that live now; one that ends while we look may be missing, and its children with it."""
    waiting = [process.pid]
    while waiting:
        for pid in _children(waiting.pop()):
            waiting.append(pid)
            with suppress(psutil.Error):
                yield psutil.Process(pid)


def descendants_from_psutil(process: psutil.Process) -> list[psutil.Process]:
    """The same, anywhere and slower."""
    return process.children(recursive=True)


def _children(pid: int) -> list[int]:
    folder = f"/proc/{pid}/task"
    found: list[int] = []
    # Gone meanwhile: a process, or one of its threads.
    with suppress(FileNotFoundError, ProcessLookupError):
        for thread in os.listdir(folder):
            with suppress(FileNotFoundError, ProcessLookupError):
                listed = read_small_file(f"{folder}/{thread}/children").split()
                found += (int(child) for child in listed)
    return found
