"""Packs a project's program with what it needs, for the worker on this machine."""

import sys
from importlib.metadata import distributions
from pathlib import Path

from local.progress import Progress
from local.settings import LocalSettings
from orchestrator.engine.programs.archive import ProgramArchive, build_archive
from orchestrator.engine.programs.pip import SubprocessPip
from orchestrator.engine.programs.project import Project
from orchestrator.engine.programs.target import this_machine
from orchestrator.engine.programs.vendor import vendor_packages


def pack_program(
    directory: Path, project: Project, settings: LocalSettings, *, progress: Progress
) -> ProgramArchive:
    """The program of a project directory, its pinned packages with it.

    Raises a ProgramError for a program that cannot be run here.
    """
    if project.ignored_options:
        options = ", ".join(project.ignored_options)
        progress.say(f"Runtime options of Pulumi.yaml that have no effect here: {options}.")
    vendored = vendor_packages(
        directory,
        target=this_machine(),
        worker_packages=_installed_packages(),
        cache=settings.cache_directory / "vendored",
        pip=SubprocessPip(Path(sys.executable)),
    )
    return build_archive(directory, vendored=vendored.directory)


def _installed_packages() -> dict[str, str]:
    """What the program host can import: it runs on this Python."""
    return {found.name: found.version for found in distributions()}
