"""`hoist state resolve` against the real API: look, choose, go on."""

import json

import pytest

from command_line import CommandLine
from command_site import DEV, CommandSite
from hoist.cli.exit_codes import ExitCode
from state_sites import creation


@pytest.fixture(autouse=True)
def conflicted(site: CommandSite) -> None:
    """The stack of the project is conflicted: the update made `ours`, somebody `theirs`."""
    site.make_stack()
    update = site.estate.site().client().open_update()
    update.append(*creation("ours"))
    site.estate.site().put_checkpoint("theirs")
    update.complete("succeeded")


def left(site: CommandSite) -> list[str]:
    return [each["urn"].rsplit("::", 1)[-1] for each in site.estate.stacks.state(DEV).resources]


def is_conflicted(site: CommandSite) -> bool:
    return bool(site.estate.stacks.require(DEV).conflict_update_id)


def test_both_sides_are_shown_and_nothing_is_done(site: CommandSite, line: CommandLine) -> None:
    """Without --keep it shows where the sides differ, and says how to choose."""
    ran = line.ask("state", "resolve", "dev")

    assert ran.exit_code == ExitCode.OK
    assert "only ours" in ran.out
    assert "only theirs" in ran.out
    assert "hoist state resolve shop/dev --keep ours|theirs" in ran.err
    assert is_conflicted(site)


@pytest.mark.parametrize("keep", ["ours", "theirs"])
def test_chosen_side_holds(site: CommandSite, line: CommandLine, keep: str) -> None:
    """With --yes the choice is made, and the stack can be worked on."""
    ran = line.run("state", "resolve", "shop/dev", "--keep", keep, "--yes")

    assert ran.exit_code == ExitCode.OK, ran.err
    assert left(site) == [keep]
    assert not is_conflicted(site)
    assert "hoist refresh" in ran.err


def test_script_has_to_say_yes(site: CommandSite, line: CommandLine) -> None:
    """Off a terminal nobody can be asked: without --yes nothing is done."""
    ran = line.ask("state", "resolve", "dev", "--keep", "ours")

    assert ran.exit_code == ExitCode.USAGE
    assert "--yes" in ran.err
    assert is_conflicted(site)


def test_json_tells_all_of_it(line: CommandLine) -> None:
    """A program gets both sides and every difference."""
    ran = line.ask("state", "resolve", "dev", "--json")

    document = json.loads(ran.out)
    assert (document["ours"]["resource_count"], document["kept"]) == (1, None)
    assert {each["kind"] for each in document["differences"]} == {"only_ours", "only_theirs"}


def test_stack_without_a_conflict_says_so(site: CommandSite, line: CommandLine) -> None:
    """There is nothing to choose; the exit code is that of a conflict with others."""
    assert line.ask("state", "resolve", "dev", "--keep", "theirs", "--yes").exit_code == 0

    ran = line.ask("state", "resolve", "dev")

    assert ran.exit_code == ExitCode.CONFLICT
    assert "has no conflict" in ran.err
