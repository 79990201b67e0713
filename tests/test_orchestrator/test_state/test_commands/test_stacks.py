"""Commands of the session, and of stacks as such."""

import json

import pytest

from state_cli import StateCli

pytestmark = pytest.mark.engine

ONE_ITEM = 'import probe; probe.Item("a", value=1)'


def test_session(cli: StateCli) -> None:
    """login, whoami and logout."""
    token = cli.environment.pop("PULUMI_ACCESS_TOKEN")
    assert "PULUMI_ACCESS_TOKEN must be set" in cli.fails("whoami")

    cli.environment["PULUMI_ACCESS_TOKEN"] = token
    assert "Logged in to" in cli.ok("login", cli.url)
    del cli.environment["PULUMI_ACCESS_TOKEN"]
    assert "hoist" in cli.ok("whoami")
    assert "organization" in cli.ok("whoami", "-v")
    cli.ok("logout", cli.url)
    assert "PULUMI_ACCESS_TOKEN must be set" in cli.fails("whoami")


def test_wrong_token(cli: StateCli) -> None:
    """A wrong token is named as such, and opens nothing."""
    cli.environment["PULUMI_ACCESS_TOKEN"] = "wrong"

    assert "invalid" in cli.fails("login", cli.url)


def test_life_of_a_stack(cli: StateCli) -> None:
    """init, select, ls, tag, rm, and rm --force."""
    cli.new_stack("dev")
    assert "already exists" in cli.fails("stack", "init", "dev")
    cli.ok("stack", "init", "other", "--no-select")
    assert "no stack named 'ghost' found" in cli.fails("stack", "select", "ghost")
    cli.ok("stack", "select", "--create", "third")
    cli.ok("stack", "select", "dev")
    listed = cli.json("stack", "ls", "--json")
    assert [(found["name"], found["current"]) for found in listed] == [
        ("dev", True),
        ("other", False),
        ("third", False),
    ]

    cli.ok("stack", "tag", "set", "team", "blue")
    assert cli.ok("stack", "tag", "get", "team").strip() == "blue"
    assert "team" in cli.ok("stack", "tag", "ls")
    assert [found["name"] for found in cli.json("stack", "ls", "-a", "-t", "team=blue", "--json")]
    cli.ok("stack", "tag", "rm", "team")
    assert cli.json("stack", "ls", "-a", "-t", "team=blue", "--json") == []

    cli.write_program(ONE_ITEM)
    cli.up()
    assert "still has resources" in cli.fails("stack", "rm", "--yes")
    cli.ok("stack", "rm", "--yes", "--force")
    cli.ok("stack", "rm", "--yes", "other")
    assert [found["name"] for found in cli.json("stack", "ls", "--json")] == ["third"]


def test_stacks_of_all_projects(cli: StateCli) -> None:
    """ls shows one project, and all of them with -a; init sets the project's tags."""
    cli.write_program("", project="blog")
    cli.ok("stack", "init", "dev")
    cli.write_program("")
    cli.new_stack("dev")
    cli.up()

    assert len(cli.json("stack", "ls", "--json")) == 1
    found = {stack["name"]: stack for stack in cli.json("stack", "ls", "-a", "--json")}

    assert found.keys() == {"organization/blog/dev", "dev"}
    assert found["dev"]["resourceCount"] == 1
    assert "pulumi:project" in cli.ok("stack", "tag", "ls", "--stack", "organization/blog/dev")


def test_history_and_versions(cli: StateCli) -> None:
    """history, export of any version, and import of one of them."""
    cli.new_stack("dev")
    for value in (1, 2):
        cli.write_program(f'import probe; probe.Item("item{value}", value={value})')
        cli.up("--message", f"number {value}")

    history = cli.json("stack", "history", "--json")
    assert [(update["version"], update["message"]) for update in history] == [
        (2, "number 2"),
        (1, "number 1"),
    ]
    assert history[0]["resourceChanges"] == {"create": 1, "delete": 1, "same": 1}
    assert history[0]["environment"]["pulumi.version"] == "v3.250.0"
    assert len(cli.json("stack", "history", "--json", "--page-size", "1", "--page", "2")) == 1
    assert cli.names("--version", "1") == ["item1"]
    assert cli.names() == ["item2"]
    assert "404" in cli.fails("stack", "export", "--version", "9")

    first = cli.ok("stack", "export", "--version", "1")
    assert "Import complete" in cli.ok("stack", "import", given=first)

    assert cli.names() == ["item1"]
    assert cli.names("--version", "2") == ["item2"]
    newest = cli.json("stack", "history", "--json")[0]
    assert (newest["kind"], newest["version"], newest["result"]) == ("import", 3, "succeeded")
    assert "-" in cli.preview()


def test_broken_state_is_not_imported(cli: StateCli) -> None:
    """A state that the engine would refuse is refused by the service as well, force or not."""
    cli.write_program(ONE_ITEM)
    cli.new_stack("dev")
    cli.up()
    exported = cli.json("stack", "export")
    exported["deployment"]["resources"][0]["parent"] = "urn:pulumi:dev::shop::t::gone"

    said = cli.fails("stack", "import", "--force", given=json.dumps(exported))

    assert "[400]" in said
    assert "is missing" in said
    assert cli.names() == ["a"]
