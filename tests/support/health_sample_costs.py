"""What a sample of the runtime costs, next to the cheapest thing that psutil can be asked for."""

import tracemalloc

import psutil

from health_samplers import lambda_environment
from hoist.clock import SystemClock
from hoist.runtime.platform import Platform
from hoist.runtime.sampler import Sampler
from hoist.runtime.wiring import sampler_of


def sampler_as_on_lambda() -> Sampler:
    """With every source that this machine has, and the limits of a function of 512 MiB."""
    return sampler_of(Platform.from_environment(lambda_environment()), clock=SystemClock())


def take_samples(sampler: Sampler, count: int) -> None:
    """Our side of a comparison."""
    for _ in range(count):
        sampler.take(since=sampler.begin(), time_left_ms=1000.0)


def ask_psutil(count: int) -> None:
    """The other side: what somebody would write to learn one number."""
    for _ in range(count):
        psutil.Process().memory_info()


def bytes_kept_after(count: int) -> int:
    """Memory that is still held after so many samples, above what the first ones needed."""
    sampler = sampler_as_on_lambda()
    tracemalloc.start()
    try:
        take_samples(sampler, 10)
        before, _ = tracemalloc.get_traced_memory()
        take_samples(sampler, count)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before
