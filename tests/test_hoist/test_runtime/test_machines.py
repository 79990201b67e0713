"""Machines that keep less, or tell about others: a sample says less, and nothing wrong."""

import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_samplers import (
    MEBIBYTE,
    SayingSource,
    lambda_environment,
    measured,
    sampler_with,
)
from hoist.clock import SystemClock
from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source
from hoist.runtime.platform import MIB_PER_VCPU, Platform
from hoist.runtime.sample import RuntimeSample
from hoist.runtime.wiring import Machine, sampler_of

LIMITS = (Quantity.MEMORY_LIMIT, Quantity.CPU_ENTITLEMENT, Quantity.THREAD_LIMIT)
OF_THE_FUNCTION = [512 * MEBIBYTE, 512 / MIB_PER_VCPU, 1024]


def sample_on(machine: Machine, environment: dict[str, str]) -> RuntimeSample:
    return sampler_of(
        Platform.from_environment(environment), clock=SystemClock(), machine=machine
    ).take()


def machine_in(folder: Path, *, system: str = "linux") -> Machine:
    """Its files are those of the folder: none, until somebody writes them."""
    return Machine(
        proc=str(folder / "proc"),
        control_groups=str(folder / "cgroup"),
        tmp=str(folder),
        system=system,
    )


def container_in(folder: Path, *, limit: str, total_mebibytes: int = 8192) -> Machine:
    """A container of version 2: it sees its own group at the root, and the host's memory."""
    for name, text in {
        "proc/self/cgroup": "0::/\n",
        "proc/meminfo": f"MemTotal: {total_mebibytes * 1024} kB\nMemAvailable: 1024 kB\n",
        "cgroup/memory.max": f"{limit}\n",
        "cgroup/memory.current": f"{200 * MEBIBYTE}\n",
        "cgroup/memory.stat": "inactive_file 0\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return machine_in(folder)


def peak_by_system_call() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(("system", "unit"), [("darwin", 1), ("freebsd14", 1024)])
def test_system_without_proc_tells_what_it_has(tmp_path: Path, system: str, unit: int) -> None:
    """Without /proc and control groups there is no limit, the peak is the system call's in the
    unit that the system counts in, and nothing is missed.
    """
    before = peak_by_system_call()
    sample = sample_on(machine_in(tmp_path, system=system), environment={})

    told = {quantity: at.source for quantity, at in sample.measurements.items()}
    assert told.pop(Quantity.DESCRIPTOR_LIMIT, None) in {Source.SYSTEM_CALL, None}
    assert told == {
        Quantity.MEMORY_USED: Source.PSUTIL,
        Quantity.THREADS: Source.PSUTIL,
        Quantity.DESCRIPTORS: Source.PSUTIL,
        Quantity.MEMORY_PEAK: Source.SYSTEM_CALL,
        Quantity.TMP_USED: Source.SYSTEM_CALL,
        Quantity.TMP_SIZE: Source.SYSTEM_CALL,
    }
    peak = sample.measurements[Quantity.MEMORY_PEAK]
    assert before * unit <= peak.value <= peak_by_system_call() * unit
    assert peak.confidence is Confidence.ROUGH
    assert sample.dropped == ()
    assert sample.memory_share is None


def test_container_with_a_limit_knows_it(tmp_path: Path) -> None:
    """The limit that somebody gave to a container is its limit, and its group tells the use."""
    sample = sample_on(container_in(tmp_path, limit=str(256 * MEBIBYTE)), environment={})

    limit = sample.measurements[Quantity.MEMORY_LIMIT]
    assert (limit.value, limit.source) == (256 * MEBIBYTE, Source.CGROUP)
    assert sample.memory_share
    assert sample.dropped == ()


def test_container_without_a_limit_does_not_take_the_hosts(tmp_path: Path) -> None:
    """Without a limit there is none, and the sample says whose it is not."""
    sample = sample_on(container_in(tmp_path, limit="max"), environment={})

    assert sample.value(Quantity.MEMORY_LIMIT) is None
    assert [str(each) for each in sample.dropped] == [
        "cgroup memory_limit_bytes: it has no limit of its own below the machine's memory"
    ]


def test_function_in_a_container_believes_neither_host_nor_container(tmp_path: Path) -> None:
    """Where Lambda says 512 MiB, a container of 4 GiB on a host of 8 GiB changes nothing, and both
    are named.
    """
    machine = container_in(tmp_path, limit=str(4096 * MEBIBYTE))

    sample = sample_on(machine, lambda_environment())

    assert [sample.value(limit) for limit in LIMITS] == OF_THE_FUNCTION
    assert sample.measurements[Quantity.MEMORY_USED].source is Source.PSUTIL
    assert [str(each) for each in sample.dropped] == [
        "/proc memory_used_bytes: its total is 8192 MiB, but the function has 512 MiB",
        "cgroup memory_limit_bytes: its total is 4096 MiB, but the function has 512 MiB",
        "cgroup memory_used_bytes: its total is 4096 MiB, but the function has 512 MiB",
    ]


def test_machine_of_the_functions_own_size_is_believed(tmp_path: Path) -> None:
    """A micro VM about as large as its function is the function's, extensions included."""
    machine = container_in(tmp_path, limit="max", total_mebibytes=10_300)

    sample = sample_on(machine, lambda_environment(AWS_LAMBDA_FUNCTION_MEMORY_SIZE="10240"))

    used = sample.measurements[Quantity.MEMORY_USED]
    assert (used.value, used.source) == (10_299 * MEBIBYTE, Source.PROC)


@given(
    st.lists(
        st.builds(
            measured,
            st.sampled_from(LIMITS),
            st.floats() | st.integers(0, 2**50).map(float),
            st.sampled_from([Source.CGROUP, Source.PSUTIL, Source.PROC, Source.SYSTEM_CALL]),
            st.sampled_from([Confidence.ROUGH, Confidence.GOOD]),
            out_of=st.none() | st.floats(0, 2**50),
        ),
        max_size=8,
    )
)
def test_functions_limits_are_lambdas_word(said: list[Measurement]) -> None:
    """Whatever other sources say about limits, a function's are those of its environment."""
    sample = sampler_with(SayingSource(tuple(said))).take()

    assert [sample.value(limit) for limit in LIMITS] == OF_THE_FUNCTION
