"""What Lambda tells a function about itself, in its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from hoist.runtime.measurements import (
    Confidence,
    Dropped,
    Measurement,
    Quantity,
    Source,
)

MEBIBYTE = 1024 * 1024
# Lambda gives one whole vCPU at this much memory, and in proportion below and above.
MIB_PER_VCPU = 1769
# "Execution processes/threads" in Lambda's quotas.
LAMBDA_THREAD_LIMIT = 1024
# Longer digits are no memory size of anything, and Python refuses to read some of them.
_MAX_DIGITS = 9


class Initialization(StrEnum):
    """How Lambda made this environment."""

    ON_DEMAND = "on-demand"
    PROVISIONED_CONCURRENCY = "provisioned-concurrency"
    SNAP_START = "snap-start"
    UNKNOWN = "unknown"
    """Outside of Lambda, or a kind that came later than this code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The function that this process is, or nothing at all outside of Lambda."""

    function: str = ""
    memory_mib: int | None = None
    initialization: Initialization = Initialization.UNKNOWN
    dropped: tuple[Dropped, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Never raises: what makes no sense is in `dropped`."""
        function = environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        memory_text = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        memory_mib = _whole_number(memory_text)
        is_senseless = bool(memory_text) and memory_mib is None
        return cls(
            function=function,
            memory_mib=memory_mib,
            initialization=_initialization(environ.get("AWS_LAMBDA_INITIALIZATION_TYPE", "")),
            dropped=(_SENSELESS_SIZE,) if is_senseless else (),
        )

    @property
    def is_lambda(self) -> bool:
        return bool(self.function)

    def limits(self) -> tuple[Measurement, ...]:
        """What the function is entitled to."""
        return tuple(
            Measurement(quantity, value, Source.PLATFORM, Confidence.EXACT)
            for quantity, value in self._known_limits()
        )

    def _known_limits(self) -> list[tuple[Quantity, float]]:
        known: list[tuple[Quantity, float]] = []
        if self.memory_mib is not None:
            known.append((Quantity.MEMORY_LIMIT, self.memory_mib * MEBIBYTE))
            known.append((Quantity.CPU_ENTITLEMENT, self.memory_mib / MIB_PER_VCPU))
        if self.is_lambda:
            known.append((Quantity.THREAD_LIMIT, LAMBDA_THREAD_LIMIT))
        return known


_SENSELESS_SIZE = Dropped(
    Source.PLATFORM,
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE is no number of mebibytes",
    Quantity.MEMORY_LIMIT,
)


def _whole_number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    return int(text) or None


def _initialization(text: str) -> Initialization:
    try:
        return Initialization(text)
    except ValueError:
        return Initialization.UNKNOWN
