"""The repository as a stranger finds it."""

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# Written in pieces, so that this file does not contain what it looks for.
REGISTRY_HOSTS = re.compile(
    "|".join((r"pypi\." + "org", r"pythonhosted\." + "org", r"proxy\.golang\." + "org"))
)
HOME_PATHS = re.compile(r"(^|[^A-Za-z0-9_./-])/(root|home|work|Users)" + "/", re.MULTILINE)

# The hashes of Go's module checksums look like anything.
EXEMPT = {"infra/engine/go.sum"}


def tracked_texts() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if name not in EXEMPT]
    paths = [(name, REPOSITORY / name) for name in names]
    return [(name, path.read_text(errors="replace")) for name, path in paths if path.is_file()]


def test_no_registry_is_named() -> None:
    """No file names the host of a package registry: mirrors are the user's choice."""
    assert [name for name, text in tracked_texts() if REGISTRY_HOSTS.search(text)] == []


def test_no_path_of_one_machine() -> None:
    """No file holds an absolute path into somebody's home or workplace."""
    assert [name for name, text in tracked_texts() if HOME_PATHS.search(text)] == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "fuzz", "bench"])
def test_readme_commands_exist(target: str) -> None:
    """What the README tells to run is a target of the Makefile, and `make` lists it."""
    readme = (REPOSITORY / "README.md").read_text()
    makefile = (REPOSITORY / "Makefile").read_text()

    assert f"make {target}" in readme
    assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


def test_folder_map_is_true() -> None:
    """Every folder that the README's map names exists."""
    readme = (REPOSITORY / "README.md").read_text()
    named = re.findall(r"^([a-z./_-]+/) {2,}", readme, re.MULTILINE)

    assert named
    assert [folder for folder in named if not (REPOSITORY / folder).is_dir()] == []


def test_ci_runs_the_test_command() -> None:
    """CI runs what the README tells a person to run, and nothing else."""
    lines = (REPOSITORY / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]

    assert commands == ["exec make test"]
