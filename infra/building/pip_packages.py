"""Installs third-party packages with pip: wheels for Lambda, whatever machine this is."""

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from building.dependencies import is_needed_to_run
from building.errors import DependenciesNotInstalledError
from building.requirements import read_pins
from building.trees import copy_files, files_below

PYTHON_VERSION = "3.13"
# Amazon Linux 2023, which this Python of Lambda's is on, has glibc 2.34; the oldest tag that
# wheels still carry is 2.17. pip takes the list as it is: a newer glibc does not imply an older.
_GLIBC_MINORS = range(34, 16, -1)
_TIMEOUT_SECONDS = 900
_SHOWN_CHARACTERS = 2_000
_CREDENTIALS = re.compile(r"//[^/\s@]+@")


class Machine(Enum):
    """A processor that Lambda offers, by its name in wheel tags."""

    ARM64 = "aarch64"
    X86_64 = "x86_64"


@dataclass(frozen=True, slots=True)
class PipPackages:
    """The pip of an interpreter; it finds indexes and proxies as this user has set them."""

    machine: Machine
    python: Path
    options: Sequence[str] = ()

    @property
    def name(self) -> str:
        return f"wheels: lambda {self.machine.value} python {PYTHON_VERSION}"

    def install(self, requirements: Path, target: Path) -> None:
        """Install what the pins name, each verified by its hashes, and nothing else.

        Raises DependenciesNotInstalledError, RequirementNotPinnedError.
        """
        # pip would judge markers by the interpreter that runs it, so none are left to it.
        pins = read_pins(requirements, _markers(self.machine))
        with tempfile.TemporaryDirectory(dir=target.parent) as temporary:
            written = Path(temporary) / requirements.name
            written.write_text("".join(f"{pin.line()}\n" for pin in pins), encoding="utf-8")
            packages = Path(temporary) / "packages"
            packages.mkdir()
            self._run(written, packages)
            copy_files(files_below(packages, is_needed_to_run), target)

    def _run(self, requirements: Path, packages: Path) -> None:
        try:
            # No package's code runs here, only wheels are unpacked, so pip may see what we see.
            done = subprocess.run(
                [str(self.python), "-m", "pip", "install", *_options(self.machine), *self.options]
                + ["--target", str(packages), "--requirement", str(requirements)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise self._failed(requirements, f"no end after {_TIMEOUT_SECONDS} s") from error
        except OSError as error:
            raise self._failed(requirements, f"pip cannot be started: {error.strerror}") from error
        if done.returncode != 0:
            said = _CREDENTIALS.sub("//****@", done.stdout.decode(errors="replace"))
            raise self._failed(requirements, f"\n{said.strip()[-_SHOWN_CHARACTERS:]}")

    def _failed(self, requirements: Path, reason: str) -> DependenciesNotInstalledError:
        return DependenciesNotInstalledError(requirements.name, target=self.name, reason=reason)


def _options(machine: Machine) -> list[str]:
    tags = [f"manylinux_2_{minor}_{machine.value}" for minor in _GLIBC_MINORS]
    tags.append(f"manylinux2014_{machine.value}")
    return [
        *("--disable-pip-version-check", "--no-input", "--quiet"),
        *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"),
        *("--python-version", PYTHON_VERSION, "--implementation", "cp"),
        *(option for tag in tags for option in ("--platform", tag)),
    ]


def _markers(machine: Machine) -> Mapping[str, str]:
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{PYTHON_VERSION}.0",
        "os_name": "posix",
        "platform_machine": machine.value,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{PYTHON_VERSION}.0",
        "python_version": PYTHON_VERSION,
        "sys_platform": "linux",
    }
