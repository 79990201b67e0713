"""The whole Hoist process is killed in the middle of a create: nothing stays, nothing is lost."""

from pathlib import Path

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack, lock_keys
from doomed_service import doomed_service, kill_service
from engine_processes import await_start_of
from orchestrator.engine.operation_errors import PendingCreatesError
from orchestrator.engine.results import Outcome
from orchestrator.state.records import UpdateStatus
from world_oracle import assert_world_is_covered

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CHAIN = """
    import os, probe, pulumi, subprocess
    subprocess.Popen(["sleep", "300"], start_new_session=True)
    one = probe.Item("one")
    two = probe.Item("two", waitFor={release!r}, opts=pulumi.ResourceOptions(depends_on=[one]))
    probe.Item("three", opts=pulumi.ResourceOptions(depends_on=[two]))
"""


def crash(stack: TestStack, name: str) -> None:
    """Kill a service that waits in the create of that item."""
    with doomed_service(stack) as service:
        await_start_of(stack.world, name)
        assert kill_service(service) == []


def test_a_killed_service_leaves_no_process_and_loses_nothing(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """Everything that it started ends with it, and the next operation takes over at once."""
    release = tmp_path / "release"
    stack.write_program(CHAIN.format(release=str(release)))
    crash(stack, "two")
    assert stack.record.active is not None
    assert lock_keys(stack) != []

    with pytest.raises(PendingCreatesError) as raised:
        stack.up()

    assert raised.value.urns == (stack.urn("two"),)
    assert stack.resource_names == ["one"]
    assert_world_is_covered(stack)
    [update] = stack.history
    assert (update.version, update.status) == (1, UpdateStatus.ABANDONED)
    bare_cli_agrees(stack, has_changes=True)
    release.touch()
    stack.refresh(clear_pending_creates=True)
    assert stack.up().outcome is Outcome.SUCCEEDED
    assert stack.world.names() == ["one", "three", "two"]
    bare_cli_agrees(stack)


def test_two_crashes_in_a_row_lose_nothing(
    stack: TestStack, tmp_path: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A service that makes a create in doubt anew, and is killed too, leaves it in doubt again."""
    stack.write_program(CHAIN.format(release=str(tmp_path / "first")))
    crash(stack, "two")
    stack.world.started_sign("two").unlink()
    crash(stack, "two")

    preview = stack.preview()

    assert preview.outcome is Outcome.SUCCEEDED
    assert {create.urn for create in preview.pending_creates} == {stack.urn("two")}
    # The one in between forgot the create that was in doubt, as the second service was told to.
    assert [update.status for update in stack.history] == [
        UpdateStatus.ABANDONED,
        UpdateStatus.SUCCEEDED,
        UpdateStatus.ABANDONED,
    ]
    assert stack.resource_names == ["one"]
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)
    (tmp_path / "first").touch()
    stack.refresh(clear_pending_creates=True)
    assert stack.up().outcome is Outcome.SUCCEEDED
    bare_cli_agrees(stack)


def test_run_directories_of_a_killed_service_are_removed_later(
    stack: TestStack, tmp_path: Path
) -> None:
    """What a killed service left on the disk, its credentials among it, goes with the next run."""
    runs = stack.workshop.installation.room.runs
    stack.write_program(CHAIN.format(release=str(tmp_path / "release")))
    crash(stack, "two")
    assert list(runs.iterdir()) != []

    stack.refresh(clear_pending_creates=True)

    assert list(runs.iterdir()) == []
