"""Runs one child process under supervision, from its start until no process of it is left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hoist.clock import Clock
from orchestrator.engine.deadline import Deadline, Escalation, StopCause, StopPolicy
from orchestrator.engine.errors import OutputConsumerError
from orchestrator.engine.output import LineConsumer, OutputSink, OutputTail
from orchestrator.engine.pump import Pump
from orchestrator.engine.redaction import Redactor
from orchestrator.engine.supervised import ChildCommand, Ending, SupervisedCommand

__all__ = ["Cancel", "ChildCommand", "ChildResult", "run_child", "stop_all_children"]

# How late a cancel or a deadline may be noticed. The end of the child is noticed at once.
GLANCE_SECONDS = 0.1
# After the end only a process that escaped can hold the pipes open.
DRAIN_PATIENCE_SECONDS = 2.0


class Cancel(Protocol):
    """Tells whether the child is to be stopped; a threading.Event does."""

    def is_set(self) -> bool:
        """True from the moment on when somebody wants it to stop."""
        ...


@dataclass(frozen=True, slots=True)
class ChildResult:
    """How a child ran. It ended by an exit code or by a signal; the other one is None."""

    exit_code: int | None
    signal: int | None
    started_at: datetime
    ended_at: datetime
    stdout_tail: OutputTail
    stderr_tail: OutputTail
    stop_cause: StopCause | None = None
    interrupts_sent: int = 0
    killed: bool = False
    # Processes of the child that could not be ended, such as another user's.
    left_behind: int = 0


class _StopRequest:
    """A mere flag, since a signal handler sets it: a lock could be held by whom it interrupted."""

    __slots__ = ("is_made",)

    def __init__(self) -> None:
        self.is_made = False


_live: set[_StopRequest] = set()


def stop_all_children() -> int:
    """Have every child that runs in this process cancelled; how many there are.

    Returns at once and may be called by a signal handler; each `run_child` does the stopping. It
    is not needed at exit: children are stopped by their launchers when this process is gone.
    """
    requests = tuple(_live)
    for request in requests:
        request.is_made = True
    return len(requests)


def run_child(
    command: ChildCommand,
    *,
    redactor: Redactor,
    clock: Clock,
    deadline: Deadline | None = None,
    cancel: Cancel | None = None,
    on_stdout_line: LineConsumer | None = None,
    on_stderr_line: LineConsumer | None = None,
    policy: StopPolicy = StopPolicy(),  # noqa: B008 - frozen
) -> ChildResult:
    """Run the command to its end, which a deadline or a cancel may bring nearer.

    Returns when no process of it is left and its output is read. Consumers get redacted lines, one
    at a time, in another thread; a slow one slows the child down, and never delays a deadline. If
    one raises, it is not called again and the child runs on (a deployment is worth more than its
    display); in the end OutputConsumerError is raised, which has the result.

    An exception in the calling thread, KeyboardInterrupt for one, stops the child as if this
    process had died. Raises ChildStartError or SupervisorLostError when there is no result.
    """
    started_at = clock.now()
    escalation = Escalation(policy, deadline, started_at=clock.monotonic())
    stdout = OutputSink(redactor=redactor, consumer=on_stdout_line)
    stderr = OutputSink(redactor=redactor, consumer=on_stderr_line)
    child = SupervisedCommand(command, orphan_grace_seconds=policy.orphan_grace_seconds)
    with _pumped(child, stdout, stderr), _stoppable(cancel) as is_cancelled:
        ending = _supervise(child, escalation, is_cancelled=is_cancelled, clock=clock)
    result = ChildResult(
        exit_code=ending.exit_code,
        signal=ending.signal,
        started_at=started_at,
        ended_at=clock.now(),
        stdout_tail=stdout.tail(),
        stderr_tail=stderr.tail(),
        stop_cause=escalation.cause,
        interrupts_sent=escalation.interrupts_sent,
        killed=escalation.is_killed,
        left_behind=ending.left_behind,
    )
    consumer_error = stdout.consumer_error or stderr.consumer_error
    if consumer_error is not None:
        raise OutputConsumerError(command.argv[0], result) from consumer_error
    return result


@contextmanager
def _pumped(child: SupervisedCommand, stdout: OutputSink, stderr: OutputSink) -> Iterator[None]:
    """Read the child's output meanwhile; all of it has been read afterwards."""
    pump = Pump({child.stdout: stdout, child.stderr: stderr})
    pump.start()
    try:
        yield
    finally:
        pump.finish(DRAIN_PATIENCE_SECONDS)


@contextmanager
def _stoppable(cancel: Cancel | None) -> Iterator[Callable[[], bool]]:
    """Whether the caller's cancel is set or `stop_all_children` was called meanwhile."""
    request = _StopRequest()
    _live.add(request)
    try:
        yield lambda: request.is_made or (cancel is not None and cancel.is_set())
    finally:
        _live.discard(request)


def _supervise(
    child: SupervisedCommand,
    escalation: Escalation,
    *,
    is_cancelled: Callable[[], bool],
    clock: Clock,
) -> Ending:
    try:
        while not child.is_over(GLANCE_SECONDS):
            step = escalation.next_step(clock.monotonic(), is_cancelled=is_cancelled())
            if step is not None:
                child.carry_out(step)
    except BaseException:
        child.let_go()
        child.is_over(None)
        child.ending()
        raise
    return child.ending()
