"""The sources of this very machine tell the truth about this very process."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from hoist.runtime.measurements import MeasurementSource, Quantity
from hoist.runtime.processor import OwnProcessorTime
from hoist.runtime.sources.descendants import descendants_from_files, descendants_from_psutil
from hoist.runtime.sources.micro_vm import MicroVm
from hoist.runtime.sources.peak import KIBIBYTE, ProcPeak, UsagePeak
from hoist.runtime.sources.process_family import ProcessFamily
from hoist.runtime.sources.system_limits import DescriptorLimit, Tmp

MEBIBYTE = 1024 * 1024
HELD = 64 * MEBIBYTE
# What else the interpreter may take or give back meanwhile.
SLACK = 8 * MEBIBYTE


def numbers_of(source: MeasurementSource) -> dict[Quantity, float]:
    return {at.quantity: at.value for at in source.measure()}


def alone() -> ProcessFamily:
    """This process without its children: other tests' servers may be among them, at work."""
    return ProcessFamily(psutil.Process(), find_descendants=lambda _process: ())


@contextmanager
def child_that_runs(program: str) -> Iterator[psutil.Process]:
    """A child that has done what the program says, and waits."""
    with subprocess.Popen(
        [sys.executable, "-c", f"{program}\nprint('ready', flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        yield psutil.Process(child.pid)
        child.stdin.write(b"\n")
        child.stdin.close()


def test_known_leak_is_seen() -> None:
    """A process that took 64 MiB shows them, within 8 MiB, and keeps them in its peak."""
    before = numbers_of(alone())[Quantity.MEMORY_USED]
    held = b"x" * HELD
    during = numbers_of(alone())[Quantity.MEMORY_USED]
    del held

    assert abs(during - before - HELD) < SLACK
    assert numbers_of(ProcPeak())[Quantity.MEMORY_PEAK] >= during - SLACK


def test_memory_of_children_counts() -> None:
    """What a child takes is the function's own use: Lambda kills for it."""
    before = numbers_of(alone())
    with child_that_runs(f"held = b'x' * {HELD}") as child:
        assert child.pid in {found.pid for found in descendants_from_psutil(psutil.Process())}
        during = numbers_of(
            ProcessFamily(psutil.Process(), find_descendants=lambda _process: [child])
        )

    assert during[Quantity.MEMORY_USED] - before[Quantity.MEMORY_USED] > HELD
    assert during[Quantity.THREADS] > before[Quantity.THREADS]


def test_open_descriptors_are_counted(tmp_path: Path) -> None:
    """Fifty more open files are fifty more descriptors."""
    before = numbers_of(alone())[Quantity.DESCRIPTORS]
    with ExitStack() as files:
        for number in range(50):
            files.enter_context((tmp_path / str(number)).open("w"))
        assert numbers_of(alone())[Quantity.DESCRIPTORS] == before + 50


def test_threads_are_counted() -> None:
    """Five more threads are five more threads."""
    may_end = threading.Event()
    before = numbers_of(alone())[Quantity.THREADS]
    threads = [threading.Thread(target=may_end.wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    during = numbers_of(alone())[Quantity.THREADS]
    may_end.set()
    for thread in threads:
        thread.join()

    assert during == before + 5


def test_grandchildren_are_found_in_files() -> None:
    """The kernel's files and psutil's look at all processes find the same family."""
    grandchild = "import subprocess, sys\n" + (
        "kid = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)"
    )
    with child_that_runs(grandchild) as child:
        from_files = {found.pid for found in descendants_from_files(child)}

        assert from_files == {found.pid for found in descendants_from_psutil(child)}
        assert len(from_files) == 1
        assert child.pid in {found.pid for found in descendants_from_files(psutil.Process())}


def test_process_that_is_gone_cannot_be_read() -> None:
    """A family whose process has ended is unreadable, not empty."""
    with child_that_runs("pass") as child:
        gone = ProcessFamily(child, find_descendants=descendants_from_psutil)

    with pytest.raises(OSError, match="NoSuchProcess"):
        numbers_of(gone)


def test_peaks_agree() -> None:
    """What Linux keeps for the program is at most what every Unix keeps for the process."""
    by_proc = numbers_of(ProcPeak())[Quantity.MEMORY_PEAK]
    by_usage = numbers_of(UsagePeak(bytes_per_unit=KIBIBYTE))[Quantity.MEMORY_PEAK]

    assert 0 < by_proc <= by_usage + SLACK


def test_tmp_is_as_df_has_it(tmp_path: Path) -> None:
    """Use and size are those of psutil's reading of the same file system, room of root left out."""
    numbers = numbers_of(Tmp(str(tmp_path), is_own=True))
    by_psutil = psutil.disk_usage(str(tmp_path))

    assert abs(numbers[Quantity.TMP_USED] - by_psutil.used) < 512 * MEBIBYTE
    assert numbers[Quantity.TMP_USED] < numbers[Quantity.TMP_SIZE] <= by_psutil.total


def test_descriptor_limit_is_the_process_own() -> None:
    """The limit is the soft one of this process."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)

    assert numbers_of(DescriptorLimit()) == {Quantity.DESCRIPTOR_LIMIT: soft}


def test_machine_is_told_with_its_total() -> None:
    """A reading of the machine's memory carries the machine's size, which gives it away."""
    (used,) = MicroVm().measure()

    assert used.out_of is not None
    assert 0 < used.value < used.out_of
    assert used.out_of <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") + MEBIBYTE


def test_file_without_the_fields_cannot_be_read(tmp_path: Path) -> None:
    """A kernel that words its files differently gives no number at all."""
    (tmp_path / "file").write_text("Something: 1 kB\n")
    for source in (MicroVm(str(tmp_path / "file")), ProcPeak(str(tmp_path / "file"))):
        with pytest.raises(OSError, match="missing"):
            numbers_of(source)


def test_work_is_counted_as_processor_time() -> None:
    """The counter goes up with work, by what the kernel's other clock has counted."""
    processor = OwnProcessorTime()
    own_before, other_before = processor.seconds(), sum(os.times()[:4])
    sum(range(3_000_000))
    own, other = processor.seconds() - own_before, sum(os.times()[:4]) - other_before

    # That clock counts in hundredths, for each of its four numbers.
    assert abs(own - other) <= 0.05
    assert own > 0
