"""`hoist config` through the real API."""

import json

import pytest

from command_line import CommandLine
from command_site import DEV, CommandSite
from hoist.cli.exit_codes import ExitCode
from scripted_server import ScriptedServer

CANARY = "canary-6f1d2a"


def test_values_are_set_read_and_removed(site: CommandSite, line: CommandLine) -> None:
    """The stack is made by the first value; a key gets the project's namespace."""
    assert line.json("config", "set", "size", "3") == {"key": "shop:size", "secret": False}
    assert line.ask("config", "set", "aws:region", "eu-north-1").exit_code == ExitCode.OK

    assert line.ask("config").out == "aws:region  eu-north-1\nshop:size   3\n"
    assert line.ask("config", "get", "size").out == "3\n"
    assert line.json("config", "rm", "size") == {"key": "shop:size"}
    assert list(site.estate.stacks.require(DEV).config) == ["aws:region"]


def test_a_secret_comes_from_a_pipe_and_is_stored_as_ciphertext(
    site: CommandSite, line: CommandLine
) -> None:
    """It is shown to who asks for it with `--show-secret`, and to nobody else."""
    ran = line.ask("config", "set", "--secret", "token", stdin=f"{CANARY}\n")

    assert (ran.exit_code, ran.out) == (ExitCode.OK, ""), ran.err
    stored = site.estate.stacks.require(DEV).config["shop:token"]
    assert stored.is_secret
    assert CANARY not in stored.text
    assert line.ask("config").out == "shop:token  [secret]\n"
    assert line.json("config") == {"shop:token": {"value": "[secret]", "secret": True}}
    assert line.ask("config", "get", "token").out == "[secret]\n"
    assert line.ask("config", "get", "token", "--show-secret").out == f"{CANARY}\n"


def test_a_plain_value_may_come_from_a_pipe(line: CommandLine) -> None:
    """Where no value is given, it is read."""
    line.ask("config", "set", "size", stdin="3\n")

    assert line.json("config", "get", "size") == {"value": "3", "secret": False}


def test_a_secret_is_not_taken_from_the_command_line(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """The error tells how it is given, does not repeat it, and nothing was sent."""
    ran = scripted_line.ask("config", "set", "--secret", "token", CANARY)

    assert ran.exit_code == ExitCode.USAGE
    assert "hoist config set --secret token" in ran.err
    assert CANARY not in ran.out + ran.err
    assert server.asked == []


def test_a_refused_secret_is_in_no_message(
    scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """Whatever goes wrong on the way, the value is not told."""
    server.on("PUT", "/v1/stacks/shop/dev/config/shop%3Atoken", {"key": 3})

    ran = scripted_line.ask("config", "set", "--secret", "token", "--json", stdin=CANARY)

    assert ran.exit_code == ExitCode.ENVIRONMENT_FAULT
    assert server.asked[-1].document == {"value": CANARY, "secret": True}
    assert CANARY not in ran.out + ran.err


def test_a_key_that_is_not_set(line: CommandLine, site: CommandSite) -> None:
    """The server's code and way out are told."""
    site.make_stack()

    for action in ("get", "rm"):
        ran = line.ask("config", action, "size", "--json")
        assert ran.exit_code == ExitCode.USAGE
        assert json.loads(ran.out)["error"]["code"] == "config_not_set"
        assert "hoist config set shop:size" in ran.err


@pytest.mark.parametrize("key", ["..", "x/../../y", "%2e%2e", "a/b", "?x=y", "#"])
def test_any_key_stays_one_part_of_the_path(
    key: str, scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """What a person types is never another route."""
    scripted_line.run("config", "rm", "-C", str(scripted_line.project), "--", key)

    (asked,) = server.asked
    assert asked.path.startswith("/v1/stacks/shop/dev/config/shop%3A")
    assert asked.path.count("/") == 6
    assert not asked.query


@pytest.mark.parametrize("key", ["", "a b", "a:b:c", "a:"])
def test_what_is_no_key_is_refused_before_it_is_sent(
    key: str, scripted_line: CommandLine, server: ScriptedServer
) -> None:
    """The error says what a key is."""
    ran = scripted_line.ask("config", "set", key, "value")

    assert ran.exit_code == ExitCode.USAGE
    assert "a key is a name" in ran.err
    assert server.asked == []


def test_options_may_stand_before_the_action(line: CommandLine) -> None:
    """`hoist config --stack prod get key` is as good as `hoist config get key --stack prod`."""
    line.ask("config", "set", "size", "3", "--stack", "prod")

    place = ("--directory", str(line.project))
    assert line.run("config", "--stack", "prod", *place, "get", "size").out == "3\n"
    assert line.run("config", "--stack", "prod", *place, "--json", "get", "size").out.startswith(
        "{"
    )
