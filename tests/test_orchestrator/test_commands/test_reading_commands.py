"""`hoist outputs | resources | history | stacks` through the real API."""

import json
from typing import Any

import pytest

from command_line import CommandLine
from command_site import DEV, CommandSite
from hoist.cli.exit_codes import ExitCode
from hoist.secret import Secret
from journals import STACK as STACK_URN
from journals import deployment, resource
from orchestrator.state.names import StackName
from orchestrator.state.secret_values import SECRET_SIGNATURE, SIGNATURE_KEY
from state_sites import creation

CANARY = "canary-6f1d2a"


@pytest.fixture
def filled(site: CommandSite) -> CommandSite:
    """The site, with a stack that exports something."""
    record = site.make_stack()
    assert record.secrets
    ciphertext = site.estate.data_keys.open(record.secrets).encrypt(Secret(json.dumps(CANARY)))
    token = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": ciphertext}
    root = {
        "urn": STACK_URN,
        "custom": False,
        "type": "pulumi:pulumi:Stack",
        "outputs": {"plain": {"size": 3}, "token": token, "url": "https://x"},
    }
    doubtful = [{"type": "creating", "resource": resource("new")}]
    site.estate.put_deployment(
        deployment(root, resource("bucket", id="b-1"), pending_operations=doubtful)
    )
    return site


@pytest.mark.usefixtures("filled")
def test_outputs_are_aligned_and_secrets_hidden(line: CommandLine) -> None:
    """A text is printed as it is, anything else as JSON, a secret as [secret]."""
    ran = line.ask("outputs")

    assert ran.out == 'plain  {"size": 3}\ntoken  [secret]\nurl    https://x\n'
    assert ran.exit_code == ExitCode.OK


@pytest.mark.usefixtures("filled")
def test_one_output_prints_alone(line: CommandLine) -> None:
    """So that a shell can use it; with --json it is JSON."""
    assert line.ask("outputs", "url").out == "https://x\n"
    assert line.json("outputs", "url") == "https://x"
    assert line.json("outputs", "plain") == {"size": 3}


@pytest.mark.usefixtures("filled")
def test_secrets_are_shown_to_who_asks(line: CommandLine) -> None:
    """`--show-secrets` is the only way to their values."""
    shown = line.json("outputs", "--show-secrets")

    assert shown == {"plain": {"size": 3}, "token": CANARY, "url": "https://x"}
    assert CANARY not in line.ask("outputs", "--json").out


@pytest.mark.usefixtures("filled")
def test_an_output_that_is_missing_names_those_there_are(line: CommandLine) -> None:
    """Who mistyped one finds it in the way out."""
    ran = line.ask("outputs", "ulr")

    assert ran.exit_code == ExitCode.USAGE
    assert "it has these outputs: plain, token, url" in ran.err


@pytest.mark.usefixtures("filled")
def test_resources_are_a_table_with_what_is_in_doubt(line: CommandLine) -> None:
    """Each has its URN, as `--target` takes it; a pending create is marked."""
    rows = [row.split() for row in line.ask("resources").out.splitlines()]

    assert rows[0] == ["TYPE", "NAME", "PENDING", "ID", "URN"]
    (bucket,) = (row for row in rows if "b-1" in row)
    assert bucket[1] == "bucket"
    assert bucket[-1].startswith("urn:pulumi:dev::shop::")
    assert any("creating" in row for row in rows)


@pytest.mark.usefixtures("filled")
def test_resources_in_json(line: CommandLine) -> None:
    """All that the server tells of them."""
    listed = line.json("resources")

    assert [each["name"] for each in listed] == ["shop-dev", "bucket", "new"]
    assert listed[2]["pending"] == "creating"
    assert set(listed[0]) >= {"urn", "type", "id", "parent", "protect"}


def test_a_stack_without_resources_is_an_empty_table(site: CommandSite, line: CommandLine) -> None:
    """Nothing is printed, not even a heading."""
    site.make_stack()

    for command in ("outputs", "resources", "history", "config", "runs"):
        ran = line.ask(command)
        assert (ran.exit_code, ran.out) == (ExitCode.OK, ""), command


def test_history_is_newest_first(site: CommandSite, line: CommandLine) -> None:
    """Number, kind, result, and what changed; `--limit` cuts it."""
    client = site.estate.site().client_with_stack()
    for name in ("one", "two"):
        client.run_update(*creation(name))
        site.estate.clock.advance(1)

    rows = line.ask("history").out.splitlines()
    newest = line.json("history", "--limit", "1")

    assert rows[0].split()[:3] == ["NUMBER", "KIND", "RESULT"]
    assert [row.split()[:3] for row in rows[1:]] == [
        ["#2", "update", "succeeded"],
        ["#1", "update", "succeeded"],
    ]
    assert [update["version"] for update in newest] == [2]


def test_stacks_are_listed_over_all_projects(site: CommandSite, line: CommandLine) -> None:
    """The list needs no project directory; `--project` narrows it."""
    for project, stack in (("shop", "prod"), ("shop", "dev"), ("blog", "dev")):
        site.make_stack(StackName(project, stack))

    everywhere = line.run("stacks")
    narrowed = line.run("stacks", "list", "--project", "shop", "--json")

    assert [row.split()[:2] for row in everywhere.out.splitlines()[1:]] == [
        ["blog", "dev"],
        ["shop", "dev"],
        ["shop", "prod"],
    ]
    assert [each["stack"] for each in json.loads(narrowed.out)] == ["dev", "prod"]


@pytest.mark.usefixtures("filled")
def test_a_stack_is_shown_with_what_there_is_to_say(line: CommandLine) -> None:
    """Facts that do not apply are left out; `--json` has all."""
    shown = dict(row.split(maxsplit=1) for row in line.ask("stacks", "show").out.splitlines())

    assert shown["stack"] == "shop/dev"
    assert shown["resources"] == "2"
    assert "conflict" not in shown
    assert line.json("stacks", "show")["unfinished_runs"] == 0


def test_a_stack_is_removed(site: CommandSite, line: CommandLine) -> None:
    """Its config and history go with it; a script says --yes."""
    site.make_stack()

    refused = line.ask("stacks", "rm")
    removed = line.ask("stacks", "rm", "--yes")

    assert (refused.exit_code, removed.exit_code) == (ExitCode.USAGE, ExitCode.OK)
    assert "--yes" in refused.err
    assert removed.out == "The stack shop/dev is removed.\n"
    assert site.estate.stacks.find(DEV) is None


def test_a_stack_with_resources_stays(filled: CommandSite, line: CommandLine) -> None:
    """The server refuses, which is a conflict; `--force` leaves the resources to themselves."""
    refused: Any = line.ask("stacks", "rm", "--yes", "--json")

    assert refused.exit_code == ExitCode.CONFLICT
    assert json.loads(refused.out)["error"]["code"] == "stack_not_empty"
    assert line.json("stacks", "rm", "--yes", "--force") == {"project": "shop", "stack": "dev"}
    assert filled.estate.stacks.find(DEV) is None
