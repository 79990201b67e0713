"""Imports point one way: door -> use case -> protocol <- adapter."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# An import root, and the packages of ours that code below it may import.
MAY_IMPORT = {
    "layers/shared/python/hoist": {"hoist"},
    "functions/health": {"health", "hoist"},
    "functions/orchestrator": {"hoist", "orchestrator"},
    "functions/rotation": {"hoist", "rotation"},
    "infra/components": {"components"},
    "infra/building": {"building", "hoist"},
    # An installation on an account is put together as the local one is, and by its means.
    "infra/deployment": {"building", "deployment", "hoist", "local", "orchestrator"},
    # The local installation is where everything comes together on a laptop.
    "infra/local": {"building", "hoist", "local", "orchestrator"},
}
OURS = {"hoist", "orchestrator", "health", "rotation", "building", "components", "deployment"} | {
    "local"
}

# Within the orchestrator: what a part must know nothing of.
MUST_NOT_IMPORT = {
    "functions/orchestrator/state": {"orchestrator.engine"},
    "functions/orchestrator/state/fold": {
        "orchestrator.state.stores",
        "orchestrator.state.updates",
    },
    "functions/orchestrator/state/stores": {"orchestrator.state.protocol"},
    "functions/orchestrator/engine/programs": {"orchestrator.state"},
    "functions/orchestrator/runs": {"orchestrator.engine", "orchestrator.state.stores"},
}


def modules_imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} imports relatively"
            yield node.module


def source_files(folder: str) -> list[Path]:
    found = sorted((REPOSITORY / folder).rglob("*.py"))
    assert found, f"nothing below {folder}"
    return found


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_packages_import_only_what_they_may(folder: str) -> None:
    """Each package imports of ours only those on its list."""
    for file in source_files(folder):
        ours = {name.split(".")[0] for name in modules_imported_by(file)} & OURS
        assert ours <= MAY_IMPORT[folder], file


@pytest.mark.parametrize("folder", MUST_NOT_IMPORT)
def test_parts_know_nothing_of_what_is_above_them(folder: str) -> None:
    """A part of the orchestrator does not import what is built on it."""
    for file in source_files(folder):
        for imported in modules_imported_by(file):
            forbidden = [name for name in MUST_NOT_IMPORT[folder] if imported.startswith(name)]
            assert not forbidden, f"{file} imports {imported}"


def test_state_names_no_adapter() -> None:
    """Use cases know the seams of the store, not the stores: only who wires names those."""
    for file in source_files("functions/orchestrator/state"):
        if "stores" in file.parts:
            continue
        assert not [
            name
            for name in modules_imported_by(file)
            if name.startswith("orchestrator.state.stores")
        ], file


def test_import_roots_shadow_nothing() -> None:
    """No top-level package of ours has the name of one of the standard library."""
    assert not OURS & sys.stdlib_module_names
