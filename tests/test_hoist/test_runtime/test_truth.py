"""A process with known burdens reports them, with the errors that docs/runtime-sample.md states."""

from collections.abc import Iterator

import pytest

from runtime_patient import Patient, patient

MEBIBYTE = 1024 * 1024
HELD = 64 * MEBIBYTE
# What the interpreter itself may take or give back meanwhile.
MEMORY_ERROR = 4 * MEBIBYTE
# A kernel counts in ticks, of at most this length.
TICK_SECONDS = 0.01
TOLD_TO = 0.001


@pytest.fixture
def subject() -> Iterator[Patient]:
    with patient() as one:
        yield one


def test_leak_is_seen(subject: Patient) -> None:
    """A process that takes 64 MiB uses so much more within 4 MiB, and so has its peak."""
    before = subject.sample()
    subject.do(f"held = b'x' * {HELD}")
    during = subject.sample()
    subject.do("del held")
    after = subject.sample()

    assert abs(during["memory_used_bytes"] - before["memory_used_bytes"] - HELD) < MEMORY_ERROR
    assert abs(after["memory_used_bytes"] - before["memory_used_bytes"]) < MEMORY_ERROR
    assert after["memory_peak_bytes"] >= during["memory_used_bytes"] - MEMORY_ERROR
    share = (during["MemoryUsed"] - before["MemoryUsed"]) / 100
    assert abs(share * 512 * MEBIBYTE - HELD) < MEMORY_ERROR


def test_slow_leak_grows_with_every_sample(subject: Patient) -> None:
    """Five steps of 8 MiB are five steps in the samples."""
    subject.do("leak = []")
    seen = []
    for _ in range(6):
        seen.append(subject.sample()["memory_used_bytes"])
        subject.do(f"leak.append(b'x' * {8 * MEBIBYTE})")
    subject.do("del leak")

    assert all(
        abs(later - earlier - 8 * MEBIBYTE) < MEMORY_ERROR
        for earlier, later in zip(seen, seen[1:], strict=False)
    )


def test_memory_and_threads_of_children_count(subject: Patient) -> None:
    """What a child takes is the function's own use, since Lambda kills for it; said to be rough."""
    before = subject.sample()
    subject.do(
        "import subprocess, sys\n"
        f"program = \"held = b'x' * {HELD}; print('ready', flush=True); input()\"\n"
        "pipes = {'stdin': subprocess.PIPE, 'stdout': subprocess.PIPE}\n"
        "child = subprocess.Popen([sys.executable, '-c', program], **pipes)\n"
        "child.stdout.readline()"
    )
    during = subject.sample()
    subject.do("child.communicate(b'\\n')")
    after = subject.sample()

    # The child's interpreter comes on top of what it holds.
    grown = during["memory_used_bytes"] - before["memory_used_bytes"]
    assert HELD < grown < HELD + 32 * MEBIBYTE
    assert during["sources"]["memory_used_bytes"] == "psutil, rough"
    assert during["threads_count"] == before["threads_count"] + 1
    assert after["threads_count"] == before["threads_count"]


def test_open_descriptors_are_counted(subject: Patient) -> None:
    """Fifty more open files are exactly fifty more descriptors, until they are closed."""
    before = subject.sample()["descriptors_count"]
    subject.do("import os; files = [open(os.devnull) for _ in range(50)]")
    during = subject.sample()["descriptors_count"]
    subject.do("[file.close() for file in files]")

    assert during == before + 50
    assert subject.sample()["descriptors_count"] == before


def test_threads_are_counted(subject: Patient) -> None:
    """Five more threads are exactly five more threads, until they end."""
    before = subject.sample()["threads_count"]
    subject.do(
        "import threading\n"
        "end = threading.Event()\n"
        "threads = [threading.Thread(target=end.wait) for _ in range(5)]\n"
        "[thread.start() for thread in threads]"
    )
    during = subject.sample()["threads_count"]
    subject.do("end.set(); [thread.join() for thread in threads]")

    assert during == before + 5


@pytest.mark.parametrize("rest_seconds", [0.0, 0.2])
def test_load_of_the_processor_is_measured(subject: Patient, rest_seconds: float) -> None:
    """Work, with and without rest, is told within a tick of what the kernel's finest clocks say
    about the same moments.
    """
    subject.do("import threading; sampler()")
    outer_began, began, ended, told, outer_ended = subject.do(
        "outer_began = clocks(); beginning = sampler().begin(); began = clocks()\n"
        f"work(0.2); threading.Event().wait({rest_seconds})\n"
        "ended = clocks(); told = sample(beginning); outer_ended = clocks()\n"
        "answer = outer_began, began, ended, told, outer_ended"
    )

    (least_wall, least_work), (most_wall, most_work) = (
        [late - early for early, late in zip(*pair, strict=True)]
        for pair in ((began, ended), (outer_began, outer_ended))
    )
    used = told["cpu_used_vcpus"]
    assert (least_work - TICK_SECONDS) / most_wall - TOLD_TO <= used
    assert used <= (most_work + TICK_SECONDS) / least_wall + TOLD_TO
    assert told["sources"]["cpu_used_vcpus"] == "system call, exact"


def test_work_of_a_child_counts_once_it_has_ended(subject: Patient) -> None:
    """Work of a child is the function's, from when the child is gone."""
    program = (
        "import time\\nwhile time.process_time() < 0.2:\\n    pass\\nprint(time.process_time())"
    )
    told, used, seconds = subject.do(
        "import subprocess, sys\n"
        "beginning = sampler().begin(); began = clocks()\n"
        f"done = subprocess.run([sys.executable, '-c', '{program}'], stdout=subprocess.PIPE)\n"
        "told = sample(beginning); ended = clocks()\n"
        "answer = told, float(done.stdout), ended[0] - began[0]"
    )

    assert used >= 0.2
    assert told["cpu_used_vcpus"] >= (used - TICK_SECONDS) / seconds - TOLD_TO
