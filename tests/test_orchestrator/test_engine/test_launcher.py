"""The launcher as its parent sees it, and what becomes of its command when one of them is shot."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine_children import (
    COUNTS_INTERRUPTS,
    DAEMONISES,
    HAS_A_HELPER,
    STUBBORN,
    descendants,
    eventually,
    is_running,
)
from orchestrator.engine.supervised import INTERPRETER_OPTIONS, LAUNCHER

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="other kernels have no sub-reaper and no parent-death signal"
)

MIDDLE_PROCESS = """
import os, socket, subprocess, sys, time
ours, launchers = socket.socketpair()
interpreter, launcher, source = sys.argv[1:]
subprocess.Popen(
    [interpreter, "-I", "-S", "-E", launcher, str(os.getpid()), "0.2", "LC_CTYPE", "--",
     interpreter, "-I", "-S", "-c", source],
    stdin=launchers, start_new_session=True,
)
launchers.close()
time.sleep(600)
"""


class Launched:
    """A launcher that this test is the parent of."""

    def __init__(self, *command: str, locale: str = "LC_CTYPE", parent_pid: int | None = None):
        self.lifeline, launchers_end = socket.socketpair()
        self.process = subprocess.Popen(
            [
                *(sys.executable, *INTERPRETER_OPTIONS, str(LAUNCHER)),
                *(str(parent_pid or os.getpid()), "0.2", locale, "--", *command),
            ],
            stdin=launchers_end.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={},
            text=True,
        )
        launchers_end.close()

    def read_line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def finish(self) -> tuple[int, str]:
        """The launcher's exit code and its report."""
        code = self.process.wait()
        return code, self.lifeline.recv(256).decode().strip()


@contextmanager
def launched(*command: str, **options: object) -> Iterator[Launched]:
    run = Launched(*command, **options)  # type: ignore[arg-type]
    try:
        yield run
    finally:
        run.lifeline.close()
        run.process.communicate()


def python(source: str) -> tuple[str, ...]:
    return sys.executable, "-I", "-S", "-c", source


@pytest.mark.parametrize("code", [0, 1, 8, 127, 255])
def test_exit_code_is_passed_on(code: int) -> None:
    """The launcher ends with its command's exit code and reports it."""
    with launched("/bin/sh", "-c", f"exit {code}") as run:
        assert run.finish() == (code, f"exit {code} 0")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGPIPE])
def test_death_by_signal_is_told_from_an_exit_code(number: signal.Signals) -> None:
    """A command that a signal ended is reported as such; the exit code is the shell's usual."""
    with launched("/bin/sh", "-c", f"kill -{number.value} $$") as run:
        assert run.finish() == (128 + number, f"signal {number.value} 0")


def test_missing_command_is_reported_by_its_error_number() -> None:
    """A command that cannot be started is not taken for one that ended with 127."""
    with launched("/nonexistent/command") as run:
        assert run.finish() == (127, "errno 2 0")


def test_command_gets_exactly_the_environment_given() -> None:
    """The interpreter's own addition to an empty environment does not reach the command."""
    with launched("/usr/bin/env") as run:
        assert run.process.communicate()[0] == ""


def test_command_gets_the_locale_given() -> None:
    """A "C" locale, which the interpreter replaces for itself, reaches the command as it was."""
    with launched("/usr/bin/env", locale="LC_CTYPE=C") as run:
        assert run.process.communicate()[0] == "LC_CTYPE=C\n"


def test_command_has_only_standard_descriptors() -> None:
    """The command's input is empty, and no descriptor of the launcher is open in it."""
    source = (
        "import os, sys\n"
        "listed = os.listdir('/dev/fd')\n"  # the last one is the listing's own
        "print(repr(sys.stdin.read()), sorted(map(int, listed))[:-1])"
    )
    with launched(*python(source)) as run:
        assert run.process.communicate()[0] == "'' [0, 1, 2]\n"


def test_inherited_descriptors_are_closed() -> None:
    """A descriptor that somebody let the launcher inherit is not handed down to the command."""
    source = "import os; print(sorted(map(int, os.listdir('/dev/fd')))[:-1])"
    read_end, write_end = os.pipe()
    ours, launchers_end = socket.socketpair()
    with ours, launchers_end:
        listed = subprocess.run(
            [
                *(sys.executable, *INTERPRETER_OPTIONS, str(LAUNCHER)),
                *(str(os.getpid()), "0.2", "LC_CTYPE", "--", *python(source)),
            ],
            stdin=launchers_end.fileno(),
            pass_fds=(read_end, write_end),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    os.close(read_end)
    os.close(write_end)

    assert listed == "[0, 1, 2]\n"


def test_command_has_default_signals() -> None:
    """Signals that are ignored or blocked in the launcher are neither in the command."""
    source = (
        "import signal\n"
        "ignored = [n for n in signal.valid_signals() if signal.getsignal(n) == signal.SIG_IGN]\n"
        # Python itself ignores these two.
        "print(set(ignored) <= {signal.SIGPIPE, signal.SIGXFSZ},\n"
        "      signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    )
    previous = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with launched(*python(source)) as run:
            assert run.process.communicate()[0] == "True set()\n"
    finally:
        signal.signal(signal.SIGHUP, previous)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_polite_signals_reach_the_command_alone(number: signal.Signals) -> None:
    """SIGINT and SIGTERM go to the command; what its children do about it is its business."""
    source = f"""
import signal, subprocess, sys
helper = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"])
signal.pthread_sigmask(signal.SIG_BLOCK, [{number.value}])
print("ready", flush=True)
signal.sigwait([{number.value}])
print("helper runs:", helper.poll() is None, flush=True)
raise SystemExit(3)
"""
    with launched(*python(source)) as run:
        assert run.read_line() == "ready"
        run.process.send_signal(number)

        assert run.read_line() == "helper runs: True"
        assert run.finish() == (3, "exit 3 0")


def test_two_interrupts_are_two() -> None:
    """A second interrupt reaches the command as one of its own."""
    with launched(*python(COUNTS_INTERRUPTS)) as run:
        for expected in ("ready", "interrupt 1"):
            assert run.read_line() == expected
            run.process.send_signal(signal.SIGINT)

        assert run.read_line() == "interrupt 2"
        assert run.finish() == (8, "exit 8 0")


def test_quit_kills_a_stubborn_command() -> None:
    """SIGQUIT ends a command that ignores all polite signals."""
    with launched(*python(STUBBORN)) as run:
        assert run.read_line() == "ready"
        run.process.send_signal(signal.SIGQUIT)

        assert run.finish() == (128 + 9, "signal 9 0")


@linux_only
def test_daemon_of_the_command_is_ended() -> None:
    """A grandchild that has left group, session and pipes is gone when the launcher is."""
    with launched(*python(DAEMONISES)) as run:
        daemon = int(run.read_line())

        assert run.finish() == (0, "exit 0 0")
        assert not is_running(daemon)


def test_helper_that_outlives_the_command_may_end_by_itself() -> None:
    """What the command leaves behind gets SIGTERM and a moment before it is killed."""
    source = """
import os, signal, sys
read_end, write_end = os.pipe()
if os.fork() == 0:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    os.write(write_end, b"!")
    signal.sigwait([signal.SIGTERM])
    print("helper said goodbye", flush=True)
    os._exit(0)
os.read(read_end, 1)
"""
    with launched(*python(source)) as run:
        assert run.read_line() == "helper said goodbye"
        assert run.finish() == (0, "exit 0 0")


def test_closed_lifeline_stops_command_and_helpers() -> None:
    """When the parent's end of the socket closes, the launcher stops all and ends."""
    with launched(*python(HAS_A_HELPER)) as run:
        command, helper = map(int, run.read_line().split())
        run.lifeline.close()

        assert run.process.wait() == 128 + signal.SIGINT
        assert not is_running(command)
        assert not is_running(helper)


def test_parent_that_died_first_is_noticed() -> None:
    """A launcher whose parent is another process than the one that started it starts nothing."""
    with launched("/bin/echo", "started", parent_pid=1) as run:
        assert run.process.communicate()[0] == ""


@linux_only
@pytest.mark.parametrize("source", [HAS_A_HELPER, STUBBORN])
def test_killing_the_launchers_parent_ends_everything(source: str) -> None:
    """SIGKILL for the parent ends launcher, command and helpers, even those that ignore signals."""
    arguments = [sys.executable, "-I", "-S", "-c", MIDDLE_PROCESS, sys.executable]
    with subprocess.Popen(
        [*arguments, str(LAUNCHER), source], stdout=subprocess.PIPE, text=True
    ) as middle:
        assert middle.stdout is not None
        middle.stdout.readline()
        below = descendants(middle.pid)
        middle.kill()
        middle.wait()

        assert len(below) >= 2
        assert eventually(lambda: not any(map(is_running, below)))


@linux_only
def test_killing_the_launcher_kills_the_command() -> None:
    """SIGKILL for the launcher itself ends the command, though it ignores other signals."""
    with launched(*python(STUBBORN)) as run:
        assert run.read_line() == "ready"
        (command,) = descendants(run.process.pid)
        run.process.kill()

        assert eventually(lambda: not is_running(command))


def test_launcher_imports_no_package() -> None:
    """It runs without site-packages, so it may import nothing but a few modules of Python."""
    imports = {
        line.split()[1]
        for line in Path(LAUNCHER).read_text().splitlines()
        if line.strip().startswith(("import ", "from "))
    }

    assert imports == {"ctypes", "os", "select", "signal", "sys", "time"}
