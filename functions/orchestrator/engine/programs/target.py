"""Where a program's packages will run, as pip and environment markers see it."""

import platform
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from packaging.markers import default_environment

# Amazon Linux 2023, which the worker's image is built on, has glibc 2.34; the oldest tag that
# wheels still carry is 2.17. pip takes this list as it is: a newer glibc does not imply the older.
_GLIBC_MINORS: Final = range(34, 16, -1)


class Machine(Enum):
    """A processor that Lambda offers, by its name in wheel tags."""

    X86_64 = "x86_64"
    ARM64 = "aarch64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One kind of machine; two targets of the same name take the same packages."""

    name: str
    pip_options: tuple[str, ...]
    markers: Mapping[str, str]


def this_machine() -> Target:
    """The interpreter that runs this, for a worker on the same machine."""
    return Target(
        name=f"{sysconfig.get_platform()} python {platform.python_version()}",
        pip_options=(),
        markers={key: str(value) for key, value in default_environment().items()},
    )


def lambda_worker(machine: Machine, *, python_version: str) -> Target:
    """The worker's image, with Python `3.13` or another; the laptop's own tags never count.

    Not even on Linux: a laptop's glibc may be newer than the worker's.
    """
    tags = [f"manylinux_2_{minor}_{machine.value}" for minor in _GLIBC_MINORS]
    tags.append(f"manylinux2014_{machine.value}")
    platforms = [option for tag in tags for option in ("--platform", tag)]
    return Target(
        name=f"lambda {machine.value} python {python_version}",
        pip_options=("--python-version", python_version, "--implementation", "cp", *platforms),
        markers={
            "implementation_name": "cpython",
            "implementation_version": f"{python_version}.0",
            "os_name": "posix",
            "platform_machine": machine.value,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{python_version}.0",
            "python_version": python_version,
            "sys_platform": "linux",
        },
    )
