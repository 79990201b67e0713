"""Which files of a project stay at home."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pathspec

from orchestrator.engine.programs.errors import ProgramInvalidError

IGNORE_FILE: Final = ".hoistignore"

# A project's .hoistignore may take these back with a line that begins with `!`.
_USUALLY: Final = (
    ".venv/",
    "venv/",
    "node_modules/",
    ".mypy_cache/",
    ".pytest_cache/",
    ".ruff_cache/",
    ".DS_Store",
)
# Bytecode holds the source's time: the digest would change whenever a file is touched.
_BYTECODE: Final = ("__pycache__/", "*.py[co]")
_ALWAYS: Final = (
    *_BYTECODE,
    ".git",
    ".pulumi/",
    # Config lives with the stack's record; a stack's file may hold encrypted values.
    "Pulumi.*.yaml",
    "Pulumi.*.yml",
    "/" + IGNORE_FILE,
    # Whatever the lines before say: without this one there is no program.
    "!/Pulumi.yaml",
    "!/Pulumi.yml",
)


class IgnoreRules:
    """Decides by gitignore rules; a directory that is ignored is not looked into."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Raises ProgramInvalidError when a line is not a gitignore pattern."""
        try:
            self._spec = pathspec.GitIgnoreSpec.from_lines(lines)
        except ValueError as error:
            raise ProgramInvalidError(
                f"{IGNORE_FILE} has a line that is not a pattern: {error}",
                way_out="Its lines are written as in a .gitignore file.",
            ) from error

    @classmethod
    def of_project(cls, directory: Path) -> "IgnoreRules":
        """The rules of a project directory, with those of its .hoistignore if it has one."""
        return cls([*_USUALLY, *_project_lines(directory / IGNORE_FILE), *_ALWAYS])

    @classmethod
    def of_packages(cls) -> "IgnoreRules":
        """The rules of vendored packages, which may call their folders as they like."""
        return cls(_BYTECODE)

    def ignores(self, path: str, *, is_directory: bool) -> bool:
        """Whether the file or directory of this relative path stays at home."""
        return self._spec.match_file(f"{path}/" if is_directory else path)


def _project_lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise ProgramInvalidError(f"{IGNORE_FILE} cannot be read as UTF-8 text") from error
