"""One REPORT line: what the platform itself says of an invocation, after it has ended.

    REPORT RequestId: 3f8...\tDuration: 12.04 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\t...
    {"type": "platform.report", "record": {"metrics": {"durationMs": 12.04, ...}, ...}}

Its peak of memory is the authoritative one: a function cannot see its own.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

_FIELD = re.compile(r"([A-Z][A-Za-z ]*): ([0-9.]+) (ms|MB)")
# Longer than any line of the platform's; a log may hold anything.
_MAX_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class Report:
    """Numbers of one invocation."""

    duration_ms: float
    billed_ms: float
    memory_mb: int
    peak_mb: int
    init_ms: float | None = None
    """How long a cold start took; None for a warm one."""


def parse_report(line: str) -> Report | None:
    """The report; None for any other line, however it looks."""
    if len(line) > _MAX_LENGTH:
        return None
    try:
        numbers = _of_text(line) if line.startswith("REPORT ") else _of_json(line)
        return _report(numbers)
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return None


def _of_text(line: str) -> dict[str, float]:
    found = {name: float(number) for name, number, _ in _FIELD.findall(line)}
    return {
        "durationMs": found["Duration"],
        "billedDurationMs": found["Billed Duration"],
        "memorySizeMB": found["Memory Size"],
        "maxMemoryUsedMB": found["Max Memory Used"],
        **({"initDurationMs": found["Init Duration"]} if "Init Duration" in found else {}),
    }


def _of_json(line: str) -> dict[str, Any]:
    document = json.loads(line)
    if document["type"] != "platform.report":
        raise ValueError("another kind of line")
    numbers: dict[str, Any] = document["record"]["metrics"]
    return numbers


def _report(numbers: dict[str, Any]) -> Report:
    init = numbers.get("initDurationMs")
    report = Report(
        duration_ms=float(numbers["durationMs"]),
        billed_ms=float(numbers["billedDurationMs"]),
        memory_mb=_whole(numbers["memorySizeMB"]),
        peak_mb=_whole(numbers["maxMemoryUsedMB"]),
        init_ms=None if init is None else float(init),
    )
    numbers_told = (report.duration_ms, report.billed_ms, report.peak_mb, report.init_ms or 0)
    if not all(math.isfinite(number) and number >= 0 for number in numbers_told):
        raise ValueError("no number of an invocation")
    if report.memory_mb <= 0:
        raise ValueError("no function has no memory")
    return report


def _whole(number: object) -> int:
    return int(float(str(number)))
