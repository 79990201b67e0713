"""The shim: reads what happened and puts what the metrics do not show yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hoist.clock import Clock
from local.metric_shim.api_requests import requests_of
from local.metric_shim.claimed_concurrency import Span, claims_of, spans_of
from local.metric_shim.counting import not_shown
from local.metric_shim.emf import parse_emf
from local.metric_shim.function_logs import FunctionLogs
from local.metric_shim.lambda_lines import invocations, occurrence_of
from local.metric_shim.metric_store import MetricStore
from local.metric_shim.occurrence import Occurrence
from local.metric_shim.queue_lengths import Queues, occurrences_of

LOOK_BACK = timedelta(minutes=15)
# The local AWS counts what it counts itself a moment after it has written the log.
SETTLE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricShim:
    """One at a time per local AWS: two would both find the same thing missing."""

    logs: FunctionLogs
    metrics: MetricStore
    queues: Callable[[], Queues]
    clock: Clock

    def catch_up(self, look_back: timedelta = LOOK_BACK) -> list[Occurrence]:
        """Put what happened in the time before now and is not shown; what was put is returned."""
        now = self.clock.now()
        since, until = now - look_back, now - SETTLE
        happened = [*self._logged(since, until), *occurrences_of(self.queues(), now)]
        if not happened:
            return []
        shown = self.metrics.shown(
            (sign for occurrence in happened for sign in occurrence.signs),
            since=min(occurrence.at for occurrence in happened),
            until=max(now, *(occurrence.at for occurrence in happened)),
        )
        missing = not_shown(happened, shown)
        self.metrics.put(missing)
        return missing

    def _logged(self, since: datetime, until: datetime) -> Iterator[Occurrence]:
        spans: list[Span] = []
        for function, timeout in self.logs.timeouts().items():
            for lines in self.logs.streams(function, since=since, until=until):
                for line in lines:
                    yield from parse_emf(line.message)
                yield from requests_of(function, lines)
                ended = list(invocations(lines, timeout=timeout))
                yield from (occurrence_of(function, invocation) for invocation in ended)
                spans += spans_of(ended)
        yield from claims_of(spans)
