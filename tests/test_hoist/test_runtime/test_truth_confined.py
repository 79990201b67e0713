"""A full /tmp, a limit on memory, a system without /proc: made by the kernel, for one process."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from confinement import limited_memory, mount_memory, own_mounts
from health_samplers import lambda_environment
from runtime_patient import Patient, PatientDiedError, patient

pytestmark = pytest.mark.thorough

MEBIBYTE = 1024 * 1024
TMP_SIZE = 8 * MEBIBYTE
LIMIT = 96 * MEBIBYTE
STEP = 4 * MEBIBYTE
# A killed process has SIGKILL for its exit status.
KILLED = -9
# Pages of libraries count for each process that has them, and in one group only.
SHARED_PAGES = 16 * MEBIBYTE


@pytest.fixture
def subject() -> Iterator[Patient]:
    with patient(within=own_mounts()) as one:
        yield one


def shares_of_a_leak(subject: Patient) -> Iterator[float]:
    """What it tells between the steps of a leak, until it is killed."""
    with suppress(PatientDiedError):
        subject.do("leak = []")
        for _ in range(2 * LIMIT // STEP):
            yield subject.sample()["MemoryUsed"]
            subject.do(f"leak.append(b'x' * {STEP})")


def test_full_tmp_is_told(subject: Patient) -> None:
    """A /tmp of 8 MiB is told empty, half full and full to the page, as the disk itself says."""
    subject.do("sampler()")
    subject.do(mount_memory("/tmp", f"size={TMP_SIZE}"))
    empty = subject.sample()
    subject.do(f"file = open('/tmp/file', 'wb', buffering=0); file.write(b'x' * {TMP_SIZE // 2})")
    half = subject.sample()
    subject.do(
        "import errno\n"
        "try:\n"
        "    while True: file.write(b'x' * 4096)\n"
        "except OSError as error:\n"
        "    answer = error.errno == errno.ENOSPC\n"
        "    assert answer"
    )
    full = subject.sample()

    told = [sample["tmp_used_bytes"] for sample in (empty, half, full)]
    assert told == [0, TMP_SIZE // 2, TMP_SIZE]
    assert [sample["TmpUsed"] for sample in (empty, half, full)] == [0.0, 50.0, 100.0]
    assert full["tmp_size_bytes"] == TMP_SIZE
    assert full["sources"]["tmp_used_bytes"] == "system call, exact"


def test_system_without_proc_and_groups_tells_less(subject: Patient) -> None:
    """Without /proc and control groups, limits, /tmp, the processor and the peak are told, and the
    sample says that psutil has nothing to read.
    """
    subject.do(mount_memory("/proc"))
    subject.do(mount_memory("/sys"))

    told = subject.do("beginning = sampler().begin(); work(0.05); answer = sample(beginning)")

    assert told["dropped"] == ["psutil: it cannot be read (NoSuchProcess)"]
    assert told["memory_limit_bytes"] == 512 * MEBIBYTE
    assert told["sources"]["memory_peak_bytes"] == "system call, rough"
    assert told["memory_peak_bytes"] > MEBIBYTE
    assert told["cpu_used_vcpus"] > 0
    assert told["TmpUsed"] >= 0
    assert told.keys().isdisjoint({"memory_used_bytes", "MemoryUsed", "threads_count"})


def test_limit_of_a_group_is_told() -> None:
    """Outside of Lambda the limit is the control group's to the byte, and what is used within 16
    MiB of what the process took.
    """
    with limited_memory(LIMIT) as within, patient(within=within, environment={}) as subject:
        before = subject.sample()
        subject.do(f"held = b'x' * {LIMIT // 2}")
        during = subject.sample()

    assert during["memory_limit_bytes"] == LIMIT
    assert during["sources"]["memory_limit_bytes"] == "cgroup, good"
    grown = during["memory_used_bytes"] - before["memory_used_bytes"]
    assert abs(grown - LIMIT // 2) < SHARED_PAGES


def test_limit_of_another_size_is_not_the_functions() -> None:
    """In a group of another size than the function's, the function's limit stands and the sample
    says so.
    """
    with limited_memory(LIMIT) as within, patient(within=within) as subject:
        told = subject.sample()

    assert told["memory_limit_bytes"] == 512 * MEBIBYTE
    assert told["sources"]["memory_limit_bytes"] == "platform, exact"
    reason = "its total is 96 MiB, but the function has 512 MiB"
    assert f"cgroup memory_used_bytes: {reason}" in told["dropped"]


def test_function_is_nearly_full_when_the_kernel_kills_it() -> None:
    """A leak under a limit is killed by the kernel: the first sample told less than half, and the
    last one at least 80 %.
    """
    environment = lambda_environment(AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(LIMIT // MEBIBYTE))
    with limited_memory(LIMIT) as within, patient(within=within, environment=environment) as one:
        shares = list(shares_of_a_leak(one))

        assert one.ended_by() == KILLED
    assert shares[0] < 50
    assert shares[-1] >= 80
