"""Installs what a program's requirements pin into a folder that travels in its archive.

The worker has no network way to a package index, and two runs of one program must import the same
code. So the client installs, once per set of pins: only wheels for the worker's platform, nothing
that is not listed, no bytecode.
"""

import csv
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrator.engine.programs.errors import DependencyNotInstalledError
from orchestrator.engine.programs.pip import Pip
from orchestrator.engine.programs.project import read_project
from orchestrator.engine.programs.requirements import REQUIREMENTS_FILE, read_requirements
from orchestrator.engine.programs.selection import Pin, Selection, select
from orchestrator.engine.programs.target import Target

# A change in what `_install` makes of the same pins takes the next number.
_CACHE_FORMAT: Final = "vendored 1"
_INSTALLERS_NOTES: Final = ("INSTALLER", "REQUESTED", "direct_url.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendored:
    """A program's own packages; `directory` is None when it needs none, and is only to be read."""

    directory: Path | None
    installed: tuple[Pin, ...]
    from_worker: tuple[Pin, ...]
    replacing: tuple[Pin, ...]


def vendor_packages(
    project_directory: Path,
    *,
    target: Target,
    worker_packages: Mapping[str, str],
    cache: Path,
    pip: Pip,
) -> Vendored:
    """Install what the project's requirements.txt pins and the worker does not bring.

    `worker_packages` are names and versions. Raises a ProgramError when the requirements leave
    anything open, want another pulumi than the worker's, or cannot be installed.
    """
    written = read_requirements(_requirements_home(project_directory))
    selection = select(written, markers=target.markers, worker_packages=worker_packages)
    directory = None
    if selection.to_install:
        directory = cache / _cache_key(selection, target)
        if not directory.is_dir():
            _install(selection, target, directory, pip)
    return Vendored(
        directory=directory,
        installed=selection.to_install,
        from_worker=selection.from_worker,
        replacing=selection.replacing,
    )


def _requirements_home(project_directory: Path) -> Path:
    """Beside the program if `main` moved it and they are there, else beside Pulumi.yaml."""
    main = project_directory / read_project(project_directory).main
    program_directory = main if main.is_dir() else main.parent
    if (program_directory / REQUIREMENTS_FILE).exists():
        return program_directory
    return project_directory


def _cache_key(selection: Selection, target: Target) -> str:
    lines = [_CACHE_FORMAT, target.name, *(pin.line() for pin in selection.to_install)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _install(selection: Selection, target: Target, directory: Path, pip: Pip) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".installing-") as temporary:
        lines = "".join(f"{pin.line()}\n" for pin in selection.to_install)
        requirements = Path(temporary) / REQUIREMENTS_FILE
        requirements.write_text(lines, encoding="utf-8")
        packages = Path(temporary) / "packages"
        _run_pip(selection, target, requirements, packages, pip)
        _tidy(packages)
        _settle(packages, directory)


def _run_pip(
    selection: Selection, target: Target, requirements: Path, packages: Path, pip: Pip
) -> None:
    arguments = ["--no-deps", "--only-binary", ":all:", "--no-compile", "--target", str(packages)]
    arguments += target.pip_options
    if selection.is_hashed:
        arguments.append("--require-hashes")
    result = pip([*arguments, "--requirement", str(requirements)])
    if result.exit_code != 0 or not packages.is_dir():
        raise DependencyNotInstalledError(
            f"pip could not install the program's packages for {target.name}:\n{result.output}",
            way_out="Each pinned version needs a wheel for the worker's platform; where there is "
            "none, pin a version that has one, or build a wheel and put it in your index.",
        )


def _tidy(packages: Path) -> None:
    """Remove what differs between two machines that install the same wheels."""
    # Scripts begin with the path of the interpreter that installed them.
    shutil.rmtree(packages / "bin", ignore_errors=True)
    for information in packages.glob("*.dist-info"):
        for name in _INSTALLERS_NOTES:
            (information / name).unlink(missing_ok=True)
        _drop_removed(information / "RECORD", packages)


def _drop_removed(record: Path, packages: Path) -> None:
    if not record.exists():
        return
    lines = record.read_text(encoding="utf-8").splitlines()
    kept = [
        line
        for line, (path, *_) in zip(lines, csv.reader(lines), strict=True)
        if not path.startswith("..") and (packages / path).exists()
    ]
    record.write_text("".join(f"{line}\n" for line in sorted(kept)), encoding="utf-8")


def _settle(packages: Path, directory: Path) -> None:
    try:
        packages.rename(directory)
    except OSError:
        # Another process installed the same pins in the meantime: theirs are as good.
        if not directory.is_dir():
            raise
