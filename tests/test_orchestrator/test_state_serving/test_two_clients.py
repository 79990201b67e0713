"""Two CLIs on one stack, and a CLI that died or froze in the middle."""

import re
import signal
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine_children import eventually
from engine_processes import await_start_of
from orchestrator.engine.host.zygotes import Zygote
from serving_cli import UP, LaptopCli, LaptopStack, ended, new_stack, served_backend
from serving_process import ServingProcess, serving

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

REFUSAL = re.compile(
    r"\[409\] Another update is currently in progress: update upd-[0-9a-f-]+ "
    r"by process (\d+) on \S+, running for \d+ s; "
    r"wait for it to end; if it is dead, it is taken over in \d+ s"
)


def write_item(stack: LaptopStack, name: str, *, release: Path | None = None) -> None:
    """A program with one item, whose create waits for a file."""
    wish = f", waitFor={str(release)!r}" if release else ""
    stack.cli.write_program(f"import probe\nprobe.Item({name!r}{wish})\n")


def test_one_of_two_wins_twenty_times(cli: LaptopCli, tmp_path: Path) -> None:
    """Of two that start at once one goes on; the other hears who, since when, and the way out."""
    stack = new_stack(cli)
    for number in range(20):
        release = tmp_path / f"release-{number}"
        write_item(stack, f"item-{number}", release=release)
        with (
            cli.started(*UP, program=True) as one,
            cli.started(*UP, program=True) as other,
        ):
            assert eventually(lambda: None in (one.poll(), other.poll()))  # noqa: B023
            assert eventually(lambda: {one.poll(), other.poll()} != {None})  # noqa: B023
            loser, winner = (one, other) if one.poll() is not None else (other, one)
            refused = ended(loser)
            assert winner.poll() is None
            release.touch()
            assert ended(winner).exit_code == 0
        told = REFUSAL.search(refused.text)
        assert told, refused.text
        assert int(told[1]) == winner.pid
        assert refused.exit_code != 0
    assert stack.world.names() == ["item-19"]


def test_two_servers_share_a_store(cli: LaptopCli, server: ServingProcess, tmp_path: Path) -> None:
    """A second server on a store keeps apart what comes through it and through the first."""
    stack, release = new_stack(cli), tmp_path / "release"
    write_item(stack, "item", release=release)
    with serving(server.store) as second:
        assert second.access_token == server.access_token
        through_second = cli.on(served_backend(second.url, second.access_token))
        with cli.started(*UP, program=True) as first_up:
            await_start_of(stack.world, "item")
            refused = through_second.run(*UP, program=True)
            release.touch()
            assert ended(first_up).exit_code == 0
        assert REFUSAL.search(refused.text), refused.text
        through_second.up()
    assert stack.world.names() == ["item"]


def test_a_killed_cli_blocks_nobody(cli: LaptopCli, tmp_path: Path) -> None:
    """The server proves that the CLI is gone: the next one takes over at once."""
    stack, release = new_stack(cli), tmp_path / "release"
    write_item(stack, "item", release=release)
    with cli.started(*UP, program=True) as process:
        await_start_of(stack.world, "item")
        process.kill()
    write_item(stack, "other")

    told = cli.up()

    assert "1 pending operations" in told
    assert "other" in stack.world.names()
    [operation] = stack.exported()["pending_operations"]
    assert operation["resource"]["urn"].endswith("::item")


@pytest.mark.parametrize("is_orderly", [True, False])
def test_a_cli_outlives_its_server(
    is_orderly: bool, cli: LaptopCli, server: ServingProcess, tmp_path: Path
) -> None:
    """An update goes on through a server that was started again, and is nobody else's meanwhile."""
    stack, release = new_stack(cli), tmp_path / "release"
    write_item(stack, "item", release=release)
    with cli.started(*UP, program=True) as process:
        await_start_of(stack.world, "item")
        if is_orderly:
            server.end()
        else:
            server.kill()
        server.start_again()
        assert REFUSAL.search(cli.run(*UP, program=True).text)
        release.touch()
        assert ended(process).exit_code == 0

    [update] = cli.json("stack", "history", "--stack", "dev", "--json")
    assert update["result"] == "succeeded"
    assert "::item" in str(stack.exported()["resources"])


def test_cancel_ends_a_frozen_cli(cli: LaptopCli, tmp_path: Path) -> None:
    """`pulumi cancel` frees the stack from a CLI that hangs; awake again, it writes nothing."""
    stack, release = new_stack(cli), tmp_path / "release"
    write_item(stack, "item", release=release)
    # A host runs one program at a time.
    with cli.started(*UP, program=True) as frozen, closing(Zygote()) as another_host:
        await_start_of(stack.world, "item")
        frozen.send_signal(signal.SIGSTOP)
        write_item(stack, "other")
        assert REFUSAL.search(cli.run(*UP, program=True).text)

        cli.succeed("cancel", "--yes", "--stack", "dev")
        replace(cli, zygote=another_host).up()

        before = stack.exported()
        release.touch()
        frozen.send_signal(signal.SIGCONT)
        done = ended(frozen)
    assert done.exit_code != 0
    assert "on request" in done.text
    assert stack.exported() == before
