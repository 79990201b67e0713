"""Small programs that behave as badly as real children do, and ways to watch processes."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from orchestrator.engine.child import ChildCommand

PATIENCE_SECONDS = 30.0

# Ends only by force; says "ready" once it ignores the polite signals.
STUBBORN = """
import signal, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
while True:
    time.sleep(60)
"""

# Says which interrupt it got, and ends by the second one with the code that pulumi uses.
COUNTS_INTERRUPTS = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print("ready", flush=True)
for count in (1, 2):
    signal.sigwait([signal.SIGINT])
    print("interrupt", count, flush=True)
raise SystemExit(8)
"""

# Leaves a daemon: two forks, a session of its own, every descriptor closed, signals ignored.
# Prints the daemon's process id and ends.
DAEMONISES = """
import os, signal, time
read_end, write_end = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.write(write_end, str(os.getpid()).encode())
    os.closerange(0, 64)
    while True:
        time.sleep(60)
os.wait()
print(os.read(read_end, 32).decode(), flush=True)
"""

# Starts a helper in a process group of its own, as pulumi does with its plugins; prints both ids.
HAS_A_HELPER = """
import os, subprocess, sys, time
helper = subprocess.Popen(
    [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"], process_group=0
)
print(os.getpid(), helper.pid, flush=True)
time.sleep(600)
"""


def python_child(
    source: str, *arguments: str, environment: dict[str, str] | None = None
) -> ChildCommand:
    """A command that runs this source with this Python, quickly started."""
    return ChildCommand(
        argv=(sys.executable, "-I", "-S", "-c", source, *arguments),
        environment=environment or {},
        working_directory=Path("/"),
    )


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def descendants(pid: int) -> list[int]:
    """Every process below this one, at this moment."""
    return [process.pid for process in psutil.Process(pid).children(recursive=True)]


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether the condition becomes true, given far more time than it needs."""
    for _ in range(int(PATIENCE_SECONDS / 0.02)):
        if condition():
            return True
        time.sleep(0.02)  # noqa: TID251 - looks at processes outside, which no event tells of
    return condition()
