"""Operations, with the flags that reach the service."""

from pathlib import Path

import pytest

from engine_children import eventually
from engine_processes import in_background
from probe_provider.world import World
from state_cli import StateCli

pytestmark = pytest.mark.engine


def program(*items: str) -> str:
    return "\n".join(("import probe, pulumi", *items))


def item(name: str, **inputs: object) -> str:
    given = "".join(f", {key}={value!r}" for key, value in inputs.items())
    return f"{name} = probe.Item({name!r}{given})"


@pytest.fixture
def stack(cli: StateCli) -> StateCli:
    cli.new_stack("dev")
    return cli


def urn(name: str) -> str:
    return f"urn:pulumi:dev::shop::probe:index:Item::{name}"


def test_plans_and_targets(stack: StateCli) -> None:
    """preview --save-plan, up --plan, --target and --replace."""
    stack.write_program(program(item("a", value=1), item("b", value=1)))
    stack.preview("--save-plan", "plan.json")
    assert stack.state().get("resources", []) == []
    stack.up("--plan", "plan.json")
    assert stack.names() == ["a", "b"]

    stack.write_program(program(item("a", value=2), item("b", value=2)))
    assert "1 updated" in stack.up("--target", urn("a"))
    assert "1 replaced" in stack.up("--replace", urn("b"))
    stack.preview("--expect-no-changes")


def test_failures_and_refreshes(stack: StateCli) -> None:
    """up --continue-on-error, --refresh; refresh, --preview-only."""
    stack.write_program(program(item("a", failCreate="no luck"), item("b")))
    done = stack.operate("up", "--yes", "--skip-preview", "--continue-on-error")
    assert done.returncode != 0
    assert stack.names() == ["b"]
    assert stack.json("stack", "history", "--json")[0]["result"] == "failed"

    stack.write_program(program(item("a"), item("b")))
    stack.up("--refresh")
    for found in Path(stack.world).glob("**/b-*"):
        found.unlink()
    assert "1 to delete" in stack.ok("refresh", "--preview-only")
    assert stack.names() == ["a", "b"]
    stack.ok("refresh", "--yes", "--skip-preview")
    assert stack.names() == ["a"]


def test_pending_creates_and_destroys(stack: StateCli) -> None:
    """refresh --clear-pending-creates; destroy --exclude-protected, and --remove."""
    protected = "opts=pulumi.ResourceOptions(protect=True)"
    stack.write_program(program(f'probe.Item("a", {protected})', item("b")))
    stack.up()
    exported = stack.json("stack", "export")
    pending = {"resource": {**exported["deployment"]["resources"][-1], "id": ""}}
    pending["resource"]["urn"] = urn("lost")
    exported["deployment"]["pending_operations"] = [{**pending, "type": "creating"}]
    stack.import_state(exported)
    assert "1 pending operations" in stack.up()
    assert stack.state()["pending_operations"]
    stack.ok("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    assert not stack.state().get("pending_operations")

    stack.ok("destroy", "--yes", "--skip-preview", "--exclude-protected")
    assert stack.names() == ["a"]
    stack.ok("state", "unprotect", "--yes", "--all")
    stack.ok("destroy", "--yes", "--skip-preview", "--remove")
    assert stack.json("stack", "ls", "--json") == []


def test_import_of_a_resource(stack: StateCli) -> None:
    """import takes over what is there; code is not generated, which would need a language host."""
    stack.write_program(program(item("a", value=1)))
    stack.up()
    [made] = [found for found in stack.state()["resources"] if found["urn"] == urn("a")]
    stack.ok("state", "delete", "--yes", urn("a"))

    flags = ("--generate-code=false", "--protect=false")
    stack.import_resource(*flags, "probe:index:Item", "a", made["id"])

    assert stack.names() == ["a"]
    assert stack.json("stack", "history", "--json")[0]["resourceChanges"]["import"] == 1


def test_stack_references(stack: StateCli) -> None:
    """A stack reads another one's outputs, secret ones too."""
    secret = 'pulumi.export("token", pulumi.Output.secret("hunter2"))'
    stack.write_program(program(secret))
    stack.up()
    stack.new_stack("reader")
    stack.write_program(
        program(
            'found = pulumi.StackReference("organization/shop/dev")',
            'pulumi.export("copy", found.get_output("token"))',
        )
    )

    stack.up()

    assert stack.json("stack", "output", "--json") == {"copy": "[secret]"}
    assert stack.json("stack", "output", "--json", "--show-secrets") == {"copy": "hunter2"}


@pytest.mark.parametrize("journaling", [True, False], ids=["journal", "checkpoints"])
def test_cancel(stack: StateCli, journaling: bool) -> None:
    """A second update waits in vain, and is told for whom; cancel lets it go on."""
    if not journaling:
        stack.environment["PULUMI_DISABLE_JOURNALING"] = "true"
    gate = stack.directory / "gate"
    stack.write_program(program(item("a", waitFor=str(gate)), item("b")))
    with in_background(lambda: stack.operate("up", "--yes", "--skip-preview")) as first:
        assert eventually(World(stack.world).started_sign("a").exists)
        assert eventually(lambda: "b" in stack.names_in_journal())
        second = stack.operate("up", "--yes", "--skip-preview")
        assert "Another update is currently in progress" in second.stdout + second.stderr
        stack.ok("cancel", "--yes")
        gate.touch()
        said = first.result()

    assert said.returncode != 0
    assert "was cancelled" in said.stdout + said.stderr
    assert "[409]" in stack.fails("cancel", "--yes")
    if journaling:
        # What was under way is recorded, though its batch was refused.
        assert stack.names() == ["a", "b"]
        assert not stack.state().get("pending_operations")
        assert "came after it was cancelled" in stack.ok("stack", "history")
    else:
        assert stack.names() == ["b"]
        assert [found["type"] for found in stack.state()["pending_operations"]] == ["creating"]
    stack.up()
    assert stack.names() == ["a", "b"]


def test_without_a_journal(stack: StateCli) -> None:
    """A client that sends checkpoints, as older ones do, makes the same states and versions."""
    stack.write_program(program(item("a", value=1), item("b", token="x")))
    stack.environment["PULUMI_DISABLE_JOURNALING"] = "true"
    stack.up()
    assert stack.names() == ["a", "b"]
    stack.write_program(program(item("a", value=2), item("c", failCreate="no luck")))
    assert stack.operate("up", "--yes", "--skip-preview").returncode != 0
    del stack.environment["PULUMI_DISABLE_JOURNALING"]

    assert [update["version"] for update in stack.json("stack", "history", "--json")] == [2, 1]
    assert stack.names("--version", "1") == ["a", "b"]
    stack.write_program(program(item("a", value=2)))
    stack.up()
    assert stack.names() == ["a"]
    stack.preview("--expect-no-changes")
