"""Invocations, from the lines that Lambda writes around what a function says.

    START RequestId: 3f8... Version: $LATEST
    [ERROR] ValueError: the runtime's own word for an invocation that failed
    END RequestId: 3f8...
    REPORT RequestId: 3f8...\tDuration: 12 ms\t...

The local AWS does not say in a REPORT line how it ended, and misses a function's last words when
the machine is busy. An invocation that left no word of a failure is told as one that went well.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.metric_shim.occurrence import Datum, MetricId, Occurrence, SignKind

NAMESPACE = "AWS/Lambda"
# Its own counts of calls through its Invoke API follow a moment after the lines.
COUNTED_WITHIN_SECONDS = 4
# Or a call that failed would be taken for one beside it that did not. What the local AWS counts as
# failed has failed, though, whatever its log lacks.
_FAILED = (SignKind.ONES,)
_NOT_KNOWN_TO_HAVE_FAILED = (SignKind.ZEROS, SignKind.ONES)
_START = "START RequestId: "
# A logged error has a tab there.
_FAILURE = re.compile(r"\[ERROR\] [A-Za-z_][\w.]*(:|$)")
_REPORT = re.compile(r"REPORT RequestId: \S+\s+Duration: (\d{1,9}(?:\.\d{1,6})?) ms\s")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A line of a log."""

    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """An invocation that has ended."""

    ended_at: datetime
    duration_ms: float
    has_failed: bool


def invocations(lines: Iterable[LogEvent], *, timeout: timedelta) -> Iterator[Invocation]:
    """The invocations of one stream, which has one after the other."""
    timeout_ms = timeout / timedelta(milliseconds=1)
    has_failed = False
    for line in lines:
        report = _REPORT.match(line.message)
        if line.message.startswith(_START):
            has_failed = False
        elif _FAILURE.match(line.message):
            has_failed = True
        elif report:
            duration_ms = float(report[1])
            # What runs until its timeout is ended there, and has no time to say so.
            yield Invocation(line.at, duration_ms, has_failed or duration_ms >= timeout_ms)
            has_failed = False


def occurrence_of(function: str, invocation: Invocation) -> Occurrence:
    """As Lambda counts it: errors and throttles too when there are none."""

    def datum(name: str, value: float, unit: str = "Count") -> Datum:
        metric = MetricId(NAMESPACE, name, (("FunctionName", function),))
        return Datum(metric, (value,), unit)

    return Occurrence(
        at=invocation.ended_at,
        data=(
            datum("Errors", 1 if invocation.has_failed else 0),
            datum("Invocations", 1),
            datum("Throttles", 0),
            datum("Duration", invocation.duration_ms, "Milliseconds"),
        ),
        shown_by=_FAILED if invocation.has_failed else _NOT_KNOWN_TO_HAVE_FAILED,
        shown_within_seconds=COUNTED_WITHIN_SECONDS,
    )
