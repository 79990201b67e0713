"""The question before a destroy."""

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner

from hoist.errors import UsageError
from orchestrator.commands.destroy_question import ask_for_name, destroy_question
from orchestrator.state.names import StackName

DEV = StackName("shop", "dev")


def test_yes_is_an_answer() -> None:
    """With `--yes` nothing is asked, terminal or not."""
    assert destroy_question(is_answered=True, has_terminal=False) is None


def test_nobody_to_ask_is_an_error() -> None:
    """Off a terminal, the error says which option answers the question."""
    with pytest.raises(UsageError) as caught:
        destroy_question(is_answered=False, has_terminal=False)

    assert "--yes" in caught.value.way_out


@pytest.mark.parametrize("answer", ["dev", "shop/dev", " dev "])
def test_the_stacks_name_is_a_yes(answer: str) -> None:
    """The name, with or without its project, lets it go on."""
    assert _ask(answer) == ""


@pytest.mark.parametrize("answer", ["", "y", "yes", "prod", "Dev"])
def test_anything_else_is_a_no(answer: str) -> None:
    """A careless answer destroys nothing."""
    with pytest.raises(click.Abort):
        _ask(answer)


def _ask(answer: str) -> str:
    """What was on standard output after the question."""
    question: Callable[[StackName, int], None] = ask_for_name
    with CliRunner().isolation(input=f"{answer}\n") as (out, err, _):
        question(DEV, 6)
        assert b"the 6 resources of stack shop/dev" in err.getvalue()
        return out.getvalue().decode()
