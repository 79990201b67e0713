"""Ways to confine a process that a test starts: file systems of its own, a limit on its memory.

Each works for root, and for anybody where the kernel lets people make namespaces and groups. Where
this machine lets nobody, the test is skipped, and says what it lacks.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine_children import eventually


@dataclass(frozen=True, slots=True)
class _Hierarchy:
    """One version of control groups. What may not grow must not go to the swap either."""

    root: Path
    limit: str
    swap: str
    is_swap_a_sum: bool


_CONTROL_GROUPS = Path("/sys/fs/cgroup")
_V1 = _Hierarchy(
    _CONTROL_GROUPS / "memory",
    "memory.limit_in_bytes",
    "memory.memsw.limit_in_bytes",
    is_swap_a_sum=True,
)
_V2 = _Hierarchy(_CONTROL_GROUPS, "memory.max", "memory.swap.max", is_swap_a_sum=False)
_UNSHARES = (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount"))


def own_mounts() -> Sequence[str]:
    """What starts a process that may mount what nobody else sees."""
    for command in _UNSHARES:
        with suppress(OSError):
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    pytest.skip("no mount namespace: run this test as root, or allow user namespaces")


def mount_memory(folder: str, options: str = "size=1m") -> str:
    """A program that puts an empty file system, kept in memory, over the folder."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    return f"import subprocess; subprocess.run({command}, check=True)"


@contextmanager
def limited_memory(limit_bytes: int) -> Iterator[Sequence[str]]:
    """What starts a process that the kernel kills above the limit."""
    group = _group_with(limit_bytes)
    try:
        yield "sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"
    finally:
        assert eventually(lambda: _is_removed(group)), f"{group} still holds processes"


def _group_with(limit_bytes: int) -> Path:
    """Below our own group, or below one above it: where version 2 has processes, no group can be
    limited.
    """
    for hierarchy, parent in _places():
        group = parent / f"hoist-test-{os.getpid()}"
        with suppress(OSError):
            group.mkdir()
            with suppress(OSError):
                _write(group / hierarchy.limit, limit_bytes)
                # A kernel that counts no swap has no such file.
                with suppress(FileNotFoundError):
                    swap = limit_bytes if hierarchy.is_swap_a_sum else 0
                    _write(group / hierarchy.swap, swap)
                return group
            group.rmdir()
    pytest.skip("no control group: run this test as root, or in a delegated group")


def _places() -> Iterator[tuple[_Hierarchy, Path]]:
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            hierarchy = _V1
        elif not controllers:
            hierarchy = _V2
        else:
            continue
        own = hierarchy.root / path.lstrip("/")
        for parent in (own, *own.parents):
            if parent.is_relative_to(hierarchy.root):
                yield hierarchy, parent


def _write(file: Path, number: int) -> None:
    """Raises FileNotFoundError where the group has no such file, rather than to try to make it."""
    with file.open("r+") as opened:
        opened.write(str(number))


def _is_removed(group: Path) -> bool:
    with suppress(OSError):
        group.rmdir()
    return not group.exists()
