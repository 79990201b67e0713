"""Who is provably gone, and of whom nothing is known."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from orchestrator.state.holders import ProcessHolders, UnknownHolders, this_process
from orchestrator.state.records import Holder

TELL_HOLDER = (
    "from orchestrator.state.holders import this_process; h = this_process(); "
    "print(h.host, h.machine, h.pid, h.process_started_at, sep='\\n', flush=True); input()"
)


@pytest.fixture
def child() -> Iterator["subprocess.Popen[str]"]:
    """A process that waits for a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELL_HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def holder_of(child: "subprocess.Popen[str]") -> Holder:
    assert child.stdout is not None
    host, machine, pid, started_at = (child.stdout.readline().strip() for _ in range(4))
    return Holder(host, machine, int(pid), started_at)


def test_this_process_is_not_gone() -> None:
    """Whoever asks is alive, and says the same of itself each time."""
    holder = this_process()

    assert (holder.pid, holder) == (os.getpid(), this_process())
    assert not ProcessHolders().is_gone(holder)


def test_process_that_ends(child: "subprocess.Popen[str]") -> None:
    """A process is there until it ends; before anybody has waited for it, it is gone already."""
    holder = holder_of(child)
    assert holder.machine == this_process().machine
    assert not ProcessHolders().is_gone(holder)

    child.kill()
    # It ends, and stays in the table of processes until it is waited for.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert ProcessHolders().is_gone(holder)
    child.wait()
    assert ProcessHolders().is_gone(holder)


def test_pid_of_somebody_else() -> None:
    """A pid that was given to another process does not make the holder alive."""
    holder = replace(this_process(), process_started_at="1")

    assert ProcessHolders().is_gone(holder)


@pytest.mark.parametrize(
    "changes",
    [{"machine": "another"}, {"machine": ""}, {"pid": 0}],
    ids=str,
)
def test_nothing_is_known(changes: dict[str, Any]) -> None:
    """Of another machine, or a client without a process, nobody knows."""
    holder = replace(this_process(), process_started_at="1", **changes)

    assert not ProcessHolders().is_gone(holder)
    assert not ProcessHolders().is_gone(Holder())


def test_holder_in_words() -> None:
    """A refusal names the process and its host."""
    assert str(Holder("laptop", "m", 7, "1")) == "process 7 on laptop"
    assert str(Holder()) == "an unnamed client"
    assert str(Holder(host="ada")) == "ada"


def test_where_nothing_can_be_proven_nobody_is_gone(child: "subprocess.Popen[str]") -> None:
    """Not even a process that has ended on this machine."""
    holder = holder_of(child)
    child.kill()
    child.wait()

    assert ProcessHolders().is_gone(holder)
    assert not UnknownHolders().is_gone(holder)
