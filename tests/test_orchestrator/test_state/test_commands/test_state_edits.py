"""`pulumi state`: each of its commands exports, edits and imports."""

import pytest

from state_cli import StateCli

pytestmark = pytest.mark.engine

THREE_ITEMS = """
    import probe
    from pulumi import ResourceOptions
    a = probe.Item("a", value=1)
    probe.Item("b", value=2, opts=ResourceOptions(protect=True, depends_on=[a]))
    probe.Item("c", value=3)
"""


@pytest.fixture
def deployed(cli: StateCli) -> StateCli:
    cli.new_stack("dev")
    cli.write_program(THREE_ITEMS)
    cli.up()
    return cli


def urn(name: str, *, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::shop::probe:index:Item::{name}"


def test_edits(deployed: StateCli) -> None:
    """state unprotect, rename, delete and repair; the program finds what is left."""
    cli = deployed
    cli.ok("state", "protect", "--yes", urn("a"))
    cli.ok("state", "unprotect", "--yes", "--all")
    assert not any(resource.get("protect") for resource in cli.state()["resources"])
    cli.ok("state", "rename", "--yes", urn("c"), "renamed")
    assert cli.names() == ["a", "b", "renamed"]
    cli.ok("state", "delete", "--yes", urn("renamed"))
    assert cli.names() == ["a", "b"]
    cli.ok("state", "taint", "--yes", urn("b"))
    assert cli.json("stack", "export")["version"] == 4
    cli.ok("state", "untaint", "--yes", urn("b"))
    cli.ok("state", "repair", "--yes")

    assert "1 created" in cli.up()
    kinds = [update["kind"] for update in cli.json("stack", "history", "--json")]
    assert kinds == ["update", *["import"] * 6, "update"]


def test_move(deployed: StateCli) -> None:
    """state move takes a resource to another stack, its secrets with it."""
    cli = deployed
    cli.ok("stack", "init", "other", "--no-select")

    cli.ok(
        *("state", "move", "--yes", "--source", "organization/shop/dev"),
        *("--dest", "organization/shop/other", urn("c")),
    )

    assert cli.names() == ["a", "b"]
    assert cli.names("--stack", "other") == ["c"]


def test_edit_of_an_open_stack(deployed: StateCli) -> None:
    """While an update is open, neither an edit nor a rename goes through; both say why."""
    cli = deployed
    update = cli.open_update("dev")

    for command in (
        ("state", "delete", "--yes", urn("c")),
        ("stack", "rename", "prod"),
        ("stack", "rm", "--yes", "--force"),
    ):
        said = cli.fails(*command)
        assert "[409]" in said
        assert update in said
