"""What a rule is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from health.findings.assessment import Assessment
from health.metrics.inventory import InstalledFunction
from health.metrics.invocations import Invocations
from health.metrics.query import MetricQuery
from health.metrics.series import Readings

Part_contra = TypeVar("Part_contra", contravariant=True)


class Rule(Protocol[Part_contra]):
    """Judges one kind of part. The same part, instant and readings give the same assessment."""

    @property
    def name(self) -> str:
        """Its own among all rules, such as `lambda.throttles`."""
        ...

    def queries(self, part: Part_contra, now: datetime) -> Sequence[MetricQuery]:
        """What `assess` will look for in the readings."""
        ...

    def assess(self, part: Part_contra, now: datetime, readings: Readings) -> Assessment | None:
        """None when the rule does not concern this part, which complete readings must show."""
        ...


class ReportRule(Protocol):
    """Judges a function by its REPORT lines."""

    @property
    def name(self) -> str:
        """Its own among all rules."""
        ...

    def assess(self, part: InstalledFunction, invocations: Invocations) -> Assessment:
        """The same function and lines give the same assessment."""
        ...
