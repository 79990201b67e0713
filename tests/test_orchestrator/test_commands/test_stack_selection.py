"""Which stack a command is about."""

from pathlib import Path

import pytest

from orchestrator.commands.stack_selection import select_stack
from orchestrator.engine.programs.errors import ProgramInvalidError
from orchestrator.state.errors import BadRequestError
from project_directories import write_project


def test_the_project_comes_from_its_file(tmp_path: Path) -> None:
    """The stack's full name has the project's name from Pulumi.yaml."""
    selection = select_stack(write_project(tmp_path), "dev")

    assert str(selection.name) == "shop/dev"


def test_the_usual_stack_here_needs_no_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is the default is not repeated in advice."""
    monkeypatch.chdir(write_project(tmp_path))

    arguments = select_stack(Path(), "dev").arguments

    assert (arguments.positional, arguments.named) == ("", "")


def test_another_stack_elsewhere_is_named_again(tmp_path: Path) -> None:
    """Advice that is copied to a shell selects the same stack, blanks in the path or not."""
    directory = write_project(tmp_path / "my web")

    arguments = select_stack(directory, "prod").arguments

    assert arguments.positional == f" '{directory}' --stack prod"
    assert arguments.named == f" --directory '{directory}' --stack prod"


def test_a_server_that_was_named_is_named_again(tmp_path: Path) -> None:
    """Advice reaches the same server, if it came from the command line."""
    selection = select_stack(write_project(tmp_path), "dev", server="https://hoist.example/v1")

    assert selection.arguments.named.endswith(" --server https://hoist.example/v1")


def test_a_directory_without_a_project_is_refused(tmp_path: Path) -> None:
    """Where there is no Pulumi.yaml there is no stack."""
    with pytest.raises(ProgramInvalidError):
        select_stack(tmp_path, "dev")


def test_a_name_that_no_stack_can_have_is_refused(tmp_path: Path) -> None:
    """A slash is no part of a stack's name."""
    with pytest.raises(BadRequestError):
        select_stack(write_project(tmp_path), "other/dev")
