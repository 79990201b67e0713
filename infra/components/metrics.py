"""What is measured of an installation: by AWS, and by its functions, in lines of their logs.

The names of the latter are those of hoist.runtime.observation and health.report.log_lines, which
this program does not carry; a test holds them together.
"""

from dataclasses import dataclass

from components.doorbell import DEAD_DOORBELLS, DOORBELL
from components.functions import Function
from components.rest_api import API
from components.site import Site

OWN_NAMESPACE = "Hoist"
HEALTH_FAILURES, HEALTH_WARNINGS, HEALTH_UNKNOWNS = (
    "HealthFailures",
    "HealthWarnings",
    "HealthUnknowns",
)
MEMORY_USED, TMP_USED = "MemoryUsed", "TmpUsed"
# The functions whose handlers write down what they use.
OBSERVED = tuple(Function)


@dataclass(frozen=True, slots=True)
class Metric:
    """One series of numbers. Everything here has one dimension."""

    namespace: str
    name: str
    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one installation."""

    site: Site

    def of_health(self, name: str) -> Metric:
        return Metric(OWN_NAMESPACE, name, "Installation", self.site.installation)

    def of_use(self, function: Function, name: str) -> Metric:
        """In percent of what the function has."""
        return Metric(OWN_NAMESPACE, name, "FunctionName", self.site.name(function))

    def of_function(self, function: Function, name: str) -> Metric:
        return Metric("AWS/Lambda", name, "FunctionName", self.site.name(function))

    def of_doorbell(self, name: str) -> Metric:
        return Metric("AWS/SQS", name, "QueueName", self.site.name(DOORBELL))

    def of_dead_doorbells(self, name: str) -> Metric:
        return Metric("AWS/SQS", name, "QueueName", self.site.name(DEAD_DOORBELLS))

    def of_api(self, name: str) -> Metric:
        return Metric("AWS/ApiGateway", name, "ApiName", self.site.name(API))
