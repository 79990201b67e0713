"""REPORT lines by FilterLogEvents, which costs nothing but time: so only so much of it is read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from health.dependencies.answers import aws_answers
from health.dependencies.errors import NoAnswerError
from health.metrics.inventory import InstalledFunction, LogFormat
from health.metrics.invocations import Invocations
from health.metrics.report_line import Report, parse_report
from hoist.errors import EnvironmentFaultError

REPORT_PATTERNS = {
    LogFormat.TEXT: '"REPORT RequestId"',
    LogFormat.JSON: '"platform.report"',
}
"""What finds the REPORT lines and hardly any other."""
# A page has up to 10,000 lines, or as many as were found in a megabyte of log.
_MAX_PAGES = 10


class LogClient(Protocol):
    """What of a client of CloudWatch Logs is used."""

    def filter_log_events(self, **request: Any) -> dict[str, Any]: ...


class LogGroups:
    """Implements InvocationReader over the log groups that Lambda writes."""

    def __init__(self, client: LogClient) -> None:
        self._client = client

    def read(
        self, functions: Sequence[InstalledFunction], *, start: datetime, end: datetime
    ) -> Mapping[str, Invocations]:
        return {function.name: self._of(function, start, end) for function in functions}

    def _of(self, function: InstalledFunction, start: datetime, end: datetime) -> Invocations:
        reports: list[Report] = []
        lacks = ""
        try:
            pages = self._pages(function, start, end)
            for page in islice(pages, _MAX_PAGES):
                parsed = (parse_report(found["message"].strip()) for found in page["events"])
                reports += [report for report in parsed if report]
            if next(pages, None) is not None:
                lacks = "there are more REPORT lines than were read"
        except EnvironmentFaultError as fault:
            lacks = fault.message
        return Invocations(start=start, end=end, reports=tuple(reports), lacks=lacks)

    def _pages(
        self, function: InstalledFunction, start: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        group = log_group(function.name)
        request = {
            "logGroupName": group,
            "filterPattern": REPORT_PATTERNS[function.log_format],
            "startTime": int(start.timestamp() * 1000),
            "endTime": int(end.timestamp() * 1000),
        }
        while True:
            with aws_answers("logs:FilterLogEvents", group):
                page = self._client.filter_log_events(**request)
            if "events" not in page:
                raise NoAnswerError("logs:FilterLogEvents", group, "an answer without events")
            yield page
            if not page.get("nextToken"):
                return
            request["nextToken"] = page["nextToken"]


def log_group(function: str) -> str:
    """Where Lambda writes a function's log."""
    return f"/aws/lambda/{function}"
