"""The artifacts of Hoist: which parts lie where, as Lambda lays them out.

    layers/dependencies/    python/        unpacked to /opt, third-party packages
    layers/shared/          python/hoist/  unpacked to /opt
    functions/{orchestrator-api,health,rotation}/    unpacked to /var/task
    image/                  what the worker's Dockerfile copies
    emulator/<function>/    unpacked to /var/task, with a `bootstrap`

An import name is the same everywhere; only the directory that holds it differs.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from building.dependencies import DependencySource
from building.parts import Part, SingleFile, SourcePackage, ThirdParty
from building.trees import files_below, fingerprint_of

# Commands are for a laptop: no function carries them, nor what they need to draw a screen. And a
# Dockerfile is for who builds the image.
_LEFT_OUT_OF_HOIST = frozenset({"cli"})
_LEFT_OUT_OF_FUNCTIONS = frozenset({"commands", "doctor", "Dockerfile"})


@dataclass(frozen=True, slots=True)
class Artifact:
    """A tree that Lambda runs or unpacks; its directory is relative to that of the build."""

    name: str
    directory: str
    parts: tuple[Part, ...]

    def fingerprint(self) -> str:
        """Changes when the tree would: with its parts, and with the code that builds it."""
        builder = fingerprint_of(
            file for file in files_below(Path(__file__).parent) if "__pycache__" not in file.name
        )
        facts = (builder, self.directory, *(part.fingerprint() for part in self.parts))
        return hashlib.sha256("\0".join(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts that are made from a checkout of the repository."""

    repository: Path

    def dependencies_layer(self, source: DependencySource) -> Artifact:
        packages = ThirdParty(self.repository / "requirements" / "zip.txt", source, "python")
        return Artifact("dependencies-layer", "layers/dependencies", (packages,))

    def shared_layer(self) -> Artifact:
        return Artifact("shared-layer", "layers/shared", (self._hoist("python/hoist"),))

    def api(self) -> Artifact:
        return self._on_lambda("orchestrator-api", self._function("orchestrator"))

    def health(self) -> Artifact:
        return self._on_lambda("health", self._function("health"))

    def rotation(self) -> Artifact:
        return self._on_lambda("rotation", self._function("rotation"))

    def worker_image(self) -> Artifact:
        """The context that Docker builds the image in; Docker installs what the file pins."""
        dockerfile = self.repository / "functions" / "orchestrator" / "Dockerfile"
        pinned = self.repository / "requirements" / "worker.txt"
        download = Path(__file__).with_name("release_download.py")
        return Artifact(
            "orchestrator-worker-image",
            "image",
            (
                SingleFile(dockerfile, "Dockerfile"),
                SingleFile(download, download.name),
                SingleFile(pinned, "requirements.txt"),
                self._hoist("hoist"),
                self._function("orchestrator"),
            ),
        )

    def worker_dependencies(self, source: DependencySource) -> Artifact:
        """What Docker installs into the image, for those who have no Docker."""
        packages = ThirdParty(self.repository / "requirements" / "worker.txt", source, ".")
        return Artifact("worker-dependencies", "worker-dependencies", (packages,))

    def emulator_api(self) -> Artifact:
        return self._on_emulator("orchestrator-api", self._function("orchestrator"))

    def emulator_worker(self) -> Artifact:
        return self._on_emulator("orchestrator-worker", self._function("orchestrator"))

    def emulator_health(self) -> Artifact:
        return self._on_emulator("health", self._function("health"))

    def emulator_rotation(self) -> Artifact:
        return self._on_emulator("rotation", self._function("rotation"))

    def _on_lambda(self, name: str, code: SourcePackage) -> Artifact:
        return Artifact(name, f"functions/{name}", (code,))

    def _on_emulator(self, name: str, code: SourcePackage) -> Artifact:
        script = Path(__file__).with_name("bootstrap.sh")
        return Artifact(
            f"emulator-{name}",
            f"emulator/{name}",
            (SingleFile(script, "bootstrap", is_executable=True), self._hoist("hoist"), code),
        )

    def _hoist(self, place: str) -> SourcePackage:
        source = self.repository / "layers" / "shared" / "python" / "hoist"
        return SourcePackage(source, place, without=_LEFT_OUT_OF_HOIST)

    def _function(self, package: str) -> SourcePackage:
        source = self.repository / "functions" / package
        return SourcePackage(source, package, without=_LEFT_OUT_OF_FUNCTIONS)
