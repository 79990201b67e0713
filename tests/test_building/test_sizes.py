"""What Lambda takes."""

from pathlib import Path

import pytest

from building.artifacts import Artifact, Artifacts
from building.build import Build, StagedTree
from building.errors import ArtifactTooLargeError
from building.installed_packages import InstalledPackages
from building.sizes import UNZIPPED_LIMIT_BYTES, check_size
from building.targets import build_for_emulator, build_for_lambda

pytestmark = pytest.mark.thorough


def tree(name: str, size_bytes: int) -> StagedTree:
    return StagedTree(Artifact(name, name, ()), Path(name), "", size_bytes)


def test_layers_count() -> None:
    """A function and its layers share one limit, which they may just reach."""
    check_size(tree("api", UNZIPPED_LIMIT_BYTES - 7), [tree("a", 3), tree("b", 4)])

    with pytest.raises(ArtifactTooLargeError, match="api has 262144001 bytes"):
        check_size(tree("api", UNZIPPED_LIMIT_BYTES - 7), [tree("a", 3), tree("b", 5)])


def test_ours_fit(build: Build, artifacts: Artifacts) -> None:
    """Everything that is built today is taken by Lambda, and named for the settings of infra."""
    for_lambda = build_for_lambda(build, artifacts, InstalledPackages())
    for_emulator = build_for_emulator(build, artifacts)

    assert set(for_lambda.by_setting()) == {
        "hoist:apiPackage",
        "hoist:healthPackage",
        "hoist:rotationPackage",
        "hoist:sharedLayer",
        "hoist:dependenciesLayer",
    }
    assert set(for_emulator.by_setting()) == {
        "hoist:apiPackage",
        "hoist:workerPackage",
        "hoist:healthPackage",
        "hoist:rotationPackage",
    }
    assert (for_lambda.image.path / "Dockerfile").is_file()
