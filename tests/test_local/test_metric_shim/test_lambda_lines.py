"""Invocations from the lines of a log."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from local.metric_shim.lambda_lines import Invocation, LogEvent, invocations, occurrence_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
TIMEOUT = timedelta(seconds=3)
START = "START RequestId: 1 Version: $LATEST"


def report(duration: str = "12") -> str:
    return (
        f"REPORT RequestId: 1\tDuration: {duration} ms\tBilled Duration: 13 ms\t"
        "Memory Size: 512 MB\tMax Memory Used: 90 MB"
    )


def read(*lines: str) -> list[Invocation]:
    return list(invocations([LogEvent(AT, line) for line in lines], timeout=TIMEOUT))


def test_report_is_an_invocation() -> None:
    """An invocation is told when its report comes, with the report's duration."""
    assert read(START, "hello", "END RequestId: 1", report("12.5")) == [Invocation(AT, 12.5, False)]


def test_error_of_the_runtime_is_a_failure() -> None:
    """The runtime's word for an exception makes the invocation a failed one, and only that one."""
    first, second = read(START, "[ERROR] shop.NoStockError: none left", report(), START, report())

    assert (first.has_failed, second.has_failed) == (True, False)


def test_logged_error_is_no_failure() -> None:
    """An error that the function logs and survives is none of its invocation."""
    (invocation,) = read(START, "[ERROR]\t2026-03-01T12:00:00Z\t1\tno stock", report())

    assert not invocation.has_failed


def test_duration_of_the_timeout_is_a_failure() -> None:
    """What ran until its timeout was ended there."""
    (before,), (after,) = read(START, report("2999")), read(START, report("3000"))

    assert (before.has_failed, after.has_failed) == (False, True)


def test_line_that_quotes_a_report_is_none() -> None:
    """Only a line that begins as Lambda's does is one of Lambda's."""
    assert read(START, f"he said: {report()}", "REPORT of today", "END RequestId: 1") == []


def test_counts_are_told_when_zero_too() -> None:
    """An invocation tells of errors and throttles, be they none."""
    occurrence = occurrence_of("shop", Invocation(AT, 12.0, False))

    told = {datum.metric.name: datum.values for datum in occurrence.data}
    assert told == {"Duration": (12.0,), "Invocations": (1,), "Errors": (0,), "Throttles": (0,)}


def test_failed_call_is_not_shown_by_one_that_did_not_fail() -> None:
    """A failed invocation and another one have other signs of having been counted."""
    failed, other = (occurrence_of("shop", Invocation(AT, 12.0, fails)) for fails in (True, False))

    assert failed.signs[0] != other.signs[0]
    assert failed.signs[0].metric == other.signs[0].metric


@given(st.lists(st.text() | st.sampled_from([START, report(), "[ERROR] A: b", "REPORT RequestId"])))
def test_any_lines_are_some_log(lines: list[str]) -> None:
    """Whatever a function writes, there are as many invocations as lines that report one."""
    assert len(read(*lines)) == lines.count(report())
