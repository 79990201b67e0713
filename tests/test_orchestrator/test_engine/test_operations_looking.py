"""Operations that look: preview, refresh, import, and the expectation of no changes."""

import json
from pathlib import Path

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack, lock_keys
from orchestrator.engine.events import StepStarted
from orchestrator.engine.operations import OperationKind
from orchestrator.engine.property_changes import PropertyChange
from orchestrator.engine.results import Outcome

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

ONE_ITEM = 'import probe\nprobe.Item("one", value="{value}")'


def test_preview_shows_changes_and_makes_none(
    stack: TestStack, bare_cli_agrees: BareAgreement
) -> None:
    """A preview tells what would change, from what to what, and neither locks nor numbers."""
    stack.write_program(ONE_ITEM.format(value="a"))
    stack.up()
    before = stack.record, stack.state
    stack.write_program(ONE_ITEM.format(value="b"))

    locks_seen: list[str] = []
    result = stack.preview(listener=lambda _event: locks_seen.extend(lock_keys(stack)))

    assert result.outcome is Outcome.SUCCEEDED
    assert (result.version, dict(result.changes)) == (0, {"update": 1, "same": 1})
    assert (stack.record.version, stack.state) == (before[0].version, before[1])
    assert locks_seen == []
    assert [resource["value"] for resource in stack.world.resources().values()] == ["a"]
    steps = [event.step for event in stack.events if isinstance(event, StepStarted)]
    [update] = [step for step in steps if step.operation == "update"]
    assert (update.name, update.urn) == ("one", stack.urn("one"))
    assert update.changes == (PropertyChange("value", "update", old="a", new="b"),)
    bare_cli_agrees(stack, has_changes=True)


def test_preview_of_a_new_stack_makes_nothing(stack: TestStack) -> None:
    """A stack that was never deployed can be previewed, and stays empty."""
    stack.write_program(ONE_ITEM.format(value="a"))

    result = stack.preview()

    assert result.outcome is Outcome.SUCCEEDED
    assert dict(result.changes) == {"create": 2}
    assert stack.state.is_empty
    assert stack.world.operations() == []


@pytest.mark.parametrize("kind", [OperationKind.PREVIEW, OperationKind.UP])
def test_unexpected_changes_are_told_apart(stack: TestStack, kind: OperationKind) -> None:
    """Where no changes are expected, finding some is an outcome of its own, and none succeeds."""
    stack.write_program(ONE_ITEM.format(value="a"))
    stack.up()

    unchanged = stack.run(kind, expect_no_changes=True)
    stack.write_program(ONE_ITEM.format(value="b"))
    changed = stack.run(kind, expect_no_changes=True)

    assert unchanged.outcome is Outcome.SUCCEEDED
    assert changed.outcome is Outcome.CHANGES_FOUND


def test_refresh_sees_drift(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """What was changed or removed behind our back is in the state after a refresh."""
    stack.write_program('import probe\nprobe.Item("one", value="a")\nprobe.Item("two", value="b")')
    stack.up()
    changed, gone = stack.resource("one")["id"], stack.resource("two")["id"]
    stack.world.put(changed, {**(stack.world.get(changed) or {}), "value": "drifted"})
    stack.world.remove(gone)

    found = stack.refresh(expect_no_changes=True)
    again = stack.refresh(expect_no_changes=True)

    assert found.outcome is Outcome.CHANGES_FOUND
    assert found.changes["delete"] == 1
    assert found.changes["update"] == 1
    assert stack.resource_names == ["one"]
    assert stack.resource("one")["outputs"]["value"] == "drifted"
    assert again.outcome is Outcome.SUCCEEDED
    bare_cli_agrees(stack, has_changes=True)


def test_up_after_a_refresh_mends_drift(stack: TestStack, bare_cli_agrees: BareAgreement) -> None:
    """Drift that a refresh found is undone by the next up."""
    stack.write_program(ONE_ITEM.format(value="a"))
    stack.up()
    item = stack.resource("one")["id"]
    stack.world.put(item, {**(stack.world.get(item) or {}), "value": "drifted"})
    stack.refresh()

    result = stack.up()

    assert result.changes["update"] == 1
    assert stack.world.resources()[item]["value"] == "a"
    bare_cli_agrees(stack)


def test_import_takes_over_what_exists(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """An import brings something that exists into the state without touching it."""
    item = {"name": "old", "value": "a", "serial": "1", "secret": "2"}
    stack.world.put("old-1", item)
    wanted = {"type": "probe:index:Item", "name": "old", "id": "old-1", "version": "1.0.0"}
    import_file = tmp_path / "import.json"
    import_file.write_text(json.dumps({"resources": [wanted]}))

    result = stack.run(OperationKind.IMPORT, import_file=import_file)

    assert result.outcome is Outcome.SUCCEEDED
    assert dict(result.changes) == {"create": 1, "import": 1}
    assert stack.resource("old")["id"] == "old-1"
    assert stack.world.operations() == []
    stack.write_program(
        """
        import probe, pulumi
        probe.Item("old", value="a", opts=pulumi.ResourceOptions(protect=True))
        """
    )
    bare_cli_agrees(stack)


def test_import_of_nothing_fails(stack: TestStack, tmp_path: Path) -> None:
    """An import of what does not exist says so and leaves the state as it is."""
    wanted = {"type": "probe:index:Item", "name": "old", "id": "none", "version": "1.0.0"}
    import_file = tmp_path / "import.json"
    import_file.write_text(json.dumps({"resources": [wanted]}))

    result = stack.run(OperationKind.IMPORT, import_file=import_file)

    assert result.outcome is Outcome.FAILED
    assert any("none" in diagnostic.message for diagnostic in result.diagnostics)
    assert stack.resource_names == []
