"""The sources of this very machine tell the truth about this very process."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from hoist.runtime.measurements import MeasurementSource, Quantity
from hoist.runtime.sources.descendants import descendants_from_files, descendants_from_psutil
from hoist.runtime.sources.micro_vm import MicroVm
from hoist.runtime.sources.peak import KIBIBYTE, ProcPeak, UsagePeak
from hoist.runtime.sources.process_family import ProcessFamily
from hoist.runtime.sources.system_limits import DescriptorLimit, Tmp

MEBIBYTE = 1024 * 1024
# What else the interpreter may take or give back meanwhile.
SLACK = 8 * MEBIBYTE


def numbers_of(source: MeasurementSource) -> dict[Quantity, float]:
    return {at.quantity: at.value for at in source.measure()}


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
