"""When AWS stops mending the runtimes of Lambda, as its list of runtimes said it in February 2026.

Runtimes whose date AWS has moved since it was first told are left out: of those nothing is known.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

SOURCE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"

RUNTIME_ENDS: Mapping[str, datetime] = {
    "provided.al2023": datetime(2029, 6, 30, tzinfo=UTC),
    "python3.9": datetime(2025, 12, 15, tzinfo=UTC),
    "python3.12": datetime(2028, 10, 31, tzinfo=UTC),
    "python3.13": datetime(2029, 6, 30, tzinfo=UTC),
    "python3.14": datetime(2029, 6, 30, tzinfo=UTC),
}
