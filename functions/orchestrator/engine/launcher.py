"""Supervises one command until no process of it is left; a program of its own, not imported.

    python -I -S -E launcher.py PARENT_PID ORPHAN_GRACE_SECONDS LC_CTYPE[=VALUE] -- COMMAND...

It is started in a session of its own, with signals blocked and a socket to its parent as standard
input. The socket's end means that the parent is gone. One line goes back when all is over, the
last number being the processes that could not be killed: `exit CODE LEFT`, `signal NUMBER LEFT`,
or `errno NUMBER 0` for a command that cannot be started.

SIGINT and SIGTERM are passed on to the command alone, which deals with its own children; SIGQUIT
kills everything now. It imports little, because its start is part of every operation, and is one
file, because it imports nothing of ours.
"""

import os
import select
import signal
import sys
import time

# From <linux/prctl.h>; Python has no names for them.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

LIFELINE = 0
SIGNAL_EXIT_BASE = 128
CANNOT_START = 127
LEFTOVER_GRACE_SECONDS = 0.5
# A process that survives SIGKILL this long hangs in the kernel or belongs to another user.
KILL_PATIENCE_SECONDS = 5.0
RESCAN_SECONDS = 0.05


def prctl(option: int, value: int) -> bool:
    """Whether the kernel accepted the option; never outside Linux."""
    if sys.platform != "linux":
        return False
    import ctypes

    return bool(ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)


def environment_as_given(locale: str) -> dict[str, str]:
    """Our environment without what the interpreter does to LC_CTYPE in a "C" locale."""
    environment = dict(os.environ)  # noqa: TID251 - the command's own, only passed on
    name, was_given, value = locale.partition("=")
    environment.pop(name, None)
    return {**environment, name: value} if was_given else environment


def close_inherited_descriptors() -> None:
    """Close all but the three standard ones; what Python opens later closes itself on exec."""
    for name in os.listdir("/dev/fd"):
        if int(name) <= 2:
            continue
        try:
            os.close(int(name))
        except OSError:
            continue  # the descriptor that listed them


def open_signal_pipe() -> int:
    """Where the numbers of arriving signals can be read, one byte each."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, lambda *_: None)
    return read_end


def start(command: list[str], environment: dict[str, str]) -> tuple[int, int]:
    """Process id of the started command and 0, or the error number that tells why it cannot."""
    launcher = os.getpid()
    read_end, write_end = os.pipe()  # closed by a successful exec: silence is success
    pid = os.fork()
    if pid == 0:
        try:
            become(command, environment, launcher)
        except OSError as error:
            os.write(write_end, str(error.errno).encode())
        finally:
            os._exit(CANNOT_START)
    os.close(write_end)
    refusal = os.read(read_end, 16)
    os.close(read_end)
    return pid, int(refusal or 0)


def become(command: list[str], environment: dict[str, str], launcher: int) -> None:
    """Turn this forked process into the command: own group, default signals, dying with us."""
    os.setpgid(0, 0)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != launcher:
        os._exit(CANNOT_START)  # the launcher died before the kernel knew of our wish
    os.dup2(os.open(os.devnull, os.O_RDONLY), LIFELINE)
    os.execvpe(command[0], command, environment)  # noqa: S606


def descendants_of(ancestor: int) -> list[int]:
    """Every process below `ancestor`, by the parents that /proc names."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as stat:
                # The name in parentheses may hold anything, even ") R 1".
                parent = int(stat.read().rpartition(b")")[2].split()[1])
        except OSError:
            continue  # it has just ended
        children.setdefault(parent, []).append(int(name))
    found = list(children.get(ancestor, ()))
    for pid in found:  # grows while we walk
        found.extend(children.get(pid, ()))
    return found


def send(target: int, number: int) -> bool:
    """Whether the process, or the group when negative, was there to get the signal."""
    try:
        os.kill(target, number)
    except OSError:
        return False
    return True


class Supervisor:
    """Watches the command, then sees to it that nothing of it is left."""

    def __init__(
        self, command_pid: int, *, parent_pid: int, orphan_grace_seconds: float, adopts: bool
    ) -> None:
        self.command_pid = command_pid
        self.parent_pid = parent_pid
        self.orphan_grace_seconds = orphan_grace_seconds
        self.adopts = adopts  # orphaned descendants become our children
        self.signal_pipe = open_signal_pipe()
        self.inputs = [self.signal_pipe, LIFELINE]
        self.wait_status: int | None = None
        self.kill_at: float | None = None
        self.asked_to_end: set[int] = set()

    def watch(self) -> None:
        """Return when the command has ended or is to be killed."""
        while self.has_children() and self.wait_status is None and not self.is_kill_due():
            self.await_events(
                None if self.kill_at is None else max(0.0, self.kill_at - time.monotonic())
            )

    def clear(self) -> int:
        """End every process that is left; how many could not be ended."""
        kill_at = time.monotonic() + LEFTOVER_GRACE_SECONDS
        self.kill_at = kill_at if self.kill_at is None else min(kill_at, self.kill_at)
        while not self.is_kill_due() and self.signal_left(signal.SIGTERM):
            self.await_events(RESCAN_SECONDS)
        give_up_at = time.monotonic() + KILL_PATIENCE_SECONDS
        while (left := self.signal_left(signal.SIGKILL)) and time.monotonic() < give_up_at:
            self.await_events(RESCAN_SECONDS)
        return left

    def signal_left(self, number: int) -> int:
        """Signal the processes below us; how many there were."""
        left = self.remaining()
        for target in left:
            # A second SIGTERM means "at once" to many programs: each gets one.
            if number == signal.SIGKILL or target not in self.asked_to_end:
                send(target, number)
                self.asked_to_end.add(target)
        return len(left)

    def remaining(self) -> list[int]:
        has_children = self.has_children()
        if self.adopts:
            return descendants_of(os.getpid()) if has_children else []
        return [-self.command_pid] if send(-self.command_pid, 0) else []

    def has_children(self) -> bool:
        """Collect the children that have ended; whether any goes on."""
        while True:
            try:
                pid, wait_status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.command_pid:
                self.wait_status = wait_status

    def is_kill_due(self) -> bool:
        return self.kill_at is not None and time.monotonic() >= self.kill_at

    def await_events(self, timeout_seconds: float | None) -> None:
        ready, _, _ = select.select(self.inputs, [], [], timeout_seconds)
        if LIFELINE in ready:
            self.inputs.remove(LIFELINE)
            self.stop_orphaned()
        if self.signal_pipe in ready:
            for number in os.read(self.signal_pipe, 512):
                self.act_on(number)

    def act_on(self, number: int) -> None:
        if number == signal.SIGQUIT:
            self.kill_at = time.monotonic()
        elif number == signal.SIGTERM and os.getppid() != self.parent_pid:
            self.stop_orphaned()  # sent by the kernel, for the parent's death
        elif number != signal.SIGCHLD:
            self.pass_on(number)

    def stop_orphaned(self) -> None:
        if self.kill_at is None:
            self.kill_at = time.monotonic() + self.orphan_grace_seconds
            self.pass_on(signal.SIGINT)

    def pass_on(self, number: int) -> None:
        if self.wait_status is None:
            send(self.command_pid, number)


def report_ending(wait_status: int | None, left: int) -> int:
    # Without a status the command outlived SIGKILL; it is counted among those that are left.
    code = -signal.SIGKILL if wait_status is None else os.waitstatus_to_exitcode(wait_status)
    if code < 0:
        report("signal", -code, left)
        return SIGNAL_EXIT_BASE - code
    report("exit", code, left)
    return code


def report(kind: str, number: int, left: int) -> None:
    try:
        os.write(LIFELINE, f"{kind} {number} {left}\n".encode())
    except OSError:
        return  # the parent is gone: nobody to tell


def main(arguments: list[str]) -> int:
    """The command's exit code, or 128 and the number of the signal that ended it."""
    parent_pid, orphan_grace_seconds = int(arguments[0]), float(arguments[1])
    locale, _, *command = arguments[2:]
    close_inherited_descriptors()
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    adopts = prctl(PR_SET_CHILD_SUBREAPER, 1) and os.path.isdir("/proc/self")
    if os.getppid() != parent_pid:
        return CANNOT_START  # the parent died before the kernel knew of our wish
    command_pid, error_number = start(command, environment_as_given(locale))
    if error_number:
        report("errno", error_number, 0)
        return CANNOT_START
    supervisor = Supervisor(
        command_pid,
        parent_pid=parent_pid,
        orphan_grace_seconds=orphan_grace_seconds,
        adopts=adopts,
    )
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    supervisor.watch()
    left = supervisor.clear()
    return report_ending(supervisor.wait_status, left)


if __name__ == "__main__":
    os._exit(main(sys.argv[1:]))  # nothing to flush, and tearing down the interpreter takes time
