"""A function's process with nothing in it but what observes it: it answers with its own figures.

Each line that comes in names a figure.
"""

import gc
import os
import sys
from pathlib import Path

import psutil

from health_sample_costs import ask_psutil, take_samples
from hoist.clock import SystemClock
from hoist.runtime.observed import observed
from hoist.runtime.wiring import sampler_of_this_process

CLOCK = SystemClock()
ASKED_TOGETHER = 200
HANDLED_TOGETHER = 20
HANDLER_SECONDS = 0.01
KEPT_OF = 10_000
MEBIBYTE = 1024 * 1024


def handler(event: object, _: object) -> object:
    """Takes its ten milliseconds, however fast the machine is."""
    ends_at = CLOCK.monotonic() + HANDLER_SECONDS
    while CLOCK.monotonic() < ends_at:
        pass
    return event


observed_handler = observed(handler)


def sample_microseconds() -> float:
    began = CLOCK.monotonic()
    take_samples(sampler_of_this_process(), ASKED_TOGETHER)
    return (CLOCK.monotonic() - began) / ASKED_TOGETHER * 1e6


def psutil_microseconds() -> float:
    began = CLOCK.monotonic()
    ask_psutil(ASKED_TOGETHER)
    return (CLOCK.monotonic() - began) / ASKED_TOGETHER * 1e6


def observed_milliseconds() -> float:
    began = CLOCK.monotonic()
    for _ in range(HANDLED_TOGETHER):
        observed_handler({}, None)
    return (CLOCK.monotonic() - began) / HANDLED_TOGETHER * 1e3


def bare_milliseconds() -> float:
    began = CLOCK.monotonic()
    for _ in range(HANDLED_TOGETHER):
        handler({}, None)
    return (CLOCK.monotonic() - began) / HANDLED_TOGETHER * 1e3


def kept_mebibytes() -> float:
    """What the kernel counts, so that what C libraries lose would show as well."""
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    take_samples(sampler_of_this_process(), KEPT_OF)
    gc.collect()
    return (process.memory_info().rss - before) / MEBIBYTE


FIGURES = {
    "sample": sample_microseconds,
    "psutil": psutil_microseconds,
    "observed": observed_milliseconds,
    "bare": bare_milliseconds,
    "kept": kept_mebibytes,
}


def main() -> None:
    """Until the end of the input."""
    answers = sys.stdout
    with Path(os.devnull).open("w") as log:
        # The function's log must not come between the answers.
        sys.stdout = log
        for line in sys.stdin:
            answers.write(f"{FIGURES[line.strip()]()}\n")
            answers.flush()


if __name__ == "__main__":
    main()
