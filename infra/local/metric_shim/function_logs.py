"""The logs of the local AWS's functions: a stream per invocation, written when it has ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local.metric_shim.lambda_lines import LogEvent

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import GetLogEventsRequestTypeDef, LogStreamTypeDef

_GROUP = "/aws/lambda/"
# With one stream per invocation, an hour's work of a busy installation. The newest come first.
MAX_STREAMS = 2000
_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class FunctionLogs:
    """Reads what functions wrote."""

    logs: "CloudWatchLogsClient"
    functions: "LambdaClient"

    def timeouts(self) -> Mapping[str, timedelta]:
        """All functions that there are, and how long each may run."""
        pages = self.functions.get_paginator("list_functions").paginate()
        return {
            found["FunctionName"]: timedelta(seconds=found["Timeout"])
            for page in pages
            for found in page["Functions"]
        }

    def streams(
        self, function: str, *, since: datetime, until: datetime
    ) -> Iterator[list[LogEvent]]:
        """The lines of each stream within that time, in their order."""
        for name in self._streams(_GROUP + function, _milliseconds(since)):
            yield list(self._lines(_GROUP + function, name, since, until))

    def _lines(
        self, group: str, stream: str, since: datetime, until: datetime
    ) -> Iterator[LogEvent]:
        request: GetLogEventsRequestTypeDef = {
            "logGroupName": group,
            "logStreamName": stream,
            "startTime": _milliseconds(since),
            "endTime": _milliseconds(until),
            "startFromHead": True,
            "limit": _PAGE,
        }
        while True:
            answer = self.logs.get_log_events(**request)
            for event in answer["events"]:
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield LogEvent(at, event["message"])
            if len(answer["events"]) < _PAGE:
                return
            request["nextToken"] = answer["nextForwardToken"]

    def _streams(self, group: str, since_ms: int) -> Iterator[str]:
        pages = self.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=group,
            orderBy="LastEventTime",
            descending=True,
            PaginationConfig={"MaxItems": MAX_STREAMS},
        )
        try:
            for page in pages:
                for stream in page["logStreams"]:
                    if _last_event_ms(stream) < since_ms:
                        return
                    yield stream["logStreamName"]
        except self.logs.exceptions.ResourceNotFoundException:
            # It was never invoked.
            return


def _last_event_ms(stream: "LogStreamTypeDef") -> int:
    return stream.get("lastEventTimestamp", 0)


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
