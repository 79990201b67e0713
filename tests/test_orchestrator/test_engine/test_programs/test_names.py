"""Names of projects and stacks."""

import pytest

from orchestrator.engine.programs.errors import ProgramInvalidError
from orchestrator.engine.programs.names import check_project_name, check_stack_name


@pytest.mark.parametrize("name", ["a", "shop", "Shop_1.b-c", ".a", "x" * 100])
def test_good_names(name: str) -> None:
    """Letters, digits, hyphens, underscores and periods make a name, up to 100 of them."""
    assert check_project_name(name) == name
    assert check_stack_name(name) == name


@pytest.mark.parametrize("name", ["", "x" * 101, "a b", "a/b", "é", "a\n", ".", "..", "..."])
def test_bad_names(name: str) -> None:
    """Anything else is refused, and so are names of dots, which would be directories."""
    with pytest.raises(ProgramInvalidError, match="name of a project"):
        check_project_name(name)
    with pytest.raises(ProgramInvalidError, match="name of a stack"):
        check_stack_name(name)
