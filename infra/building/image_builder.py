"""Builds the worker's image with what this machine has: Docker, Podman or Finch."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from building.errors import ImageBuilderMissingError, ImageNotBuiltError
from building.pip_packages import Machine
from hoist.secret import Secret

# In the order in which they are looked for. Each takes the options of `docker`.
BUILDERS = ("docker", "podman", "finch")
# What a builder needs not: it is signed in to a registry with a password of its own.
_NOT_FOR_BUILDERS = ("AWS_", "HOIST_", "PULUMI_")
_PLATFORMS = {Machine.ARM64: "linux/arm64", Machine.X86_64: "linux/amd64"}
# Docker wraps an image and what it says of its making in an index, which Lambda refuses.
_ONE_IMAGE = {"docker": ("--provenance=false", "--sbom=false")}


@dataclass(frozen=True, slots=True)
class ImageBuilder:
    """A program that builds, and what it is run with; what it says goes to standard error."""

    program: Path
    environment: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.program.name

    def build(self, directory: Path, *, machine: Machine, tag: str, runtime: str = "") -> None:
        """Build what is laid out in the directory; `runtime` is another base than the Dockerfile's.

        Raises ImageNotBuiltError.
        """
        base = ("--build-arg", f"RUNTIME={runtime}") if runtime else ()
        options = ("--platform", _PLATFORMS[machine], *_ONE_IMAGE.get(self.name, ()), *base)
        self._run("could not build the image", ["build", *options, "--tag", tag, str(directory)])

    def sign_in(self, registry: str, *, user: str, password: Secret) -> None:
        """Let it push there. Raises ImageNotBuiltError."""
        arguments = ["login", "--username", user, "--password-stdin", registry]
        self._run(f"could not sign in to {registry}", arguments, typed=password)

    def push(self, tag: str) -> None:
        """Raises ImageNotBuiltError."""
        self._run("could not push the image", ["push", tag])

    def _run(self, step: str, arguments: Sequence[str], typed: Secret | None = None) -> None:
        try:
            done = subprocess.run(
                [str(self.program), *arguments],
                env=dict(self.environment),
                input=typed.reveal().encode() if typed else b"",
                # Standard output is for results.
                stdout=sys.stderr,
                check=False,
            )
        except OSError as error:
            problem = f"it cannot be started ({error.strerror})"
            raise ImageNotBuiltError(self.name, step, problem) from error
        if done.returncode != 0:
            raise ImageNotBuiltError(self.name, step, f"it ended with status {done.returncode}")


def find_image_builder(environment: Mapping[str, str]) -> ImageBuilder:
    """The first that is on PATH; raises ImageBuilderMissingError."""
    for name in BUILDERS:
        found = shutil.which(name, path=environment.get("PATH", ""))
        if found:
            return ImageBuilder(Path(found), _without_credentials(environment))
    raise ImageBuilderMissingError(BUILDERS)


def _without_credentials(environment: Mapping[str, str]) -> Mapping[str, str]:
    return {
        name: value for name, value in environment.items() if not name.startswith(_NOT_FOR_BUILDERS)
    }
