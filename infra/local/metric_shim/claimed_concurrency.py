"""How many invocations ran at the same time, as far as they have ended."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.metric_shim.lambda_lines import NAMESPACE, Invocation
from local.metric_shim.occurrence import Datum, MetricId, Occurrence

# Of the whole account, so without a dimension.
CLAIMED = MetricId(NAMESPACE, "ClaimedAccountConcurrency", ())


@dataclass(frozen=True, slots=True)
class Span:
    """The time that an invocation took."""

    begun: datetime
    ended: datetime


def spans_of(stream: Iterable[Invocation]) -> Iterator[Span]:
    """When the invocations of one stream ran: one after the other."""
    free_at: datetime | None = None
    for invocation in stream:
        ended = invocation.ended_at
        begun = ended - timedelta(milliseconds=invocation.duration_ms)
        # The local AWS gives all lines that it collects at once the same time.
        yield Span(min(max(begun, free_at or begun), ended), ended)
        free_at = ended


def claims_of(spans: Sequence[Span]) -> Iterator[Occurrence]:
    """How many ran just before each one ended, itself included."""
    begun = sorted(span.begun for span in spans)
    ended = sorted(span.ended for span in spans)
    for end in ended:
        running = max(1, bisect_left(begun, end) - bisect_left(ended, end))
        yield Occurrence(end, (Datum(CLAIMED, (running,), "Count"),))
