"""The metrics of the local AWS: what they show second by second, and what is put into them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from local.metric_shim.counting import Shown
from local.metric_shim.occurrence import MetricId, Occurrence, Sign, SignKind

# What one call takes on AWS.
MAX_QUERIES = 500
MAX_DATA = 1000
_SECOND = timedelta(seconds=1)
_COUNT, _SUM = "SampleCount", "Sum"

_Asked = tuple[MetricId, str]
"""A metric and a statistic of it."""
_Numbers = dict[_Asked, dict[int, float]]
"""Values by second since the epoch."""


@dataclass(frozen=True, slots=True)
class MetricStore:
    """Reads and writes metrics. AWS keeps seconds only of metrics that ask for it; the local one
    keeps everything.
    """

    client: Any

    def shown(self, signs: Iterable[Sign], *, since: datetime, until: datetime) -> Shown:
        """How many samples there are of each of them, by second."""
        wanted = set(signs)
        asked = sorted({(sign.metric, name) for sign in wanted for name in (_COUNT, _SUM)})
        # The end is not part of the time that is asked for.
        read = partial(self._read, since=since, until=until + _SECOND)
        found: _Numbers = {}
        for start in range(0, len(asked), MAX_QUERIES):
            found |= read(asked[start : start + MAX_QUERIES])
        return {sign: _samples(sign, found) for sign in wanted}

    def _read(self, asked: Sequence[_Asked], *, since: datetime, until: datetime) -> _Numbers:
        named = {f"m{number}": each for number, each in enumerate(asked)}
        answer = self.client.get_metric_data(
            MetricDataQueries=[_query(name, *each) for name, each in named.items()],
            StartTime=since,
            EndTime=until,
        )
        return {
            named[result["Id"]]: {
                int(at.timestamp()): value
                for at, value in zip(result["Timestamps"], result["Values"], strict=True)
            }
            for result in answer["MetricDataResults"]
        }

    def put(self, occurrences: Sequence[Occurrence]) -> None:
        """All data of an occurrence are in one call."""
        by_namespace: dict[str, list[Occurrence]] = defaultdict(list)
        for occurrence in occurrences:
            by_namespace[occurrence.data[0].metric.namespace].append(occurrence)
        for namespace, happened in by_namespace.items():
            for data in _calls(happened):
                self.client.put_metric_data(Namespace=namespace, MetricData=data)


def _samples(sign: Sign, found: _Numbers) -> Mapping[int, int]:
    counts, sums = found[sign.metric, _COUNT], found[sign.metric, _SUM]
    match sign.kind:
        case SignKind.SAMPLES:
            return {second: round(count) for second, count in counts.items()}
        case SignKind.ONES:
            return {second: round(total) for second, total in sums.items()}
        case SignKind.ZEROS:
            return {second: round(count - sums[second]) for second, count in counts.items()}


def _query(name: str, metric: MetricId, statistic: str) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": _dimensions(metric),
            },
            "Period": 1,
            "Stat": statistic,
        },
    }


def _calls(happened: Iterable[Occurrence]) -> Iterator[list[dict[str, Any]]]:
    call: list[dict[str, Any]] = []
    for occurrence in happened:
        data = list(_data(occurrence))
        if call and len(call) + len(data) > MAX_DATA:
            yield call
            call = []
        call += data
    if call:
        yield call


def _data(occurrence: Occurrence) -> Iterator[dict[str, Any]]:
    for datum in occurrence.data:
        yield {
            "MetricName": datum.metric.name,
            "Dimensions": _dimensions(datum.metric),
            "Timestamp": occurrence.at,
            "Values": list(datum.values),
            "Unit": datum.unit,
        }


def _dimensions(metric: MetricId) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in metric.dimensions]
