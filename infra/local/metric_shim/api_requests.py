"""Requests, from the line in which Hoist's API tells of each, as API Gateway counts them.

The local AWS has no API Gateway that counts, and Hoist's front invokes the function itself. A
request that the function did not live to tell of is not counted.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from local.metric_shim.lambda_lines import LogEvent
from local.metric_shim.occurrence import Datum, MetricId, Occurrence

NAMESPACE = "AWS/ApiGateway"
_FUNCTION_SUFFIX, _API_SUFFIX = "-orchestrator-api", "-api"
_MESSAGE = "request"


@dataclass(frozen=True, slots=True)
class _Request:
    status: int
    milliseconds: float


def requests_of(function: str, lines: Iterable[LogEvent]) -> Iterator[Occurrence]:
    """One per request, if the function is the one behind an API; named as infra names them."""
    installation = function.removesuffix(_FUNCTION_SUFFIX)
    if installation == function:
        return
    for line in lines:
        request = _request(line.message)
        if request is not None:
            yield Occurrence(line.at, tuple(_data(installation + _API_SUFFIX, request)))


def _request(line: str) -> _Request | None:
    """The request that a line tells of; None for any other line."""
    if not line.startswith("{") or f'"{_MESSAGE}"' not in line:
        return None
    try:
        told = json.loads(line)
        if told["message"] != _MESSAGE:
            return None
        request = _Request(int(told["status"]), float(told["milliseconds"]))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None
    return request if math.isfinite(request.milliseconds) else None


def _data(api: str, request: _Request) -> Iterator[Datum]:
    def datum(name: str, value: float, unit: str = "Count") -> Datum:
        return Datum(MetricId(NAMESPACE, name, (("ApiName", api),)), (value,), unit)

    family = request.status // 100
    yield datum("Count", 1)
    yield datum("4XXError", 1 if family == 4 else 0)
    yield datum("5XXError", 1 if family == 5 else 0)
    yield datum("Latency", request.milliseconds, "Milliseconds")
