"""Decides which of a program's requirements are installed into its archive, and at which version.

A requirement that the worker's own packages meet is left out, pinned or not: the worker's version
is the one there will be. Everything else must be pinned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from packaging.utils import canonicalize_name

from orchestrator.engine.programs.errors import DependencyNotPinnedError, PulumiVersionError
from orchestrator.engine.programs.requirements import (
    REQUIREMENTS_FILE,
    WrittenRequirement,
    refuse_open,
)

_PULUMI: Final = "pulumi"


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """A package at one version."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    def line(self) -> str:
        """The pin as a requirements file has it."""
        return " ".join([str(self), *(f"--hash={digest}" for digest in self.hashes)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to install, in order of name, and what becomes of the rest."""

    to_install: tuple[Pin, ...]
    from_worker: tuple[Pin, ...]
    """Left out: the worker has them, at this version."""
    replacing: tuple[Pin, ...]
    """Of those to install: the worker has them at another version."""

    @property
    def is_hashed(self) -> bool:
        """Whether pip is to demand hashes."""
        return any(pin.hashes for pin in self.to_install)


def select(
    written: Sequence[WrittenRequirement],
    *,
    markers: Mapping[str, str],
    worker_packages: Mapping[str, str],
) -> Selection:
    """Choose among the requirements that apply where `markers` hold.

    Raises PulumiVersionError when they want another pulumi than the worker's, and
    DependencyNotPinnedError when they leave a choice or hash only some packages.
    """
    provided = {canonicalize_name(name): version for name, version in worker_packages.items()}
    applying = [line for line in written if _applies(line, markers)]
    _check_hashes(applying)
    from_worker: set[Pin] = set()
    chosen: dict[str, Pin] = {}
    for line in applying:
        version = provided.get(canonicalize_name(line.name))
        if version is not None and line.requirement.specifier.contains(version, prereleases=True):
            from_worker.add(Pin(line.name, version))
            continue
        if version is not None and line.name == _PULUMI:
            wanted = str(line.requirement.specifier)
            raise PulumiVersionError(wanted=wanted, worker_version=version)
        pin = _pinned(line)
        if chosen.setdefault(pin.name, pin) != pin:
            raise refuse_open(pin.name, "stands there twice, with different versions or hashes")
    to_install = tuple(sorted(chosen.values()))
    return Selection(
        to_install=to_install,
        from_worker=tuple(sorted(from_worker)),
        replacing=tuple(pin for pin in to_install if canonicalize_name(pin.name) in provided),
    )


def _applies(line: WrittenRequirement, markers: Mapping[str, str]) -> bool:
    marker = line.requirement.marker
    return marker is None or marker.evaluate(dict(markers))


def _pinned(line: WrittenRequirement) -> Pin:
    version = line.pinned_version
    if version is None:
        raise refuse_open(str(line.requirement), "does not pin one version")
    return Pin(line.name, version, line.hashes)


def _check_hashes(lines: Sequence[WrittenRequirement]) -> None:
    bare = [line.name for line in lines if not line.hashes]
    if bare and len(bare) < len(lines):
        raise DependencyNotPinnedError(
            f"{REQUIREMENTS_FILE} has hashes for some packages and none for {', '.join(bare)}",
            way_out="Have hashes written for all of them (`uv pip compile --generate-hashes`), "
            "or for none.",
        )
