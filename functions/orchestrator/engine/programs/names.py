"""The rules for names of projects and stacks: Pulumi's own, minus names that are only dots."""

import re
from typing import Final

from orchestrator.engine.programs.errors import ProgramInvalidError

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def check_project_name(name: str) -> str:
    """Return the name, or raise ProgramInvalidError saying what a project may be called."""
    return _checked(name, "project")


def check_stack_name(name: str) -> str:
    """Return the name, or raise ProgramInvalidError saying what a stack may be called."""
    return _checked(name, "stack")


def _checked(name: str, what: str) -> str:
    # Names become parts of paths and object keys: `..` must not be one, though Pulumi takes it.
    if not _NAME.fullmatch(name) or not name.strip("."):
        raise ProgramInvalidError(
            f"{name[:120]!r} cannot be the name of a {what}",
            way_out="Use 1 to 100 letters, digits, hyphens, underscores and periods.",
        )
    return name
