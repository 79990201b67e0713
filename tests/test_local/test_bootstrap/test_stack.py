"""How a CloudFormation stack is brought to a template."""

from datetime import UTC, datetime

import pytest

from hoist.clock import FixedClock
from local.bootstrap.errors import BootstrapError
from local.bootstrap.stack import Stack
from scripted_cloudformation import NO_CHANGES, ScriptedCloudFormation


def bring(cloudformation: ScriptedCloudFormation) -> dict[str, str]:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    stack = Stack("hoist-dev-bootstrap", cloudformation=cloudformation, clock=clock)
    return stack.bring_to("Resources: {}", {"Environment": "dev"})


def test_a_missing_stack_is_created() -> None:
    """Where there is no stack, one is created, and its outputs are returned."""
    cloudformation = ScriptedCloudFormation(outputs={"StateBucket": "the-bucket"})

    assert bring(cloudformation) == {"StateBucket": "the-bucket"}
    assert cloudformation.calls == ["plan CREATE", "execute"]


def test_a_stack_is_updated() -> None:
    """A stack that differs from the template gets the difference."""
    cloudformation = ScriptedCloudFormation(
        statuses=["CREATE_COMPLETE"], statuses_after=["UPDATE_COMPLETE"]
    )

    bring(cloudformation)

    assert cloudformation.calls == ["plan UPDATE", "execute"]


def test_a_stack_without_differences_is_left_alone() -> None:
    """Nothing is executed when there is nothing to change, and no change set is left behind."""
    cloudformation = ScriptedCloudFormation(
        statuses=["UPDATE_COMPLETE"],
        plan=["FAILED"],
        plan_changes=[],
        plan_reason=NO_CHANGES,
        outputs={"StateTable": "the-table"},
    )

    assert bring(cloudformation) == {"StateTable": "the-table"}
    assert cloudformation.calls == ["plan UPDATE", "forget plan"]


def test_a_stack_that_was_only_planned_is_created() -> None:
    """An earlier attempt that ended before its change set was executed is no hindrance."""
    cloudformation = ScriptedCloudFormation(statuses=["REVIEW_IN_PROGRESS"])

    bring(cloudformation)

    assert cloudformation.calls == ["plan CREATE", "execute"]


def test_a_deleted_stack_is_created_anew() -> None:
    """A stack that is being deleted is waited for, then created."""
    cloudformation = ScriptedCloudFormation(statuses=["DELETE_IN_PROGRESS", "DELETE_COMPLETE"])

    bring(cloudformation)

    assert cloudformation.calls == ["plan CREATE", "execute"]


def test_slow_steps_are_waited_for() -> None:
    """Change set and stack may take a while, and so may what another process does to it."""
    cloudformation = ScriptedCloudFormation(
        statuses=["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"],
        plan=["CREATE_PENDING", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"],
        statuses_after=["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"]
        + ["UPDATE_COMPLETE"],
    )

    bring(cloudformation)

    assert cloudformation.calls == ["plan UPDATE", "execute"]


@pytest.mark.parametrize(
    "status",
    ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"]
    + ["UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"],
)
def test_a_dead_end_is_said_to_be_one(status: str) -> None:
    """A stack from which no update leads on is not touched; the error says why and what to do."""
    cloudformation = ScriptedCloudFormation(
        statuses=[status], failed_resources={"StateBucket": "the name is taken"}
    )

    with pytest.raises(BootstrapError) as caught:
        bring(cloudformation)

    assert caught.value.message == (
        f"stack hoist-dev-bootstrap is {status} (StateBucket: the name is taken)"
    )
    assert "delete stack hoist-dev-bootstrap" in caught.value.way_out
    assert cloudformation.calls == []


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_an_update_that_was_rolled_back_has_failed(status: str) -> None:
    """The stack is whole again, but not what the template says: that is an error.

    Its reasons are those of this attempt, not of earlier ones.
    """
    cloudformation = ScriptedCloudFormation(
        statuses_after=["CREATE_IN_PROGRESS", status],
        failed_resources={"StateKey": "not authorised"},
        failed_before={"StateTable": "long mended"},
    )

    with pytest.raises(BootstrapError, match=rf"is {status} \(StateKey: not authorised\)$"):
        bring(cloudformation)


def test_an_update_after_a_rolled_back_one_is_tried() -> None:
    """UPDATE_ROLLBACK_COMPLETE is a state from which an update leads on."""
    cloudformation = ScriptedCloudFormation(
        statuses=["UPDATE_ROLLBACK_COMPLETE"], statuses_after=["UPDATE_COMPLETE"]
    )

    bring(cloudformation)

    assert cloudformation.calls == ["plan UPDATE", "execute"]


def test_a_failed_change_set_is_no_empty_one() -> None:
    """A change set that failed though it had changes is an error with CloudFormation's reason."""
    cloudformation = ScriptedCloudFormation(plan=["FAILED"], plan_reason="no such type")

    with pytest.raises(BootstrapError, match="failed: no such type"):
        bring(cloudformation)


def test_waiting_has_an_end() -> None:
    """A stack that never settles is an error that says what it was doing."""
    with pytest.raises(BootstrapError, match="did not settle in 120 s: it is UPDATE_IN_PROGRESS"):
        bring(ScriptedCloudFormation(statuses=["UPDATE_IN_PROGRESS"]))
