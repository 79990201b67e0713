"""An unmodified Pulumi CLI that is logged in to an installation, through the front."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from access_sites import grant
from orchestrator.commands.pulumi_credentials import PulumiCredentials
from orchestrator.engine.host.zygotes import Zygote
from orchestrator.state.records import Holder, UpdateKind
from orchestrator.state.updates import UpdateRequest
from probe_provider.world import World
from serving_cli import UP, LaptopCli, LaptopStack, laptop_cli
from state_door_site import DEV, ServedEstate, served_estate

pytestmark = pytest.mark.engine

SECRET = "canary-5f1-value"
PROGRAM = """
    import probe
    import pulumi

    config = pulumi.Config()
    shelf = probe.Item("shelf", value=config.require("size"), token=config.require_secret("key"))
    pulumi.export("value", shelf.value)
    pulumi.export("token", shelf.token)
"""


@pytest.fixture
def served() -> Iterator[ServedEstate]:
    with served_estate() as site:
        yield site


@pytest.fixture
def cli(served: ServedEstate, tmp_path: Path, zygote: Zygote) -> LaptopCli:
    """The laptop of an operator of the shop."""
    bob = served.estate.token_of("bob", grant("operator", "shop/*"))
    return laptop_cli(tmp_path / "laptop", zygote, served.backend_of(bob))


@pytest.fixture
def stack(cli: LaptopCli) -> LaptopStack:
    """A stack whose keys the installation keeps, ready for its first `up`."""
    world = World(cli.project.parent / "world")
    cli.succeed("stack", "init", "dev")
    cli.succeed("config", "set", "--stack", "dev", "probe:world", str(world.folder))
    cli.succeed("config", "set", "--stack", "dev", "size", "3")
    cli.succeed("config", "set", "--stack", "dev", "--secret", "key", SECRET)
    cli.write_program(PROGRAM)
    return LaptopStack(cli, world)


def as_person(cli: LaptopCli, served: ServedEstate, role: str, stacks: str) -> LaptopCli:
    """The same laptop in the hands of somebody else."""
    return cli.on(served.backend_of(served.estate.token_of("eve", grant(role, stacks))))


def test_a_stack_from_login_to_its_end(
    cli: LaptopCli, served: ServedEstate, stack: LaptopStack
) -> None:
    """What a person does with a backend works, and the history tells what it did."""
    assert f"Logged in to {served.url} as bob" in cli.succeed("login", served.url)

    cli.up()
    cli.succeed("stack", "rename", "next", "--stack", "dev")
    exported = cli.succeed("stack", "export", "--stack", "next")
    cli.succeed("stack", "import", "--stack", "next", given=exported)

    assert stack.world.names() == ["shelf"]
    assert SECRET not in exported
    outputs = cli.json("stack", "output", "--stack", "next", "--json", "--show-secrets")
    assert outputs == {"value": "3", "token": SECRET}
    history = cli.json("stack", "history", "--stack", "next", "--json")
    assert [each["kind"] for each in history] == ["import", "rename", "update"]
    assert history[-1]["resourceChanges"] == {"create": 2}
    assert [each["name"] for each in cli.json("stack", "ls", "--json")] == ["next"]
    cli.succeed("destroy", "--yes", "--stack", "next", "--non-interactive")
    assert stack.world.names() == []
    refused = cli.run("stack", "rm", "next", "--yes")
    assert "bob lacks the permission 'administer'" in refused.text
    cli.on(served.backend_of(served.estate.admin)).succeed("stack", "rm", "next", "--yes")
    assert SECRET not in json.dumps(served.estate.log.lines)
    assert not served.estate.log.crashes


def test_a_viewer_changes_nothing(cli: LaptopCli, served: ServedEstate, stack: LaptopStack) -> None:
    """A viewer reads the history and the state as it lies there, and sees no secret."""
    cli.up()
    viewer = as_person(cli, served, "viewer", "shop/*")

    assert [each["kind"] for each in viewer.json("stack", "history", "--stack", "dev", "--json")]
    for command in (
        UP,
        ("stack", "output", "--stack", "dev", "--show-secrets"),
        ("stack", "rename", "next", "--stack", "dev"),
        ("stack", "rm", "dev", "--yes", "--force"),
    ):
        done = viewer.run(*command, program=command is UP)
        assert done.exit_code != 0
        assert "eve lacks the permission" in done.text
        assert SECRET not in done.text
    assert stack.world.names() == ["shelf"]


def test_a_stack_of_others_is_not_there(
    cli: LaptopCli, served: ServedEstate, stack: LaptopStack
) -> None:
    """It is neither listed nor found, and none can be made beside it."""
    stranger = as_person(cli, served, "admin", "web/*")

    assert stranger.json("stack", "ls", "-a", "--json") == []
    assert "no stack named 'dev' found" in stranger.run("stack", "select", "dev").text
    assert "lacks the permission 'operate'" in stranger.run("stack", "init", "other").text


def test_a_cancel_lets_the_next_one_in(
    cli: LaptopCli, served: ServedEstate, stack: LaptopStack
) -> None:
    """Whoever comes second hears who is at work; `cancel` ends that update at once."""
    updates = served.estate.service.updates
    update = updates.create(DEV, UpdateRequest(UpdateKind.UPDATE, is_dry_run=False))
    updates.start(DEV, update.id, tags={}, holder=Holder(host="ada"))
    assert "by ada, running for" in cli.run(*UP, program=True).text

    cli.succeed("cancel", "--yes", "--stack", "dev")

    cli.up()
    assert stack.world.names() == ["shelf"]


def test_a_revoked_token_is_out(cli: LaptopCli, served: ServedEstate, stack: LaptopStack) -> None:
    """With the next command; the CLI says how to get in again."""
    for token in served.estate.access.tokens():
        if token.person == "bob":
            served.estate.access.delete_token(token.id)

    done = cli.run("stack", "history", "--stack", "dev")

    assert done.exit_code != 0
    assert "hoist login" in done.text or "pulumi login" in done.text


def test_logged_in_by_the_file(cli: LaptopCli, served: ServedEstate) -> None:
    """What `hoist login --pulumi` writes is a login for the CLI, and is gone when it is undone."""
    token = served.estate.token_of("carol", grant("operator"))
    file = PulumiCredentials(cli.home / "credentials.json")
    logged_in = cli.on({})

    file.log_in(served.url, token)

    assert logged_in.succeed("whoami").strip() == "carol"
    logged_in.succeed("stack", "init", "dev")
    file.log_out(served.url, token)
    assert logged_in.run("stack", "ls").exit_code != 0


def test_a_batch_that_is_too_large_comes_in_parts(
    cli: LaptopCli, served: ServedEstate, stack: LaptopStack
) -> None:
    """More than Lambda takes at once is split by the CLI; the state that comes of it is read."""
    cli.write_program("""
        import probe

        for number in range(8):
            probe.Item(f"item-{number}", value="x" * 600_000)
    """)
    patient = {"PULUMI_JOURNALING_BATCH_PERIOD": "1500"}

    cli.on({**cli.backend, **patient}).up()

    assert len(stack.world.names()) == 8
    assert served.invoker.refused
    # More than a function may answer, if it were not packed.
    assert len(json.dumps(stack.exported())) > 6 * 1024 * 1024
