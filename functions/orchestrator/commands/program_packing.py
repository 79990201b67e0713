"""Packs a project's program with what it needs, for the worker that will run it."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestrator.engine.programs.archive import ProgramArchive, build_archive
from orchestrator.engine.programs.pip import SubprocessPip
from orchestrator.engine.programs.project import Project
from orchestrator.engine.programs.target import Machine, Target, lambda_worker, this_machine
from orchestrator.engine.programs.vendor import vendor_packages

# What a program may count on in the worker's image, which pins the same versions as this command.
_IN_THE_IMAGE = ("pulumi", "pulumi-aws")
_IMAGE_MACHINE, _IMAGE_PYTHON = Machine.ARM64, "3.13"


@dataclass(frozen=True, slots=True)
class WorkerPackages:
    """Which machine a worker is, and the packages that a program finds there."""

    target: Target
    versions: Mapping[str, str]


def worker_here() -> WorkerPackages:
    """A worker on this machine: its program host runs on this very Python."""
    return WorkerPackages(this_machine(), {found.name: found.version for found in distributions()})


def worker_on_lambda() -> WorkerPackages:
    """The worker's image."""
    found = _with_their_requirements(_IN_THE_IMAGE)
    target = lambda_worker(_IMAGE_MACHINE, python_version=_IMAGE_PYTHON)
    return WorkerPackages(target, {each.name: each.version for each in found})


def pack_program(
    directory: Path,
    project: Project,
    worker: WorkerPackages,
    *,
    cache_directory: Path,
    say: Callable[[str], None],
) -> ProgramArchive:
    """The program of a project directory, its pinned packages with it.

    Raises a ProgramError for a program that the worker could not run.
    """
    if project.ignored_options:
        options = ", ".join(project.ignored_options)
        say(f"Runtime options of Pulumi.yaml that have no effect here: {options}.")
    vendored = vendor_packages(
        directory,
        target=worker.target,
        worker_packages=worker.versions,
        cache=cache_directory / "vendored",
        pip=SubprocessPip(Path(sys.executable)),
    )
    return build_archive(directory, vendored=vendored.directory)


def _with_their_requirements(names: Iterable[str]) -> Iterator[Distribution]:
    waiting, seen = list(names), set[str]()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            # Needed on other machines than this one; a program that wants it brings its own.
            continue
        yield found
        wanted = map(Requirement, found.requires or ())
        waiting += [each.name for each in wanted if each.marker is None or each.marker.evaluate()]
