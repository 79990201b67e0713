"""Lambda's list prices, in US dollars; regions differ by a few percent."""

from datetime import timedelta

from health.metrics.inventory import Architecture

USD_PER_GB_SECOND = {
    Architecture.ARM64: 0.0000133334,
    Architecture.X86_64: 0.0000166667,
}
USD_PER_REQUEST = 0.0000002
MONTH = timedelta(days=30)
_MB_PER_GB = 1024


def memory_usd_month(
    memory_mb: float, billed_seconds: float, *, over: timedelta, architecture: Architecture
) -> float:
    """What the memory costs a month, if the month goes on like the stretch that was looked at."""
    gb_seconds = memory_mb / _MB_PER_GB * billed_seconds * (MONTH / over)
    return gb_seconds * USD_PER_GB_SECOND[architecture]
