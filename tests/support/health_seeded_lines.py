"""Calls of a function as Lambda writes them into its log."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# As many events as one call of PutLogEvents takes.
MAX_EVENTS = 10_000
_MEGABYTE_SIZES = "Memory Size: {memory} MB\tMax Memory Used: {peak} MB\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLines:
    """What all calls of a scene have in common."""

    milliseconds: float = 90
    peak_mb: int = 300
    memory_mb: int = 512
    init_ms: float | None = None
    failed: int = 0
    """So many of the first calls end with an error."""
    says: str = "it goes well"

    def write(self, logs: Any, function: str, count: int, *, at: datetime) -> None:
        """Put the lines of so many calls into a stream of their own."""
        group, stream = f"/aws/lambda/{function}", uuid.uuid4().hex
        _make_group(logs, group)
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        timestamp = int(at.timestamp() * 1000)
        lines = [line for number in range(count) for line in self._lines(number)]
        for start in range(0, len(lines), MAX_EVENTS):
            logs.put_log_events(
                logGroupName=group,
                logStreamName=stream,
                logEvents=[
                    {"timestamp": timestamp, "message": line}
                    for line in lines[start : start + MAX_EVENTS]
                ],
            )

    def _lines(self, number: int) -> list[str]:
        request = str(uuid.uuid4())
        said = "[ERROR] RuntimeError: as it was told to" if number < self.failed else self.says
        init = f"Init Duration: {self.init_ms:.2f} ms\t" if self.init_ms is not None else ""
        sizes = _MEGABYTE_SIZES.format(memory=self.memory_mb, peak=self.peak_mb)
        return [
            f"START RequestId: {request} Version: $LATEST",
            said,
            f"END RequestId: {request}",
            f"REPORT RequestId: {request}\tDuration: {self.milliseconds:.2f} ms\t"
            f"Billed Duration: {self.milliseconds:.0f} ms\t{sizes}{init}",
        ]


def _make_group(logs: Any, group: str) -> None:
    found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    if group not in {each["logGroupName"] for each in found}:
        logs.create_log_group(logGroupName=group)
