"""Groups that import a command when it is run."""

import pytest
from click.testing import CliRunner

from hoist.cli.lazy_group import LazyCommand, LazyGroup, load_command


@pytest.fixture
def group() -> LazyGroup:
    return LazyGroup(
        "tool",
        lazy={
            "version": LazyCommand("click.decorators:nothing_of_this_name", "Never imported."),
            "bad": LazyCommand("json:dumps", "No command."),
        },
    )


def test_help_needs_no_target(group: LazyGroup) -> None:
    """The help lists rows whose targets cannot even be imported, in the table's order."""
    shown = CliRunner().invoke(group, ["--help"]).output

    assert shown.index("Never imported.") < shown.index("No command.")


def test_a_target_that_is_no_command(group: LazyGroup) -> None:
    """A row that leads to something else is a fault of ours, told as such."""
    answer = CliRunner().invoke(group, ["bad"])

    assert isinstance(answer.exception, TypeError)
    assert "json:dumps is not a command" in str(answer.exception)


def test_a_command_that_is_not_in_the_table(group: LazyGroup) -> None:
    """A name that has no row is an unknown command."""
    answer = CliRunner().invoke(group, ["other"])

    assert answer.exit_code == 2
    assert "No such command 'other'" in answer.output


def test_a_command_is_imported_by_its_address() -> None:
    """The part before the colon is a module, the part after it a name in there."""
    assert load_command("hoist.cli.main:hoist").name == "hoist"
