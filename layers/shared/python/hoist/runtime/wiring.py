"""Which sources this machine has. Asked once per environment, by what is there and not by name."""

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from hoist.clock import Clock, SystemClock
from hoist.runtime.measurements import MeasurementSource
from hoist.runtime.platform import Platform
from hoist.runtime.processor import OwnProcessorTime
from hoist.runtime.sampler import Sampler
from hoist.runtime.settings import platform_of_this_process
from hoist.runtime.small_files import read_small_file
from hoist.runtime.sources.cgroup import find_cgroup
from hoist.runtime.sources.micro_vm import MicroVm
from hoist.runtime.sources.peak import KIBIBYTE, ProcPeak, UsagePeak
from hoist.runtime.sources.system_limits import DescriptorLimit, Tmp

TMP = "/tmp"


@cache
def sampler_of_this_process() -> Sampler:
    """One per process, since the first invocation that it sees is the cold start."""
    return sampler_of(platform_of_this_process(), clock=SystemClock())


def sampler_of(platform: Platform, *, clock: Clock) -> Sampler:
    """A sampler with every source that there is here."""
    return Sampler(
        platform,
        _sources(platform),
        processor=OwnProcessorTime(),
        machine_memory_bytes=_machine_memory_bytes(),
        clock=clock,
    )


def _sources(platform: Platform) -> list[MeasurementSource]:
    sources = [_family(), _peak(), Tmp(TMP, is_own=platform.is_lambda), DescriptorLimit()]
    if platform.is_lambda and os.path.exists("/proc/meminfo"):
        sources.append(MicroVm())
    with suppress(OSError):
        membership = read_small_file("/proc/self/cgroup").decode(errors="replace")
        group = find_cgroup(Path("/sys/fs/cgroup"), membership)
        if group is not None:
            sources.append(group)
    return sources


def _family() -> MeasurementSource:
    # Here, and not above: psutil takes longer to import than all the rest of this package.
    import psutil

    from hoist.runtime.sources import descendants
    from hoist.runtime.sources.process_family import ProcessFamily

    process = psutil.Process()
    find = (
        descendants.descendants_from_files
        if descendants.has_children_files(process.pid)
        else descendants.descendants_from_psutil
    )
    return ProcessFamily(process, find_descendants=find)


def _peak() -> MeasurementSource:
    if os.path.exists("/proc/self/status"):
        return ProcPeak()
    # macOS counts in bytes what Linux and the BSDs count in kibibytes.
    return UsagePeak(bytes_per_unit=1 if sys.platform == "darwin" else KIBIBYTE)


def _machine_memory_bytes() -> float | None:
    with suppress(ValueError, OSError):
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return None
