"""Errors of building.

HoistError
  FileNotPackableError            a tree holds something that is neither a file nor a directory
  RequirementNotPinnedError       a requirements file leaves open what is to be installed
  EnvironmentStaleError           this environment does not hold what a requirements file pins
  DependenciesNotInstalledError   pip could not install what a requirements file pins
  ArtifactTooLargeError           Lambda would refuse a function for its size
  ArtifactNotSelfContainedError   an artifact cannot be imported from what is in it
  PackagesNotPublishedError       a bucket did not take a package
  ImageBuilderMissingError        nothing on this machine builds images
  ImageNotBuiltError              the worker's image could not be built or pushed
"""

from collections.abc import Sequence
from pathlib import Path

from hoist.errors import EnvironmentFaultError, UsageError


class FileNotPackableError(UsageError):
    """A tree holds something that is neither a file nor a directory, or has an unusable name."""

    code = "file_not_packable"

    def __init__(self, path: Path, problem: str) -> None:
        # A name that is no text at all can be told, too.
        shown = str(path).encode(errors="replace").decode()
        super().__init__(
            f"{shown} {problem}",
            way_out="remove it, or put a plain file in its place",
        )


class RequirementNotPinnedError(UsageError):
    """A requirements file leaves open what is to be installed."""

    code = "requirement_not_pinned"

    def __init__(self, file: str, line: str) -> None:
        super().__init__(
            f"{file} does not pin one version with its hashes: {line[:200]!r}",
            way_out="compile it with `make lock`",
        )


class EnvironmentStaleError(EnvironmentFaultError):
    """This environment does not hold what a requirements file pins."""

    code = "environment_stale"

    def __init__(self, package: str, *, wanted: str, found: str) -> None:
        super().__init__(
            f"{package} {wanted} is required, and this environment has {found}",
            way_out="run `make setup`",
        )
        self.package = package


class DependenciesNotInstalledError(EnvironmentFaultError):
    """pip could not install what a requirements file pins."""

    code = "dependencies_not_installed"

    def __init__(self, file: str, *, target: str, reason: str) -> None:
        super().__init__(
            f"the packages of {file} could not be installed for {target}: {reason}",
            way_out="see that this machine reaches a Python package index (pip's own settings are"
            " respected) and that each version has a wheel for that platform",
        )


class ArtifactTooLargeError(UsageError):
    """Lambda would refuse a function for its size."""

    code = "artifact_too_large"

    def __init__(self, artifact: str, *, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"{artifact} has {size_bytes} bytes unzipped with its layers;"
            f" Lambda takes {limit_bytes}",
            way_out="take a package out of its requirements, or make it an image",
        )


class ArtifactNotSelfContainedError(UsageError):
    """An artifact cannot be imported from what is in it."""

    code = "artifact_not_self_contained"

    def __init__(self, artifact: str, problem: str) -> None:
        super().__init__(
            f"{artifact} does not stand alone: {problem}",
            way_out="import what it holds, or add what it misses to its dependency group",
        )


class PackagesNotPublishedError(EnvironmentFaultError):
    """A bucket did not take a package."""

    code = "packages_not_published"

    def __init__(self, package: str, bucket: str, reason: str) -> None:
        super().__init__(
            f"package {package} could not be put into bucket {bucket}: {reason}",
            way_out="see that the bucket exists and may be written to, then try again",
        )


class ImageBuilderMissingError(EnvironmentFaultError):
    """Nothing on this machine builds images."""

    code = "image_builder_missing"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"the worker's image needs one of {', '.join(names)}, and none is on PATH",
            way_out="install Docker (https://docs.docker.com/get-docker/), Podman"
            " (https://podman.io) or Finch (https://runfinch.com)",
        )


class ImageNotBuiltError(EnvironmentFaultError):
    """The worker's image could not be built or pushed; the builder has said why."""

    code = "image_not_built"

    def __init__(self, builder: str, step: str, problem: str) -> None:
        super().__init__(
            f"{builder} {step}: {problem}",
            way_out=f"read what {builder} said above; it must be running, reach its registries, and"
            " run programs of the image's machine (for another machine than this one: QEMU)",
        )
