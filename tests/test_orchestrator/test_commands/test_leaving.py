"""Ctrl-C on a terminal while a run is followed: the installed command, and the real API."""

from collections.abc import Iterator

import pytest

from command_line import CommandLine
from command_site import CommandSite
from hoist.cli.exit_codes import ExitCode
from hoist.operation_events import OperationName, Outcome
from hoist_command import HoistShell, Ran, TerminalSession
from orchestrator.runs.states import RunState, SliceOutcome
from shown_operations import Narrator

pytestmark = pytest.mark.thorough


@pytest.fixture
def shell(site: CommandSite, line: CommandLine) -> HoistShell:
    """A shell in the project's directory."""
    return HoistShell(line.project, {"HOIST_SERVER": site.url, "HOME": str(line.project.parent)})


def until_cancelled(site: CommandSite) -> Iterator[None]:
    """A worker that goes on until somebody wants its run to stop."""
    claim = site.claim()
    tell = Narrator(site.estate.clock)
    while not site.only_run.cancel:
        yield
    site.tell(claim, tell.begins(OperationName.UP), tell.ends(Outcome.CANCELLED))
    site.end(claim, SliceOutcome.CANCELLED)


def asked(shell: HoistShell, site: CommandSite) -> TerminalSession:
    """A command that follows its run, and whose question is on the screen."""
    site.works(until_cancelled)
    session = shell.start_on_terminal("up")
    session.await_text("is running")
    session.press_ctrl_c()
    session.await_text("cancel it (c)? ")
    return session


def assert_detached(ran: Ran, site: CommandSite) -> None:
    assert ran.exit_code == ExitCode.INTERRUPTED
    assert f"hoist logs {site.only_run.id} --follow" in ran.out
    assert (site.only_run.state, site.only_run.cancel) == (RunState.RUNNING, None)


def test_who_detaches_leaves_the_run_to_itself(shell: HoistShell, site: CommandSite) -> None:
    """The run goes on, and the command says how it is followed."""
    session = asked(shell, site)
    session.type("d\n")

    assert_detached(session.ended(), site)


def test_who_cancels_sees_it_stop(shell: HoistShell, site: CommandSite) -> None:
    """The run is followed until it has stopped."""
    session = asked(shell, site)
    session.type("c\n")
    ran = session.ended()

    assert ran.exit_code == ExitCode.INTERRUPTED
    assert "up shop/dev stopped after" in ran.out
    assert site.only_run.state is RunState.CANCELLED


def test_a_second_ctrl_c_detaches(shell: HoistShell, site: CommandSite) -> None:
    """Who presses it at the question wants to be let go, and has cancelled nothing."""
    session = asked(shell, site)
    session.press_ctrl_c()

    assert_detached(session.ended(), site)


def test_the_end_of_the_input_detaches(shell: HoistShell, site: CommandSite) -> None:
    """Ctrl-D is no wish to cancel."""
    session = asked(shell, site)
    session.type("\x04")

    assert_detached(session.ended(), site)


def test_a_careless_answer_is_asked_again(shell: HoistShell, site: CommandSite) -> None:
    """Neither of the two is taken for one of them."""
    session = asked(shell, site)
    session.type("\n")
    session.await_text("Type d or c.")
    session.type("yes\n")
    session.await_text("Type d or c.")
    session.type("d\n")

    assert_detached(session.ended(), site)
