"""Operations that are stopped, by a deadline or by a person: the state is sound, work goes on."""

import threading
from pathlib import Path

import pytest

from bare_agreement import BareAgreement
from deployments import TestStack
from engine_children import eventually
from engine_processes import await_start_of, in_background
from hoist.clock import SystemClock
from observed_deadline import ObservedDeadline
from orchestrator.engine.deadline import Deadline
from orchestrator.engine.events import StepDone, StepStarted
from orchestrator.engine.operation_errors import OperationInvalidError, PendingCreatesError
from orchestrator.engine.operations import PendingImport
from orchestrator.engine.results import OperationResult, Outcome
from world_oracle import assert_world_is_covered

pytestmark = [pytest.mark.engine, pytest.mark.emulator]

CHAIN = """
    import probe, pulumi
    one = probe.Item("one")
    two = probe.Item("two", waitFor={release!r}, opts=pulumi.ResourceOptions(depends_on=[one]))
    probe.Item("three", opts=pulumi.ResourceOptions(depends_on=[two]))
"""


@pytest.fixture
def release(stack: TestStack, tmp_path: Path) -> Path:
    """The stack's program waits in the second of three creates until this file exists."""
    path = tmp_path / "release"
    stack.write_program(CHAIN.format(release=str(path)))
    return path


def leave_a_pending_create(stack: TestStack) -> OperationResult:
    """Stop an up in the middle of its second create."""
    deadline = ObservedDeadline()
    with in_background(lambda: stack.up(deadline=deadline)) as up:
        await_start_of(stack.world, "two")
        deadline.interrupt_twice_now()
    return up.result()


def test_a_slice_ends_at_its_deadline_and_the_next_one_finishes(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """At the deadline what is under way is finished and nothing new begun; another up goes on."""
    deadline = ObservedDeadline()

    with in_background(lambda: stack.up(deadline=deadline)) as up:
        await_start_of(stack.world, "two")
        deadline.interrupt_now()
        assert eventually(lambda: deadline.has_interrupted)
        release.touch()
    first = up.result()

    assert first.outcome is Outcome.INTERRUPTED
    assert (first.version, first.pending_creates) == (1, [])
    assert stack.world.names() == stack.resource_names == ["one", "two"]
    bare_cli_agrees(stack, has_changes=True)
    second = stack.up()
    assert second.outcome is Outcome.SUCCEEDED
    assert dict(second.changes) == {"create": 1, "same": 3}
    assert stack.world.names() == ["one", "three", "two"]
    bare_cli_agrees(stack)


def test_a_create_that_does_not_end_is_recorded_as_pending(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """Told twice to stop, the engine gives a create up; it is in the state as pending."""
    result = leave_a_pending_create(stack)

    assert result.outcome is Outcome.INTERRUPTED
    assert [create.urn for create in result.pending_creates] == [stack.urn("two")]
    assert result.failed_urns == ()
    assert stack.resource_names == ["one"]
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)


def test_pending_creates_stop_what_would_make_them_twice(stack: TestStack, release: Path) -> None:
    """Up and destroy refuse to start over pending creates and say what to do; a preview shows."""
    leave_a_pending_create(stack)
    release.touch()

    for operation in (stack.up, stack.destroy):
        with pytest.raises(PendingCreatesError, match="1 pending create") as raised:
            operation()
        assert raised.value.urns == (stack.urn("two"),)
        for command in ("--import-pending-create", "--clear-pending-creates", "--recreate-pending"):
            assert command in raised.value.way_out
    assert stack.record.version == 1
    assert stack.preview().outcome is Outcome.SUCCEEDED


def test_a_pending_create_that_never_came_to_be_is_cleared(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A refresh that clears pending creates forgets them; the next up creates what is missing."""
    leave_a_pending_create(stack)
    release.touch()

    refreshed = stack.refresh(clear_pending_creates=True)

    assert (refreshed.outcome, refreshed.pending_creates) == (Outcome.SUCCEEDED, [])
    bare_cli_agrees(stack, has_changes=True)
    assert stack.up().outcome is Outcome.SUCCEEDED
    assert stack.world.names() == ["one", "three", "two"]
    bare_cli_agrees(stack)


def test_a_pending_create_that_came_to_be_is_taken_over(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A refresh that is told the id of a pending create makes it a resource, as it really is."""
    leave_a_pending_create(stack)
    release.touch()
    item = {"name": "two", "serial": "1", "secret": "2", "value": "drifted"}
    stack.world.put("two-1", item)

    refreshed = stack.refresh(import_pending_creates=[PendingImport(stack.urn("two"), "two-1")])

    assert (refreshed.outcome, refreshed.pending_creates) == (Outcome.SUCCEEDED, [])
    assert stack.resource("two")["id"] == "two-1"
    assert stack.resource("two")["outputs"]["value"] == "drifted"
    assert_world_is_covered(stack)
    up = stack.up()
    assert up.changes["create"] == 1
    assert stack.world.names() == ["one", "three", "two"]
    bare_cli_agrees(stack)


def test_an_id_of_no_pending_create_is_refused(stack: TestStack, release: Path) -> None:
    """Taking over a create that is not pending names those that are, and changes nothing."""
    leave_a_pending_create(stack)

    with pytest.raises(OperationInvalidError, match="no pending create") as raised:
        stack.refresh(import_pending_creates=[PendingImport(stack.urn("one"), "one-1")])

    assert stack.urn("two") in raised.value.way_out
    assert stack.record.version == 1


def test_a_pending_create_can_be_made_once_more(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """Asked to, an up forgets a pending create and makes it anew: nothing is in doubt any more."""
    leave_a_pending_create(stack)
    release.touch()

    result = stack.up(recreate_pending=True)

    assert result.outcome is Outcome.SUCCEEDED
    assert stack.world.names() == ["one", "three", "two"]
    assert result.pending_creates == []
    bare_cli_agrees(stack)


def test_a_cancelled_operation_finishes_what_is_under_way(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A cancel stops the engine in good order, and the outcome says that it was a person's wish."""
    cancel, deadline = threading.Event(), ObservedDeadline()

    with in_background(lambda: stack.up(cancel=cancel, deadline=deadline)) as up:
        await_start_of(stack.world, "two")
        cancel.set()
        assert eventually(lambda: deadline.has_interrupted)
        release.touch()
    result = up.result()

    assert result.outcome is Outcome.CANCELLED
    assert result.pending_creates == []
    assert stack.world.names() == stack.resource_names == ["one", "two"]
    bare_cli_agrees(stack, has_changes=True)


def test_a_cancel_before_the_start_still_ends_in_a_known_state(
    stack: TestStack, release: Path, bare_cli_agrees: BareAgreement
) -> None:
    """A cancel that comes at once leaves nothing open and nothing in doubt."""
    cancel = threading.Event()
    cancel.set()

    with in_background(lambda: stack.up(cancel=cancel)) as up:
        release.touch()
    result = up.result()

    assert result.outcome is Outcome.CANCELLED
    assert_world_is_covered(stack)
    bare_cli_agrees(stack, has_changes=True)


def test_a_failure_before_the_deadline_stays_a_failure(stack: TestStack, tmp_path: Path) -> None:
    """A slice in which something failed has failed, though it was stopped at its deadline."""
    release = tmp_path / "release"
    stack.write_program(
        f"""
        import probe
        probe.Item("one", failCreate="no room")
        probe.Item("two", waitFor={str(release)!r})
        """
    )
    deadline = ObservedDeadline()

    with in_background(lambda: stack.up(deadline=deadline, continue_on_error=True)) as up:
        await_start_of(stack.world, "two")
        deadline.interrupt_now()
        assert eventually(lambda: deadline.has_interrupted)
        release.touch()

    assert up.result().outcome is Outcome.FAILED


def test_a_long_step_widens_the_margin(stack: TestStack, tmp_path: Path) -> None:
    """A deadline leaves as much time as the longest step took; a component's time is no step's."""
    release = tmp_path / "release"
    stack.write_program(f"import probe\nprobe.Item('one', waitFor={str(release)!r})")
    chosen = Deadline.after(1000, clock=SystemClock(), margin_seconds=0.01, reserve_seconds=0)
    times: list[float] = []

    def note_time(event: object) -> None:
        if isinstance(event, StepStarted | StepDone) and event.step.name == "one":
            times.append(SystemClock().monotonic())

    with in_background(lambda: stack.up(deadline=chosen, listener=note_time)):
        await_start_of(stack.world, "one")
        release.touch()

    step_seconds = times[1] - times[0]
    assert step_seconds * 0.5 < chosen.margin_seconds < step_seconds + 0.2
