"""The reader of REPORT lines on answers of FilterLogEvents, and lines, as AWS documents them.

They follow the API reference and the developer guide of Lambda, not an account: there is none.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from health.metrics.inventory import Architecture, InstalledFunction
from health.metrics.invocations import Invocations
from health.metrics.log_groups import LogGroups
from health.metrics.report_line import Report
from health_recorded import RecordedAws, log_page, log_refusal, recorded_aws
from scripted_server import HangUp, Reply

pytestmark = pytest.mark.thorough

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORKER = InstalledFunction(
    name="hoist-dev-worker",
    memory_mb=128,
    timeout=timedelta(seconds=29),
    architecture=Architecture.ARM64,
)
ID = "79b4f56e-95b1-4643-9700-2807f4e68189"
WARM = (
    f"REPORT RequestId: {ID}\tDuration: 45.31 ms\tBilled Duration: 46 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 72 MB\t\n"
)
COLD = (
    f"REPORT RequestId: {ID}\tDuration: 79.67 ms\tBilled Duration: 80 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 73 MB\tInit Duration: 166.72 ms\t\n"
)
TRACED = WARM.rstrip("\n") + (
    "\nXRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\t"
    "Sampled: true\t\n"
)
TIMED_OUT = WARM.rstrip("\n").replace("45.31", "29000.00") + "Status: timeout\n"
# SnapStart restores instead of initialising, and bills that apart.
RESTORED = (
    f"REPORT RequestId: {ID}\tDuration: 12.59 ms\tBilled Duration: 13 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 95 MB\tRestore Duration: 474.16 ms\t"
    "Billed Restore Duration: 75 ms\t\n"
)


def platform_report(**metrics: float) -> str:
    """The line where the log's format is JSON."""
    told = {
        "durationMs": 45.31,
        "billedDurationMs": 46,
        "memorySizeMB": 128,
        "maxMemoryUsedMB": 72,
        **metrics,
    }
    record = {"requestId": ID, "metrics": told, "status": "success"}
    line = {"time": "2026-03-01T11:59:59.000Z", "type": "platform.report", "record": record}
    return json.dumps(line)


@pytest.fixture(scope="module")
def recorded() -> Iterator[RecordedAws]:
    with recorded_aws() as made:
        yield made


def read(recorded: RecordedAws, *replies: Reply | HangUp) -> Invocations:
    reader = LogGroups(recorded.logs(*replies))
    found = reader.read([WORKER], start=NOON - timedelta(days=1), end=NOON)
    return found[WORKER.name]


@pytest.mark.parametrize(
    ("line", "report"),
    [
        (WARM, Report(45.31, 46, 128, 72)),
        (COLD, Report(79.67, 80, 128, 73, init_ms=166.72)),
        (TRACED, Report(45.31, 46, 128, 72)),
        (TIMED_OUT, Report(29_000.0, 46, 128, 72)),
        (RESTORED, Report(12.59, 13, 128, 95)),
        (platform_report(), Report(45.31, 46, 128, 72)),
        (platform_report(initDurationMs=166.72), Report(45.31, 46, 128, 72, init_ms=166.72)),
        (platform_report(restoreDurationMs=474.16), Report(45.31, 46, 128, 72)),
    ],
)
def test_line_is_read(recorded: RecordedAws, line: str, report: Report) -> None:
    """Each kind of REPORT line gives its numbers; what is restored was not initialised."""
    assert read(recorded, log_page(line)).reports == (report,)


@pytest.mark.parametrize(
    "line",
    [
        f"START RequestId: {ID} Version: $LATEST\n",
        f"END RequestId: {ID}\n",
        "INIT_START Runtime Version: python:3.13.v13\tRuntime Version ARN: arn:aws:lambda::1\n",
        "INIT_REPORT Init Duration: 9999.90 ms\tPhase: init\tStatus: timeout\n",
        "RESTORE_START Runtime Version: python:3.13.v13\n",
        "RESTORE_REPORT Restore Duration: 474.16 ms\n",
        "EXTENSION\tName: x\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n",
        f"2026-03-01T12:00:00Z {ID} Task timed out after 29.00 seconds\n\n",
        json.dumps({"type": "platform.start", "record": {"requestId": ID}}),
        json.dumps({"type": "platform.initReport", "record": {"metrics": {"durationMs": 9.0}}}),
        f'the function says: "{WARM.strip()}"',
    ],
)
def test_other_lines_are_passed_over(recorded: RecordedAws, line: str) -> None:
    """Everything else that Lambda writes is no report, and no trouble."""
    found = read(recorded, log_page(line, WARM))

    assert (len(found.reports), found.lacks) == (1, "")


def test_pages_are_followed(recorded: RecordedAws) -> None:
    """A page may be empty and have a successor: the search goes on until there is no token."""
    pages = (log_page(COLD, next_token="a"), log_page(next_token="b"), log_page(WARM))

    found = read(recorded, *pages)

    assert [report.init_ms for report in found.reports] == [166.72, None]
    assert found.lacks == ""
    tokens = [asked.document.get("nextToken") for asked in recorded.server.asked]
    assert tokens == [None, "a", "b"]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (
            log_refusal("ResourceNotFoundException", "The specified log group does not exist."),
            "does not exist",
        ),
        (log_refusal("AccessDeniedException", "User is not authorized"), "logs:FilterLogEvents"),
        (log_refusal("ThrottlingException", "Rate exceeded"), "ThrottlingException"),
        (
            log_refusal("ServiceUnavailableException", "unavailable", status=503),
            "ServiceUnavailable",
        ),
        (Reply(raw=b"<html>Welcome to this hotel</html>"), "without events"),
        (HangUp(), "logs:FilterLogEvents"),
    ],
)
def test_refused_search_is_a_lack(recorded: RecordedAws, reply: Reply | HangUp, says: str) -> None:
    """Without an answer there are no reports, and it is said why."""
    found = read(recorded, reply)

    assert found.reports == ()
    assert says in found.lacks


def test_search_that_breaks_off_keeps_what_it_has(recorded: RecordedAws) -> None:
    """What the first page brought is kept, and is not taken for everything."""
    broken = log_refusal("InvalidParameterException", "The specified nextToken is invalid.")

    found = read(recorded, log_page(COLD, next_token="a"), broken)

    assert len(found.reports) == 1
    assert found.lacks
