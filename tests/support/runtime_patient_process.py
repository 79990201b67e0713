"""A function's process for truth tests: it does what each line of its input says, and answers.

A line is a JSON string of Python. What that leaves in `answer` goes back as a line of JSON.
"""

import json
import sys
import time
from typing import Any

from hoist.clock import SystemClock
from hoist.runtime.observation import observation_line
from hoist.runtime.sampler import Beginning
from hoist.runtime.settings import platform_of_this_process
from hoist.runtime.wiring import sampler_of_this_process

CLOCK = SystemClock()


def sample(since: Beginning | None = None) -> dict[str, Any]:
    """What the log would say about this process, now."""
    taken = sampler_of_this_process().take(since=since)
    function = platform_of_this_process().function
    line = observation_line(taken, function=function, request_id="")
    document: dict[str, Any] = json.loads(line)
    return document


def clocks() -> tuple[float, float]:
    """Seconds that passed, and seconds of the processor: the kernel's finest clocks."""
    return CLOCK.monotonic(), time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)


def work(seconds: float) -> None:
    """Use as much of the processor, however long it takes to get it."""
    _, began = clocks()
    while clocks()[1] - began < seconds:
        pass


def main() -> None:
    """Until the end of the input."""
    known: dict[str, Any] = {
        "sample": sample,
        "clocks": clocks,
        "work": work,
        "sampler": sampler_of_this_process,
    }
    for line in sys.stdin:
        known["answer"] = None
        exec(json.loads(line), known)  # noqa: S102
        sys.stdout.write(json.dumps(known["answer"]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
