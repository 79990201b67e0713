"""What stays at home."""

from pathlib import Path

import pytest

from orchestrator.engine.programs.errors import ProgramInvalidError
from orchestrator.engine.programs.ignore import IgnoreRules
from project_directories import write_tree


def _rules(tmp_path: Path, lines: str) -> IgnoreRules:
    return IgnoreRules.of_project(write_tree(tmp_path, {".hoistignore": lines.encode()}))


@pytest.mark.parametrize(
    "directory",
    [".git", "lib/__pycache__", ".venv", "venv", "web/node_modules", ".pulumi", ".mypy_cache"],
)
def test_directories_that_stay(tmp_path: Path, directory: str) -> None:
    """Histories, caches, environments and local state are not part of a program."""
    assert IgnoreRules.of_project(tmp_path).ignores(directory, is_directory=True)


@pytest.mark.parametrize(
    "file",
    [
        ".git",
        "a.pyc",
        "lib/b.pyo",
        ".hoistignore",
        "Pulumi.dev.yaml",
        "Pulumi.my.stack.yml",
        "stacks/Pulumi.prod.yaml",
    ],
)
def test_files_that_stay(tmp_path: Path, file: str) -> None:
    """Bytecode and stacks' config files are not part of a program."""
    assert IgnoreRules.of_project(tmp_path).ignores(file, is_directory=False)


@pytest.mark.parametrize(
    "file",
    ["Pulumi.yaml", "Pulumi.yml", "__main__.py", "Pulumi.py", "venv", ".gitignore", "a.yaml"],
)
def test_files_that_travel(tmp_path: Path, file: str) -> None:
    """A program's own files travel, whatever they look like."""
    assert not IgnoreRules.of_project(tmp_path).ignores(file, is_directory=False)


def test_a_projects_own_rules(tmp_path: Path) -> None:
    """Lines of .hoistignore leave out more files, with gitignore's anchors and exceptions."""
    rules = _rules(tmp_path, "# notes\n/docs/\n*.md\n!README.md\n")

    assert rules.ignores("docs", is_directory=True)
    assert not rules.ignores("lib/docs", is_directory=True)
    assert rules.ignores("lib/notes.md", is_directory=False)
    assert not rules.ignores("README.md", is_directory=False)


def test_what_a_project_can_take_back(tmp_path: Path) -> None:
    """A project may want a folder named venv packed, but never its stacks' config files."""
    rules = _rules(tmp_path, "!venv/\n!Pulumi.dev.yaml\n!.git\n!a.pyc\n")

    assert not rules.ignores("venv", is_directory=True)
    assert rules.ignores("Pulumi.dev.yaml", is_directory=False)
    assert rules.ignores(".git", is_directory=True)
    assert rules.ignores("a.pyc", is_directory=False)


def test_the_project_file_always_travels(tmp_path: Path) -> None:
    """A rule that matches everything still leaves Pulumi.yaml in."""
    rules = _rules(tmp_path, "*\n")

    assert rules.ignores("__main__.py", is_directory=False)
    assert not rules.ignores("Pulumi.yaml", is_directory=False)


def test_a_rule_that_is_none(tmp_path: Path) -> None:
    """A line that is no pattern is refused with the name of the file it is in."""
    with pytest.raises(ProgramInvalidError, match=r"\.hoistignore"):
        _rules(tmp_path, "!\n")


def test_rules_that_are_no_text(tmp_path: Path) -> None:
    """Rules that are not UTF-8 are refused."""
    write_tree(tmp_path, {".hoistignore": b"\xff"})

    with pytest.raises(ProgramInvalidError, match="UTF-8"):
        IgnoreRules.of_project(tmp_path)


def test_packages_keep_their_folders() -> None:
    """In vendored packages only bytecode is left out."""
    rules = IgnoreRules.of_packages()

    assert rules.ignores("lib/__pycache__", is_directory=True)
    assert not rules.ignores("lib/venv", is_directory=True)
    assert not rules.ignores("lib/Pulumi.dev.yaml", is_directory=False)
