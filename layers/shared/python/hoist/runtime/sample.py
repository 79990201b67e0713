"""Everything known about the environment at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hoist.runtime.measurements import Dropped, Measurement, Quantity
from hoist.runtime.platform import Initialization


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSample:
    """What is not known is absent: an absent number is never a good one."""

    taken_at: datetime
    is_cold_start: bool
    """Whether whoever called had to wait for this environment to be made."""
    initialization: Initialization
    measurements: Mapping[Quantity, Measurement]
    dropped: tuple[Dropped, ...] = ()

    def value(self, quantity: Quantity) -> float | None:
        """The number, if there is one."""
        found = self.measurements.get(quantity)
        return found.value if found else None

    def share(self, used: Quantity, of: Quantity) -> float | None:
        """How much of `of` is used, 1 being all of it; None unless both are known."""
        amount, total = self.value(used), self.value(of)
        return amount / total if amount is not None and total else None

    @property
    def memory_share(self) -> float | None:
        return self.share(Quantity.MEMORY_USED, Quantity.MEMORY_LIMIT)

    @property
    def cpu_share(self) -> float | None:
        return self.share(Quantity.CPU_USED, Quantity.CPU_ENTITLEMENT)

    @property
    def tmp_share(self) -> float | None:
        return self.share(Quantity.TMP_USED, Quantity.TMP_SIZE)

    @property
    def descriptor_share(self) -> float | None:
        return self.share(Quantity.DESCRIPTORS, Quantity.DESCRIPTOR_LIMIT)

    @property
    def thread_share(self) -> float | None:
        return self.share(Quantity.THREADS, Quantity.THREAD_LIMIT)
