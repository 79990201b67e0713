"""The served store as the only backend of an unmodified CLI."""

import json

import pytest

from hoist.cli.exit_codes import ExitCode
from hoist_command import HoistShell
from serving_cli import PASSPHRASE, UP, LaptopCli, bare_backend, new_stack
from serving_process import ServingProcess

pytestmark = pytest.mark.engine

PROGRAM = """
    import probe
    import pulumi

    config = pulumi.Config()
    shelf = probe.Item("shelf", value=config.require("size"), token=config.require_secret("key"))
    pulumi.export("value", shelf.value)
    pulumi.export("token", shelf.token)
"""


def test_a_stack_from_login_to_logout(cli: LaptopCli, server: ServingProcess) -> None:
    """What a person does with a backend works: login, init, secrets, up, output, history, rm."""
    assert f"Logged in to {server.url}" in cli.succeed("login", server.url)
    stack = new_stack(cli)
    cli.succeed("config", "set", "--stack", "dev", "size", "3")
    cli.succeed("config", "set", "--stack", "dev", "--secret", "key", "s3cret-value")
    cli.write_program(PROGRAM)

    cli.succeed("preview", "--stack", "dev", "--non-interactive", program=True)
    cli.up()
    cli.succeed("refresh", "--yes", "--stack", "dev", "--non-interactive", program=True)

    assert stack.world.names() == ["shelf"]
    outputs = cli.json("stack", "output", "--stack", "dev", "--json", "--show-secrets")
    assert outputs == {"value": "3", "token": "s3cret-value"}
    history = cli.json("stack", "history", "--stack", "dev", "--json")
    assert [(each["kind"], each["result"]) for each in history] == [
        ("refresh", "succeeded"),
        ("update", "succeeded"),
    ]
    assert [each["name"] for each in cli.json("stack", "ls", "--json")] == ["dev"]
    assert "s3cret-value" not in json.dumps(stack.exported())

    cli.succeed("destroy", "--yes", "--stack", "dev", "--non-interactive")
    cli.succeed("stack", "rm", "dev", "--yes")
    assert stack.world.names() == []
    assert cli.json("stack", "ls", "--json") == []
    cli.succeed("logout", server.url)


def test_nothing_secret_is_in_the_store(cli: LaptopCli, server: ServingProcess) -> None:
    """No file of the store holds a config secret or the passphrase."""
    new_stack(cli)
    cli.succeed("config", "set", "--stack", "dev", "size", "3")
    cli.succeed("config", "set", "--stack", "dev", "--secret", "key", "s3cret-value")
    cli.write_program(PROGRAM)

    cli.up()

    stored = [path.read_bytes() for path in server.store.rglob("*") if path.is_file()]
    assert len(stored) > 5
    assert not [body for body in stored if b"s3cret-value" in body or PASSPHRASE.encode() in body]


def test_a_wrong_token_is_told_to_log_in(cli: LaptopCli, server: ServingProcess) -> None:
    """Without the store's token nothing is answered, and the CLI says to log in."""
    stranger = cli.on({**cli.backend, "PULUMI_ACCESS_TOKEN": "of another store"})

    done = stranger.run("stack", "ls")

    assert done.exit_code != 0
    assert "invalid" in done.text or "login" in done.text
    assert stranger.run(*UP, program=True).exit_code != 0


def test_a_login_outlives_the_server(cli: LaptopCli, server: ServingProcess) -> None:
    """Logged in once, a CLI works without the token in its environment, after a restart too."""
    cli.succeed("login", server.url)
    logged_in = cli.on({})
    assert server.end() == 0

    server.start_again()

    logged_in.succeed("stack", "init", "dev", "--secrets-provider", "passphrase")
    assert [each["name"] for each in logged_in.json("stack", "ls", "--json")] == ["dev"]


def test_secrets_under_the_keys_of_the_store(cli: LaptopCli, server: ServingProcess) -> None:
    """A plain `stack init` encrypts with the server's key; it moves out under a passphrase."""
    cli.succeed("stack", "init", "dev")
    world = cli.project.parent / "world"
    cli.succeed("config", "set", "--stack", "dev", "probe:world", str(world))
    cli.succeed("config", "set", "--stack", "dev", "size", "3")
    cli.succeed("config", "set", "--stack", "dev", "--secret", "key", "s3cret-value")
    cli.write_program(PROGRAM)
    cli.up()
    server.end()

    server.start_again()

    shown = ("stack", "output", "token", "--stack", "dev", "--show-secrets")
    assert cli.succeed(*shown).strip() == "s3cret-value"
    shell, target = HoistShell(cli.home, {}), f"file://{cli.home}/out"
    move = ("state", "export", "--to", target, "--store", str(server.store))
    refused = shell.run(*move)
    assert refused.exit_code == ExitCode.FAILED
    assert "pulumi stack change-secrets-provider passphrase" in refused.err
    change = ("stack", "change-secrets-provider", "passphrase", "--stack", "dev")
    cli.succeed(*change, given=f"{PASSPHRASE}\n" * 2)
    assert shell.run(*move).exit_code == ExitCode.OK
    assert cli.on(bare_backend(target)).succeed(*shown).strip() == "s3cret-value"


def test_all_projects_are_listed(cli: LaptopCli) -> None:
    """`stack ls -a` shows the stacks of every project."""
    new_stack(cli)
    (cli.project / "Pulumi.yaml").write_text("name: other\nruntime: python\n")
    cli.succeed("stack", "init", "prod", "--secrets-provider", "passphrase")

    listed = cli.json("stack", "ls", "-a", "--json")

    assert sorted(each["name"] for each in listed) == ["organization/shop/dev", "prod"]
