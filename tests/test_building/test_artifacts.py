"""The artifacts as they lie on Lambda."""

import shutil
from pathlib import Path

import pytest

from building.artifacts import Artifact, Artifacts
from building.build import Build, open_build
from building.installed_packages import InstalledPackages
from project_directories import read_tree

pytestmark = pytest.mark.thorough

FOR_LAPTOPS = ("hoist/cli/", "/commands/")
FUNCTIONS = ("orchestrator", "health", "rotation")


def all_artifacts(artifacts: Artifacts) -> list[Artifact]:
    return [
        artifacts.api(),
        artifacts.health(),
        artifacts.rotation(),
        artifacts.shared_layer(),
        artifacts.worker_image(),
        artifacts.emulator_api(),
        artifacts.emulator_worker(),
        artifacts.emulator_health(),
        artifacts.emulator_rotation(),
    ]


def packed_digests(artifacts: Artifacts, directory: Path) -> list[str]:
    with open_build(directory) as build:
        staged = [build.stage(artifact) for artifact in all_artifacts(artifacts)]
        return [build.pack(tree).sha256 for tree in staged]


@pytest.fixture
def checkout(artifacts: Artifacts, tmp_path: Path) -> Artifacts:
    """A copy of the sources elsewhere, with caches and folders of commands."""
    copy = tmp_path / "another" / "checkout"
    for folder in ("functions", "layers/shared/python/hoist", "requirements"):
        shutil.copytree(artifacts.repository / folder, copy / folder)
    for function in FUNCTIONS:
        commands = copy / "functions" / function / "commands"
        commands.mkdir(exist_ok=True)
        (commands / "__init__.py").write_text('"""For laptops."""\n')
        cache = copy / "functions" / function / "__pycache__"
        cache.mkdir(exist_ok=True)
        (cache / "x.cpython-311.pyc").touch()
    return Artifacts(copy)


def test_each_lies_where_lambda_looks(build: Build, artifacts: Artifacts) -> None:
    """Layers have a python directory at their root; functions have their packages there."""
    on_lambda = {
        artifact.name: {name.split("/")[0] for name in read_tree(build.stage(artifact).path)}
        for artifact in (artifacts.api(), artifacts.health(), artifacts.rotation())
    }
    shared = read_tree(build.stage(artifacts.shared_layer()).path)
    emulator = read_tree(build.stage(artifacts.emulator_health()).path)

    assert on_lambda == {
        "orchestrator-api": {"orchestrator"},
        "health": {"health"},
        "rotation": {"rotation"},
    }
    assert {name.split("/")[:2][-1] for name in shared} == {"hoist"}
    assert "python/hoist/clock.py" in shared
    assert {name.split("/")[0] for name in emulator} == {"bootstrap", "hoist", "health"}
    assert emulator["bootstrap"].is_executable


def test_functions_carry_nothing_of_laptops(build: Build, checkout: Artifacts) -> None:
    """No commands, caches, tests or markers: what is left is sources and the few files of roots."""
    for artifact in all_artifacts(checkout):
        tree = read_tree(build.stage(artifact).path)

        assert tree
        assert [name for name in tree if any(part in name for part in FOR_LAPTOPS)] == []
        at_root = {"Dockerfile", "requirements.txt", "bootstrap"}
        assert {name for name in tree if not name.endswith(".py")} <= at_root


def test_a_package_does_not_depend_on_the_checkout(
    artifacts: Artifacts, checkout: Artifacts, tmp_path: Path
) -> None:
    """The same sources in another directory, with caches beside them, give the same packages."""
    digests = [
        packed_digests(made_from, tmp_path / name)
        for name, made_from in (("here", artifacts), ("there", checkout))
    ]

    assert digests[0] == digests[1]


def test_a_change_of_a_source_is_another_package(checkout: Artifacts, tmp_path: Path) -> None:
    """An edited file is in the next build."""
    with open_build(tmp_path / "build") as build:
        before = build.pack(build.stage(checkout.emulator_api()))
        source = checkout.repository / "functions" / "orchestrator" / "__init__.py"
        source.write_text(source.read_text() + "\n# edited\n")
        after = build.pack(build.stage(checkout.emulator_api()))

        assert after.sha256 != before.sha256


def test_both_functions_of_the_orchestrator_hold_the_same(
    build: Build, artifacts: Artifacts
) -> None:
    """Which of the two it is, a function learns from its handler's name alone."""
    api = read_tree(build.stage(artifacts.emulator_api()).path)
    worker = read_tree(build.stage(artifacts.emulator_worker()).path)

    assert api == worker


def test_dependencies_are_for_one_machine(build: Build, artifacts: Artifacts) -> None:
    """The layer has the third-party packages below python/, and their metadata."""
    tree = read_tree(build.stage(artifacts.dependencies_layer(InstalledPackages())).path)

    packages = {name.split("/")[1] for name in tree}
    assert {"boto3", "botocore", "pydantic", "aws_lambda_powertools"} <= packages
    assert {name.split("/")[0] for name in tree} == {"python"}
    assert "pulumi" not in packages
