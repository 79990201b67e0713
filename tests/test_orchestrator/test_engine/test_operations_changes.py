"""What a program asks for becomes so: create, update, replace, delete, nothing."""

from typing import Any

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack
from orchestrator.engine.results import Outcome
from orchestrator.state.secret_values import hidden

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

TWO_ITEMS = """
    import probe, pulumi
    one = probe.Item("one", value="a")
    probe.Item("two", value=one.value, opts=pulumi.ResourceOptions(depends_on=[one]))
    pulumi.export("letter", one.value)
"""


def test_up_creates(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """A first up makes the resources and publishes a state that holds them."""
    stack.write_program(TWO_ITEMS)

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.version == 1
    assert dict(result.changes) == {"create": 3}
    assert stack.world.names() == stack.resource_names == ["one", "two"]
    assert stack.outputs == {"letter": "a"}
    bare_cli_agrees(stack)


def test_up_without_a_change_changes_nothing(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """An up that finds nothing to do gets a number, and leaves the state as it was."""
    stack.write_program(TWO_ITEMS)
    stack.up()
    before = _content(stack)

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.version == 2
    assert not result.has_changes
    assert _content(stack) == before
    assert len(stack.world.operations()) == 2
    bare_cli_agrees(stack)


def _content(stack: TestStack) -> dict[str, Any]:
    """The state without its date; ciphertexts, which are new with each update, masked."""
    masked: dict[str, Any] = hidden(dict(stack.state.deployment or {}))
    return {**masked, "manifest": None}


def test_up_updates_in_place(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """A changed input is updated in the resource that is there, and the event tells from what."""
    stack.write_program('import probe\nprobe.Item("one", value="a")')
    stack.up()
    before = stack.resource("one")["id"]
    stack.write_program('import probe\nprobe.Item("one", value="b")')

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert dict(result.changes) == {"update": 1, "same": 1}
    assert stack.resource("one")["id"] == before
    assert stack.world.resources()[before]["value"] == "b"
    bare_cli_agrees(stack)


@pytest.mark.parametrize(
    ("options", "operations"),
    [
        pytest.param("", ["create", "create", "delete"], id="create-first"),
        pytest.param("deleteBeforeReplace=True", ["create", "delete", "create"], id="delete-first"),
    ],
)
def test_up_replaces(
    stack: TestStack, bare_cli_agrees: BareAgreement, options: str, operations: list[str]
) -> None:
    """A change that needs a new resource makes one and deletes the old one, in the right order."""
    program = 'import probe\nprobe.Item("one", replaceKey="{key}", {options})'
    stack.write_program(program.format(key="a", options=options))
    stack.up()
    before = stack.resource("one")["id"]
    stack.write_program(program.format(key="b", options=options))

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.changes["replace"] == 1
    assert [operation for operation, _ in stack.world.operations()] == operations
    assert list(stack.world.resources()) == [stack.resource("one")["id"]] != [before]
    bare_cli_agrees(stack)


def test_up_deletes_what_left_the_program(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """A resource that the program no longer names is deleted, and leaves the state."""
    stack.write_program(TWO_ITEMS)
    stack.up()
    stack.write_program('import probe\nprobe.Item("one", value="a")')

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.changes["delete"] == 1
    assert stack.world.names() == stack.resource_names == ["one"]
    bare_cli_agrees(stack)


def test_destroy_deletes_everything(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """A destroy needs no program and leaves an empty stack, which can go up again."""
    stack.write_program(TWO_ITEMS)
    stack.up()

    result = stack.destroy()

    assert result.outcome is Outcome.SUCCEEDED
    assert dict(result.changes) == {"delete": 3}
    assert stack.world.names() == []
    assert stack.state.is_empty
    bare_cli_agrees(stack, has_changes=True)
    assert stack.up().outcome is Outcome.SUCCEEDED


def test_only_targets_are_updated(stack: TestStack) -> None:
    """With targets, an up leaves everything else as it is."""
    stack.write_program('import probe\nprobe.Item("one", value="a")\nprobe.Item("two", value="a")')
    stack.up()
    stack.write_program('import probe\nprobe.Item("one", value="b")\nprobe.Item("two", value="b")')

    result = stack.up(targets=[stack.urn("two")])

    assert result.outcome is Outcome.SUCCEEDED
    values = {item["name"]: item["value"] for item in stack.world.resources().values()}
    assert values == {"one": "a", "two": "b"}


def test_components_and_many_resources_arrive_whole(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """Many resources at once, under components and depending on each other, all get recorded."""
    stack.write_program(
        """
        import probe, pulumi
        for shelf in range(4):
            place = pulumi.ComponentResource("probe:index:Shelf", f"shelf-{shelf}")
            first = probe.Item(f"first-{shelf}", opts=pulumi.ResourceOptions(parent=place))
            for number in range(15):
                probe.Item(f"item-{shelf}-{number}", value=first.serial)
        """
    )

    result = stack.up()

    assert result.outcome is Outcome.SUCCEEDED
    assert result.changes["create"] == 1 + 4 * (1 + 1 + 15)
    assert len(stack.world.names()) == 4 * 16
    bare_cli_agrees(stack)
    assert not stack.up().has_changes
