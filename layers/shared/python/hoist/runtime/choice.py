"""Which of several numbers for one quantity is taken, and which are not numbers of this function.

A container's `/proc/meminfo` is the host's, a cgroup may hold a whole login session: a source is
believed only if the total that it gives is the function's own limit.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hoist.runtime.measurements import Dropped, Measurement, Quantity, Source
from hoist.runtime.platform import MEBIBYTE

# A micro VM is a little larger than what it gives to the function.
LIMIT_TOLERANCE = 0.25


@dataclass(frozen=True, slots=True)
class Known:
    """What sources are held against; None where there is nothing."""

    memory_limit_bytes: float | None
    machine_memory_bytes: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """At most one measurement per quantity, and what was not believed."""

    taken: dict[Quantity, Measurement]
    dropped: tuple[Dropped, ...]


def choose(measurements: Iterable[Measurement], known: Known) -> Choice:
    """Per quantity the most trusted plausible one; of equals the larger.

    The larger, since of two good ways to count memory the platform kills for either.
    """
    taken: dict[Quantity, Measurement] = {}
    dropped: list[Dropped] = []
    for measured in measurements:
        reason = objection(measured, known)
        if reason:
            dropped.append(Dropped(measured.source, reason, measured.quantity))
            continue
        present = taken.get(measured.quantity)
        if present is None or _rank(measured) > _rank(present):
            taken[measured.quantity] = measured
    return Choice(taken, tuple(dropped))


def objection(measured: Measurement, known: Known) -> str:
    """Why the number cannot be one of this function; empty if it can."""
    total = measured.out_of
    if total is not None and _is_without_limit(total, known.machine_memory_bytes):
        return "it has no limit of its own below the machine's memory"
    if not math.isfinite(measured.value) or measured.value < 0:
        return "it is no amount of anything"
    if total is None:
        return ""
    if measured.value > total:
        return "it is above its own total"
    limit = known.memory_limit_bytes
    if limit is not None and abs(total - limit) > LIMIT_TOLERANCE * limit:
        return f"its total is {_mebibytes(total)}, but the function has {_mebibytes(limit)}"
    return ""


def _is_without_limit(total: float, machine_memory_bytes: float | None) -> bool:
    return not math.isfinite(total) or total > (machine_memory_bytes or math.inf)


def _rank(measured: Measurement) -> tuple[int, float, Source]:
    # The source last: whatever the order in which they were read, the same one is taken.
    return measured.confidence, measured.value, measured.source


def _mebibytes(count: float) -> str:
    return f"{count / MEBIBYTE:.0f} MiB"
