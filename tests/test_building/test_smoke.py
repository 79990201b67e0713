"""Each function is imported alone."""

from pathlib import Path

import pytest

from building.artifacts import Artifacts
from building.build import Build
from building.errors import ArtifactNotSelfContainedError
from building.installed_packages import InstalledPackages
from building.smoke import (
    ImportedModules,
    SmokeCase,
    check_imports,
    foreign_modules,
    smoke_cases,
)
from project_directories import write_tree

pytestmark = pytest.mark.thorough


def case(directory: Path, source: str) -> SmokeCase:
    tree = write_tree(directory / "task", {"part.py": source.encode()})
    return SmokeCase("trial", ("part",), (tree,))


@pytest.mark.parametrize(
    "function",
    [
        "orchestrator-api",
        "health",
        "rotation",
        "orchestrator-worker-image",
        "emulator-orchestrator-api",
        "emulator-health",
        "emulator-rotation",
        "emulator-orchestrator-worker",
    ],
)
def test_each_function_stands_alone(build: Build, artifacts: Artifacts, function: str) -> None:
    """With its own tree, its layers or packages and the standard library, its handler imports."""
    cases = {each.artifact: each for each in smoke_cases(build, artifacts, InstalledPackages())}

    assert set(cases) >= {function}
    assert check_imports(cases[function]) > 0


def test_a_trial_leaves_no_trace(tmp_path: Path) -> None:
    """Importing writes nothing into the tree: it would be in the next package."""
    check_imports(case(tmp_path, "import json\nprint('modules may say something')\n"))

    assert [path.name for path in (tmp_path / "task").iterdir()] == ["part.py"]


@pytest.mark.parametrize("missing", ["click", "hoist", "orchestrator", "building", "nowhere"])
def test_the_environment_does_not_help(tmp_path: Path, missing: str) -> None:
    """What only this environment has is not found, our own packages among it."""
    with pytest.raises(ArtifactNotSelfContainedError, match=f"No module named '{missing}'"):
        check_imports(case(tmp_path, f"import {missing}\n"))


def test_reaching_out_is_noticed(tmp_path: Path) -> None:
    """A module that puts another directory on the path is told with what it took from there."""
    write_tree(tmp_path / "elsewhere", {"stranger.py": b""})
    source = f"import sys\nsys.path.append({str(tmp_path / 'elsewhere')!r})\nimport stranger\n"

    with pytest.raises(ArtifactNotSelfContainedError, match="it imports stranger from"):
        check_imports(case(tmp_path, source))


def test_third_party_packages_below_the_library_are_foreign() -> None:
    """Site packages count as foreign, also where they lie below the standard library."""
    imported = ImportedModules(
        {
            "json": "/python/lib/json/__init__.py",
            "boto3": "/python/lib/site-packages/boto3/__init__.py",
            "hoist": "/task/hoist/__init__.py",
            "hoister": "/task-of-others/hoister.py",
        },
        ("/python/lib",),
    )

    assert foreign_modules(imported, [Path("/task")]) == [
        "boto3 from /python/lib/site-packages/boto3/__init__.py",
        "hoister from /task-of-others/hoister.py",
    ]
