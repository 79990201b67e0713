"""One supervised child: its ending, its output, the ways to stop it, and what is left of it."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from engine_children import (
    COUNTS_INTERRUPTS,
    DAEMONISES,
    HAS_A_HELPER,
    STUBBORN,
    descendants,
    eventually,
    is_running,
    python_child,
)
from hoist.clock import FixedClock, SystemClock
from hoist.secret import Secret
from orchestrator.engine.child import ChildCommand, ChildResult, run_child, stop_all_children
from orchestrator.engine.deadline import Deadline, StopCause, StopPolicy
from orchestrator.engine.errors import ChildStartError, OutputConsumerError, SupervisorLostError
from orchestrator.engine.redaction import Redactor

pytestmark = pytest.mark.thorough

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="other kernels have no sub-reaper and no parent-death signal"
)

AT_ONCE = StopPolicy(
    signal_not_before_seconds=0.0, second_interrupt_after_seconds=0.0, kill_after_seconds=0.0
)
NO_SECRETS = Redactor(())
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def run(command: ChildCommand, **options: object) -> ChildResult:
    return run_child(
        command,
        **{"redactor": NO_SECRETS, "clock": SystemClock(), **options},  # type: ignore[arg-type]
    )


def shell_child(script: str) -> ChildCommand:
    return ChildCommand(argv=("/bin/sh", "-c", script), environment={}, working_directory=Path("/"))


class TestEnding:
    @pytest.mark.parametrize("code", [0, 1, 8, 127, 255])
    def test_exit_code_is_kept(self, code: int) -> None:
        """The result has the command's own exit code, even one that shells give a meaning."""
        result = run(shell_child(f"exit {code}"))

        assert (result.exit_code, result.signal) == (code, None)

    def test_death_by_signal_is_no_exit_code(self) -> None:
        """A command that a signal ended has that signal in its result, and no exit code."""
        result = run(shell_child("kill -KILL $$"))

        assert (result.exit_code, result.signal) == (None, signal.SIGKILL)

    def test_undisturbed_child_was_not_told_to_stop(self) -> None:
        """The result of a child that ended by itself says so, with the clock's instants."""
        result = run(shell_child(""), clock=FixedClock(NOON))

        assert (result.stop_cause, result.interrupts_sent, result.killed) == (None, 0, False)
        assert (result.started_at, result.ended_at) == (NOON, NOON)

    def test_missing_program_is_an_error(self) -> None:
        """A program that does not exist is named, and is not taken for one that failed."""
        command = ChildCommand(
            argv=("/nonexistent/pulumi",), environment={}, working_directory=Path("/")
        )

        with pytest.raises(ChildStartError, match="/nonexistent/pulumi .* No such file"):
            run(command)

    def test_missing_directory_is_an_error(self, tmp_path: Path) -> None:
        """A working directory that does not exist means that the child cannot be started."""
        command = ChildCommand(
            argv=("/bin/echo",), environment={}, working_directory=tmp_path / "missing"
        )

        with pytest.raises(ChildStartError):
            run(command)

    def test_environment_and_directory_are_exactly_those_given(self, tmp_path: Path) -> None:
        """Nothing of our environment reaches the child, and it works where it is told to."""
        command = ChildCommand(
            argv=("/bin/sh", "-c", "/usr/bin/env; pwd -P"),
            environment={"GIVEN": "yes"},
            working_directory=tmp_path,
        )

        lines = run(command).stdout_tail.lines

        own = {"PWD", "SHLVL", "_", "OLDPWD"}  # what shells set by themselves
        variables = [line for line in lines[:-1] if line.partition("=")[0] not in own]
        assert variables == ["GIVEN=yes"]
        assert lines[-1] == str(tmp_path.resolve())

    def test_environment_is_not_shown_with_the_command(self) -> None:
        """A command in a traceback or a log does not show the child's variables."""
        assert "hidden" not in repr(python_child("", environment={"NAME": "hidden"}))


class TestOutput:
    def test_streams_are_told_apart_and_in_order(self) -> None:
        """Each consumer gets the lines of its own stream, in order, the unended last one too."""
        out: list[str] = []
        err: list[str] = []

        result = run(
            shell_child("echo one; echo oops >&2; echo; printf two"),
            on_stdout_line=out.append,
            on_stderr_line=err.append,
        )

        assert (out, err) == (["one", "", "two"], ["oops"])
        assert result.stdout_tail.lines == ("one", "", "two")
        assert result.stderr_tail.lines == ("oops",)

    def test_secrets_are_redacted_in_lines_and_tails(self) -> None:
        """Neither a consumer nor a tail gets to see a known secret."""
        seen: list[str] = []

        result = run(
            shell_child("echo password=hunter2-hunter2; echo hunter2-hunter2 >&2"),
            redactor=Redactor([Secret("hunter2-hunter2")]),
            on_stdout_line=seen.append,
        )

        assert seen == ["password=[secret]"]
        assert result.stdout_tail.lines == ("password=[secret]",)
        assert result.stderr_tail.lines == ("[secret]",)

    def test_flood_of_output_leaves_memory_as_it_was(self) -> None:
        """100 MB of lines reach the consumer, and our memory does not grow by a tenth of that."""
        received = [0]
        source = "import os\nblock = (b'x' * 999 + b'\\n') * 1000\n" + (
            "for _ in range(100):\n view = memoryview(block)\n"
            " while view:\n  view = view[os.write(1, view):]"
        )

        def count(line: str) -> None:
            received[0] += len(line) + 1

        before = psutil.Process().memory_info().rss
        result = run(python_child(source), on_stdout_line=count)
        growth = psutil.Process().memory_info().rss - before

        assert received == [100_000_000]
        assert result.stdout_tail.dropped_lines > 99_000
        assert growth < 10_000_000

    def test_endless_line_is_cut(self) -> None:
        """A line of 20 MB without an end is handed on as a beginning that says that it was cut."""
        source = "import sys\nfor _ in range(20): sys.stdout.write('x' * 1_000_000)"

        (line,) = run(python_child(source)).stdout_tail.lines

        assert line.endswith("xxx [line cut]")
        assert len(line) < 300_000

    def test_child_that_closes_its_output_is_waited_for(self) -> None:
        """A child without output is still running; its exit code counts."""
        result = run(shell_child("exec >&- 2>&-; sleep 0.3; exit 8"))

        assert result.exit_code == 8

    def test_consumer_that_raises_does_not_disturb_the_child(self) -> None:
        """The child runs to its end, all output is taken in, and then the error is raised."""
        heard: list[str] = []

        def fail_at_first(line: str) -> None:
            heard.append(line)
            raise LookupError(line)

        source = "for n in range(100_000): print('line', n)"
        with pytest.raises(OutputConsumerError) as caught:
            run(python_child(source), on_stdout_line=fail_at_first)

        assert heard == ["line 0"]
        assert isinstance(caught.value.__cause__, LookupError)
        assert caught.value.result.exit_code == 0
        assert caught.value.result.stdout_tail.lines[-1] == "line 99999"


class TestStopping:
    def test_cancel_interrupts_once(self) -> None:
        """A child that obeys the first interrupt gets no other one."""
        cancel = threading.Event()
        source = STUBBORN.replace("(signal.SIGINT, signal.SIGTERM)", "()")

        result = run(python_child(source), cancel=cancel, on_stdout_line=lambda _: cancel.set())

        assert result.signal == signal.SIGINT
        assert (result.stop_cause, result.interrupts_sent) == (StopCause.CANCEL, 1)
        assert not result.killed

    def test_second_interrupt_follows_the_first(self) -> None:
        """A child that needs two interrupts gets two, and ends by itself."""
        cancel = threading.Event()
        heard: list[str] = []

        def cancel_when_ready(line: str) -> None:
            heard.append(line)
            cancel.set()

        policy = StopPolicy(second_interrupt_after_seconds=0.0)
        result = run(
            python_child(COUNTS_INTERRUPTS),
            cancel=cancel,
            on_stdout_line=cancel_when_ready,
            policy=policy,
        )

        assert heard == ["ready", "interrupt 1", "interrupt 2"]
        assert (result.exit_code, result.interrupts_sent, result.killed) == (8, 2, False)

    def test_stubborn_child_is_killed(self) -> None:
        """A child that ignores both interrupts is killed."""
        cancel = threading.Event()

        result = run(
            python_child(STUBBORN),
            cancel=cancel,
            on_stdout_line=lambda _: cancel.set(),
            policy=AT_ONCE,
        )

        assert result.signal == signal.SIGKILL
        assert (result.interrupts_sent, result.killed) == (2, True)

    def test_deadline_stops_the_child(self) -> None:
        """Nothing happens before the deadline's margin; within it the child is made to end."""
        clock = FixedClock(NOON)
        deadline = Deadline.after(1000, clock=clock, margin_seconds=100, reserve_seconds=10)

        def let_time_pass(line: str) -> None:
            clock.advance({"ready": 901, "interrupt 1": 90}[line])

        def ignore_the_last(line: str) -> None:
            if line != "interrupt 2":
                let_time_pass(line)

        result = run(
            python_child(COUNTS_INTERRUPTS),
            clock=clock,
            deadline=deadline,
            on_stdout_line=ignore_the_last,
        )

        assert (result.exit_code, result.interrupts_sent) == (8, 2)
        assert result.stop_cause is StopCause.DEADLINE

    def test_every_child_of_the_process_can_be_stopped(self) -> None:
        """stop_all_children, from another thread, stops those that run and counts them."""
        counts: list[int] = []

        result = run(
            python_child(STUBBORN),
            on_stdout_line=lambda _: counts.append(stop_all_children()),
            policy=AT_ONCE,
        )

        assert counts == [1]
        assert result.stop_cause is StopCause.CANCEL
        assert stop_all_children() == 0

    def test_works_in_another_thread(self) -> None:
        """A child can be run and stopped by a thread that is not the main one."""
        cancel = threading.Event()
        results: list[ChildResult] = []

        def work() -> None:
            results.append(
                run(
                    python_child(STUBBORN),
                    cancel=cancel,
                    on_stdout_line=lambda _: cancel.set(),
                    policy=AT_ONCE,
                )
            )

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

        assert [result.killed for result in results] == [True]

    def test_exception_in_the_calling_thread_stops_the_child(self) -> None:
        """An error that leaves run_child leaves no child behind."""
        pids: list[int] = []
        ready = threading.Event()

        class FailsWhenReady:
            def is_set(self) -> bool:
                if ready.is_set():
                    raise LookupError
                return False

        def note_pids(line: str) -> None:
            pids.extend(map(int, line.split()))
            ready.set()

        with pytest.raises(LookupError):
            run(python_child(HAS_A_HELPER), cancel=FailsWhenReady(), on_stdout_line=note_pids)

        assert len(pids) == 2
        assert not any(map(is_running, pids))


class TestNothingIsLeft:
    @linux_only
    def test_daemon_is_gone(self) -> None:
        """A daemon that the child left behind does not outlive the run."""
        result = run(python_child(DAEMONISES))

        (daemon,) = map(int, result.stdout_tail.lines)
        assert (result.exit_code, result.left_behind) == (0, 0)
        assert not is_running(daemon)

    def test_helper_of_a_killed_child_is_gone(self) -> None:
        """A helper in a process group of its own is ended after the child was killed."""
        source = f"import os, signal\nsignal.alarm(1)\n{HAS_A_HELPER}"

        result = run(python_child(source))

        assert result.signal == signal.SIGALRM
        assert not any(map(is_running, map(int, result.stdout_tail.text.split())))

    @linux_only
    def test_lost_launcher_leaves_nothing(self) -> None:
        """When the launcher is shot, command and helpers go with it and the run ends."""
        pids: list[int] = []

        def shoot_the_launcher(line: str) -> None:
            pids.extend(map(int, line.split()))
            os.kill(psutil.Process(pids[0]).ppid(), signal.SIGKILL)

        result = run(python_child(HAS_A_HELPER), on_stdout_line=shoot_the_launcher)

        assert (result.exit_code, result.signal) == (None, signal.SIGKILL)
        assert eventually(lambda: not any(map(is_running, pids)))

    @linux_only
    def test_stopped_launcher_is_given_up(self) -> None:
        """A launcher that a program has halted does not keep a killed child alive."""
        clock = FixedClock(NOON)
        cancel = threading.Event()
        pids: list[int] = []

        class PassesTime:
            def is_set(self) -> bool:
                clock.advance(5 if cancel.is_set() else 0)
                return cancel.is_set()

        def halt_the_launcher(line: str) -> None:
            pids.extend(map(int, line.split()))
            os.kill(psutil.Process(pids[0]).ppid(), signal.SIGSTOP)
            cancel.set()

        result = run(
            python_child(HAS_A_HELPER),
            clock=clock,
            cancel=PassesTime(),
            on_stdout_line=halt_the_launcher,
        )

        assert result.killed
        assert eventually(lambda: not any(map(is_running, pids)))

    def test_launcher_that_cannot_work_is_named(self) -> None:
        """A launcher that ends without a report is not taken for a child that failed."""
        policy = StopPolicy(orphan_grace_seconds="soon")  # type: ignore[arg-type]

        with pytest.raises(SupervisorLostError):
            run(python_child(STUBBORN), policy=policy)

    @linux_only
    def test_death_of_the_worker_ends_its_children(self, tmp_path: Path) -> None:
        """SIGKILL for the process that called run_child ends command and helpers."""
        worker = (
            "import sys\n"
            "from engine_children import python_child, HAS_A_HELPER\n"
            "from hoist.clock import SystemClock\n"
            "from orchestrator.engine.child import run_child\n"
            "from orchestrator.engine.redaction import Redactor\n"
            "run_child(python_child(HAS_A_HELPER), redactor=Redactor(()), clock=SystemClock(),\n"
            "          on_stdout_line=lambda line: print(line, flush=True))\n"
        )
        with subprocess.Popen(
            [sys.executable, "-c", worker],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            below = descendants(process.pid)
            process.kill()

        assert len(below) == 3  # launcher, command, helper
        assert eventually(lambda: not any(map(is_running, below)))

    def test_fifty_runs_leave_no_trace(self) -> None:
        """There are no more descriptors, threads and children after fifty runs than before."""

        def trace() -> tuple[int, int, int]:
            own = psutil.Process()
            return own.num_fds(), own.num_threads(), len(own.children())

        run(shell_child("echo warm"))
        before = trace()
        for _ in range(50):
            run(shell_child("echo line; exit 3"))

        # A thread that was joined is about to end, as the kernel sees it.
        # What earlier tests of this process left may end meanwhile as well.
        assert eventually(
            lambda: all(now <= then for now, then in zip(trace(), before, strict=True))
        )
