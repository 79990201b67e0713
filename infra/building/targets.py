"""What is built for AWS, and what for the emulator."""

from collections.abc import Mapping
from dataclasses import dataclass

from building.artifacts import Artifacts
from building.build import Build, StagedTree
from building.dependencies import DependencySource
from building.packages import Package
from building.sizes import check_size


@dataclass(frozen=True, slots=True)
class LambdaPackages:
    """For AWS; the worker is an image there, made in the directory `image`."""

    api: Package
    shared_layer: Package
    dependencies_layer: Package
    image: StagedTree

    def by_setting(self) -> Mapping[str, Package]:
        """Each package by the setting of Hoist's own stack that names it."""
        return {
            "hoist:apiPackage": self.api,
            "hoist:sharedLayer": self.shared_layer,
            "hoist:dependenciesLayer": self.dependencies_layer,
        }


@dataclass(frozen=True, slots=True)
class EmulatorPackages:
    """For the emulator, which knows neither images nor layers."""

    api: Package
    worker: Package

    def by_setting(self) -> Mapping[str, Package]:
        """Each package by the setting of Hoist's own stack that names it."""
        return {"hoist:apiPackage": self.api, "hoist:workerPackage": self.worker}


def build_for_lambda(
    build: Build, artifacts: Artifacts, dependencies: DependencySource
) -> LambdaPackages:
    """Raises ArtifactTooLargeError, or what kept a part from being written."""
    api = build.stage(artifacts.api())
    shared = build.stage(artifacts.shared_layer())
    third_party = build.stage(artifacts.dependencies_layer(dependencies))
    check_size(api, (shared, third_party))
    return LambdaPackages(
        api=build.pack(api),
        shared_layer=build.pack(shared),
        dependencies_layer=build.pack(third_party),
        image=build.stage(artifacts.worker_image()),
    )


def build_for_emulator(build: Build, artifacts: Artifacts) -> EmulatorPackages:
    """Raises ArtifactTooLargeError, or what kept a part from being written."""
    api = build.stage(artifacts.emulator_api())
    worker = build.stage(artifacts.emulator_worker())
    for function in (api, worker):
        check_size(function)
    return EmulatorPackages(api=build.pack(api), worker=build.pack(worker))
