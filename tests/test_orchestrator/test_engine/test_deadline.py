"""When which step of stopping a child is due."""

import pytest

from orchestrator.engine.deadline import Deadline, Escalation, StopCause, StopPolicy, StopStep

INTERRUPT, KILL, ABANDON = StopStep.INTERRUPT, StopStep.KILL, StopStep.ABANDON
POLICY = StopPolicy(
    signal_not_before_seconds=1, second_interrupt_after_seconds=60, kill_after_seconds=10
)


def steps(
    *, deadline: Deadline | None = None, cancelled_from: float = float("inf"), until: int = 1100
) -> list[tuple[int, StopStep]]:
    """What is done at which full second of a child that started at 0 and never ends."""
    escalation = Escalation(POLICY, deadline, started_at=0)
    taken = []
    for second in range(until):
        step = escalation.next_step(second, is_cancelled=second >= cancelled_from)
        if step is not None:
            taken.append((second, step))
    return taken


def test_nothing_is_due_without_a_reason() -> None:
    """A child without deadline and cancel is left alone."""
    assert steps() == []


def test_cancel_is_followed_by_the_policys_pauses() -> None:
    """A cancel interrupts at once, then again, then kills, and gives up a launcher that hangs."""
    assert steps(cancelled_from=100) == [
        (100, INTERRUPT), (160, INTERRUPT), (170, KILL), (178, ABANDON)
    ]  # fmt: skip


def test_early_cancel_waits_for_the_childs_handlers() -> None:
    """A child that has just started, and would die of a signal, gets none yet."""
    assert steps(cancelled_from=0)[0] == (1, INTERRUPT)


def test_deadline_leaves_the_step_under_way_all_the_time_there_is() -> None:
    """Interrupted at the margin, the child may go on until the reserve has to be kept."""
    deadline = Deadline(1000, margin_seconds=300, reserve_seconds=20)

    assert steps(deadline=deadline) == [
        (700, INTERRUPT), (970, INTERRUPT), (980, KILL), (988, ABANDON)
    ]  # fmt: skip


def test_cancel_during_a_deadline_shortens_it() -> None:
    """Who is cancelled while finishing for a deadline gets the cancel's patience from then on."""
    deadline = Deadline(1000, margin_seconds=300, reserve_seconds=20)

    assert steps(deadline=deadline, cancelled_from=710)[:2] == [(700, INTERRUPT), (760, INTERRUPT)]


def test_deadline_shortens_the_patience_of_a_cancel() -> None:
    """A child that was cancelled shortly before the deadline is gone by it all the same."""
    deadline = Deadline(1000, margin_seconds=90, reserve_seconds=20)

    assert steps(deadline=deadline, cancelled_from=905)[:3] == [
        (905, INTERRUPT), (965, INTERRUPT), (975, KILL)
    ]  # fmt: skip
    late = Deadline(950, margin_seconds=30, reserve_seconds=20)
    assert steps(deadline=late, cancelled_from=905)[:3] == [
        (905, INTERRUPT), (920, INTERRUPT), (930, KILL)
    ]  # fmt: skip


def test_margin_grows_with_the_steps_that_are_seen() -> None:
    """A longer step brings the interrupt forward; a shorter one changes nothing."""
    deadline = Deadline(1000, margin_seconds=90)
    deadline.widen(400)
    deadline.widen(30)

    assert deadline.interrupt_at == 600


@pytest.mark.parametrize(("cancelled_from", "cause"), [(5, StopCause.CANCEL), (999, None)])
def test_cause_is_the_reason_for_the_first_interrupt(
    cancelled_from: float, cause: StopCause | None
) -> None:
    """Later reasons do not change why the child was stopped."""
    deadline = Deadline(100, margin_seconds=50, reserve_seconds=10)
    escalation = Escalation(POLICY, deadline, started_at=0)
    for second in (10, 60, 70):
        escalation.next_step(second, is_cancelled=second >= cancelled_from)

    assert escalation.cause is (cause or StopCause.DEADLINE)
