"""What is built for AWS, and what for the emulator."""

from collections.abc import Mapping
from dataclasses import dataclass

from building.artifacts import Artifact, Artifacts
from building.build import Build, StagedTree
from building.dependencies import DependencySource
from building.packages import Package
from building.sizes import check_size


@dataclass(frozen=True, slots=True)
class LambdaPackages:
    """For AWS; the worker is an image there, made in the directory `image`."""

    api: Package
    health: Package
    rotation: Package
    shared_layer: Package
    dependencies_layer: Package
    image: StagedTree

    def by_setting(self) -> Mapping[str, Package]:
        """Each package by the setting of Hoist's own stack that names it."""
        return {
            "hoist:apiPackage": self.api,
            "hoist:healthPackage": self.health,
            "hoist:rotationPackage": self.rotation,
            "hoist:sharedLayer": self.shared_layer,
            "hoist:dependenciesLayer": self.dependencies_layer,
        }


@dataclass(frozen=True, slots=True)
class EmulatorPackages:
    """For the emulator, which knows neither images nor layers."""

    api: Package
    worker: Package
    health: Package
    rotation: Package

    def by_setting(self) -> Mapping[str, Package]:
        """Each package by the setting of Hoist's own stack that names it."""
        return {
            "hoist:apiPackage": self.api,
            "hoist:workerPackage": self.worker,
            "hoist:healthPackage": self.health,
            "hoist:rotationPackage": self.rotation,
        }


def build_for_lambda(
    build: Build, artifacts: Artifacts, dependencies: DependencySource
) -> LambdaPackages:
    """Raises ArtifactTooLargeError, or what kept a part from being written."""
    functions = [
        build.stage(each) for each in (artifacts.api(), artifacts.health(), artifacts.rotation())
    ]
    shared = build.stage(artifacts.shared_layer())
    third_party = build.stage(artifacts.dependencies_layer(dependencies))
    for function in functions:
        check_size(function, (shared, third_party))
    api, health, rotation = (build.pack(function) for function in functions)
    return LambdaPackages(
        api=api,
        health=health,
        rotation=rotation,
        shared_layer=build.pack(shared),
        dependencies_layer=build.pack(third_party),
        image=build.stage(artifacts.worker_image()),
    )


def build_for_emulator(build: Build, artifacts: Artifacts) -> EmulatorPackages:
    """Raises ArtifactTooLargeError, or what kept a part from being written."""
    return EmulatorPackages(
        api=_for_emulator(build, artifacts.emulator_api()),
        worker=_for_emulator(build, artifacts.emulator_worker()),
        health=_for_emulator(build, artifacts.emulator_health()),
        rotation=_for_emulator(build, artifacts.emulator_rotation()),
    )


def _for_emulator(build: Build, artifact: Artifact) -> Package:
    staged = build.stage(artifact)
    check_size(staged)
    return build.pack(staged)
