"""Which stack a command is about."""

from pathlib import Path

import pytest

from local.stack_selection import find_or_make_stack, require_stack, select_stack
from local_states import state_in_memory
from orchestrator.engine.programs.errors import ProgramInvalidError
from orchestrator.state.errors import BadRequestError, StackNotFoundError
from orchestrator.state.names import StackName
from project_directories import write_project

DEV = StackName("shop", "dev")


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


def test_a_directory_without_a_project_is_refused(tmp_path: Path) -> None:
    """Where there is no Pulumi.yaml there is no stack."""
    with pytest.raises(ProgramInvalidError):
        select_stack(tmp_path, "dev")


def test_a_name_that_no_stack_can_have_is_refused(tmp_path: Path) -> None:
    """A slash is no part of a stack's name."""
    with pytest.raises(BadRequestError):
        select_stack(write_project(tmp_path), "other/dev")


def test_a_stack_that_is_missing_says_how_it_is_made() -> None:
    """The error names the stack and the commands that make it."""
    with pytest.raises(StackNotFoundError, match="shop/dev") as caught:
        require_stack(state_in_memory().service.stacks, DEV)

    assert "hoist up" in caught.value.way_out


def test_a_stack_is_made_once() -> None:
    """The first use makes it with a data key of its own, the second one finds it."""
    state, said = state_in_memory(), list[str]()

    def use() -> str:
        return find_or_make_stack(
            state.service.stacks, DEV, data_keys=state.data_keys, say=said.append
        ).id

    assert use() == use()
    assert said == ["Made the stack shop/dev."]
    assert require_stack(state.service.stacks, DEV).secrets is not None
