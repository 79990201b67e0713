"""Which sources this machine has. Asked once per environment, by what is there and not by name."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hoist.clock import Clock, SystemClock
from hoist.runtime.measurements import MeasurementSource, Source
from hoist.runtime.platform import Platform
from hoist.runtime.processor import OwnProcessorTime
from hoist.runtime.sampler import Sampler
from hoist.runtime.settings import platform_of_this_process
from hoist.runtime.small_files import read_small_file
from hoist.runtime.sources.cgroup import Cgroup, find_cgroup
from hoist.runtime.sources.micro_vm import MicroVm
from hoist.runtime.sources.peak import KIBIBYTE, ProcPeak, UsagePeak
from hoist.runtime.sources.system_limits import DescriptorLimit, Tmp
from hoist.runtime.sources.unavailable import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where a system keeps what it tells about itself. Linux has all of it, macOS only /tmp."""

    proc: str = "/proc"
    control_groups: str = "/sys/fs/cgroup"
    tmp: str = "/tmp"
    system: str = sys.platform


THIS_MACHINE = Machine()


@cache
def sampler_of_this_process() -> Sampler:
    """One per process, since the first invocation that it sees is the cold start."""
    return sampler_of(platform_of_this_process(), clock=SystemClock())


def sampler_of(platform: Platform, *, clock: Clock, machine: Machine = THIS_MACHINE) -> Sampler:
    """A sampler with every source that there is here."""
    return Sampler(
        platform,
        _sources(platform, machine),
        processor=OwnProcessorTime(),
        machine_memory_bytes=_machine_memory_bytes(),
        clock=clock,
    )


def _sources(platform: Platform, machine: Machine) -> list[MeasurementSource]:
    sources = [
        _family(machine),
        _peak(machine),
        Tmp(machine.tmp, is_own=platform.is_lambda),
        DescriptorLimit(),
    ]
    meminfo = f"{machine.proc}/meminfo"
    if platform.is_lambda and os.path.exists(meminfo):
        sources.append(MicroVm(meminfo))
    group = _control_group(machine)
    if group is not None:
        sources.append(group)
    return sources


def _family(machine: Machine) -> MeasurementSource:
    # Here, and not above: psutil takes longer to import than all the rest of this package.
    import psutil

    from hoist.runtime.sources import descendants
    from hoist.runtime.sources.process_family import ProcessFamily

    try:
        process = psutil.Process()
    except psutil.Error as error:
        return Unavailable(Source.PSUTIL, type(error).__name__)
    has_files = descendants.has_children_files(process.pid, proc=machine.proc)
    return ProcessFamily(
        process,
        find_descendants=(
            descendants.descendants_from_files if has_files else descendants.descendants_from_psutil
        ),
    )


def _peak(machine: Machine) -> MeasurementSource:
    status = f"{machine.proc}/self/status"
    if os.path.exists(status):
        return ProcPeak(status)
    # macOS counts in bytes what Linux and the BSDs count in kibibytes.
    return UsagePeak(bytes_per_unit=1 if machine.system == "darwin" else KIBIBYTE)


def _control_group(machine: Machine) -> Cgroup | None:
    with suppress(OSError):
        membership = read_small_file(f"{machine.proc}/self/cgroup").decode(errors="replace")
        return find_cgroup(Path(machine.control_groups), membership)
    return None


def _machine_memory_bytes() -> float | None:
    with suppress(ValueError, OSError):
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return None
