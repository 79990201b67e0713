"""REPORT lines of log groups: pages, refusals, and too much of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health.metrics.inventory import LogFormat
from health.metrics.log_groups import LogGroups
from health_findings import NOON
from health_numbers import WORKER

LINE = "REPORT RequestId: x\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
DAY_AGO = NOON - timedelta(days=1)


class ScriptedLogs:
    """Pages by log group; a group without any does not exist."""

    def __init__(self, pages: dict[str, list[list[str]]]) -> None:
        self._pages = pages
        self.requests: list[dict[str, Any]] = []

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        self.requests.append(request)
        pages = self._pages.get(request["logGroupName"])
        if pages is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "FilterLogEvents")
        number = int(request.get("nextToken", 0))
        more = {"nextToken": str(number + 1)} if number + 1 < len(pages) else {}
        return {"events": [{"message": line} for line in pages[number]], **more}


def _read(pages: dict[str, list[list[str]]], *names: str) -> Any:
    functions = [replace(WORKER, name=name) for name in names]
    return LogGroups(ScriptedLogs(pages)).read(functions, start=DAY_AGO, end=NOON)


def test_reports_of_all_pages_are_read() -> None:
    """Reports come from every page, and lines that are none are passed over."""
    peak = LINE + "Max Memory Used: {} MB\n"
    pages = [[peak.format(40), "START"], [], [peak.format(70)]]

    found = _read({"/aws/lambda/api": pages}, "api")["api"]

    assert [report.peak_mb for report in found.reports] == [40, 70]
    assert (found.lacks, found.peak_mb, found.billed_seconds) == ("", 70, 0.002)
    assert (found.start, found.end) == (DAY_AGO, NOON)


def test_missing_group_hides_no_other() -> None:
    """A function without a log group lacks its reports; the next one has its own."""
    found = _read({"/aws/lambda/api": [[]]}, "worker", "api")

    assert "does not exist" in found["worker"].lacks
    assert found["api"].lacks == ""


def test_too_many_pages_are_told() -> None:
    """Reading ends somewhere, and what is left out is said to be."""
    found = _read({"/aws/lambda/api": [[] for _ in range(50)]}, "api")["api"]

    assert found.lacks


@pytest.mark.parametrize(
    ("log_format", "pattern"),
    [(LogFormat.TEXT, '"REPORT RequestId"'), (LogFormat.JSON, '"platform.report"')],
)
def test_only_the_platforms_lines_are_asked_for(log_format: LogFormat, pattern: str) -> None:
    """The filter asks for REPORT lines as the function writes them, in whole milliseconds."""
    logs = ScriptedLogs({"/aws/lambda/api": [[]]})
    function = replace(WORKER, name="api", log_format=log_format)

    LogGroups(logs).read([function], start=DAY_AGO, end=NOON)

    (request,) = logs.requests
    assert request["filterPattern"] == pattern
    assert request["endTime"] - request["startTime"] == 24 * 3600 * 1000
