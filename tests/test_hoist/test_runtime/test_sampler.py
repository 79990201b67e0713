"""What a sample says, and what it does not."""

import pytest

from health_samplers import (
    MEBIBYTE,
    NOON,
    BrokenSource,
    SayingSource,
    SetProcessor,
    lambda_environment,
    measured,
    sampler_with,
)
from hoist.clock import FixedClock
from hoist.runtime.measurements import Quantity, Source


def test_one_broken_source_hides_no_other() -> None:
    """A source that cannot be read is named, and the others' numbers stand."""
    sampler = sampler_with(BrokenSource(), SayingSource((measured(Quantity.THREADS, 7),)))

    sample = sampler.take()

    assert sample.value(Quantity.THREADS) == 7
    assert [str(each) for each in sample.dropped] == [
        "cgroup: it cannot be read (Permission denied)"
    ]


def test_reason_of_a_source_is_told() -> None:
    """A source that says itself what it lacks is heard."""
    sample = sampler_with(BrokenSource(OSError("VmHWM is missing"))).take()

    assert [str(each) for each in sample.dropped] == [
        "cgroup: it cannot be read (VmHWM is missing)"
    ]


def test_shares_are_of_the_functions_own_limit() -> None:
    """A quarter of the function's memory is a quarter, whatever machine it runs on."""
    used = measured(Quantity.MEMORY_USED, 128 * MEBIBYTE)

    assert sampler_with(SayingSource((used,))).take().memory_share == 0.25


def test_what_is_unknown_is_absent() -> None:
    """Without a limit there is no share, and without a source no number: neither reads as zero."""
    used = measured(Quantity.MEMORY_USED, 128 * MEBIBYTE)
    sample = sampler_with(SayingSource((used,)), environment={}).take()

    assert sample.memory_share is None
    assert sample.tmp_share is None
    assert sample.value(Quantity.TIME_LEFT) is None


def test_host_memory_is_not_the_functions() -> None:
    """The memory of a machine of another size is dropped, and the sample says why."""
    host = measured(Quantity.MEMORY_USED, 1.0, Source.PROC, out_of=4096 * MEBIBYTE)

    sample = sampler_with(SayingSource((host,))).take()

    assert sample.value(Quantity.MEMORY_USED) is None
    assert str(sample.dropped[0]) == (
        "/proc memory_used_bytes: its total is 4096 MiB, but the function has 512 MiB"
    )


def test_processor_is_measured_over_the_invocation() -> None:
    """Half a second of work in two seconds is a quarter of a vCPU, more than 512 MiB entitle to
    in part."""
    clock, processor = FixedClock(NOON), SetProcessor(3.0)
    sampler = sampler_with(clock=clock, processor=processor)
    beginning = sampler.begin()
    clock.advance(2.0)
    processor.used_seconds = 3.5

    sample = sampler.take(since=beginning)

    assert sample.value(Quantity.CPU_USED) == pytest.approx(0.25)
    assert sample.cpu_share == pytest.approx(0.25 * 1769 / 512)


def test_processor_is_unknown_over_no_time() -> None:
    """An invocation too short to be counted says nothing about the processor."""
    sampler = sampler_with()

    assert sampler.take(since=sampler.begin()).value(Quantity.CPU_USED) is None


def test_only_the_first_invocation_is_cold() -> None:
    """Of an environment's invocations the first is a cold start, and no other."""
    sampler = sampler_with()

    colds = [sampler.take(since=sampler.begin()).is_cold_start for _ in range(3)]

    assert colds == [True, False, False]


def test_provisioned_environment_is_never_cold() -> None:
    """Nobody waited for an environment that was made ahead."""
    environment = lambda_environment(AWS_LAMBDA_INITIALIZATION_TYPE="provisioned-concurrency")
    sampler = sampler_with(environment=environment)

    assert not sampler.take(since=sampler.begin()).is_cold_start


def test_time_left_is_the_platforms() -> None:
    """The time that Lambda still gives is in the sample."""
    assert sampler_with().take(time_left_ms=2500).value(Quantity.TIME_LEFT) == 2500
