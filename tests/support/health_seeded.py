"""A whole Hoist on the local AWS to break things in, and looks at it by its own health function."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3

from deployed_hoist import DeployedHoist, hoist_to_deploy
from deployments import Workshop
from health.clients import WatchfulAws
from health.examination import Depth
from health.findings.documents import finding_of
from health.findings.finding import Finding
from health.settings import HealthSettings
from health.wiring import examination_with, places_of
from health_aws_commands import run_command
from health_sites import HealthSite, TestClients
from hoist.aws import AwsSettings
from hoist.clock import FixedClock, SystemClock
from local.metric_shim.shim import MetricShim
from local.metric_shim.wiring import metric_shim
from orchestrator.engine.results import Outcome

BUDGET_SECONDS = 60.0
# What a check is asked to see lies well inside of all its windows.
RECENTLY = 20.0
# Hears every ring and does nothing: what a run needs is done by the test.
_QUIET_WORKER = """
def handle(event, context):
    return {"batchItemFailures": []}
"""
DEPLOY_AGAIN = "pulumi up --refresh --cwd infra"


@dataclass(frozen=True)
class Look:
    """What one look told."""

    findings: Sequence[Finding]
    resolved: frozenset[str]
    """Fingerprints of what was open at an earlier look."""

    @property
    def ids(self) -> list[str]:
        return sorted(finding.id for finding in self.findings)


class _ClientsOf(TestClients):
    """Clients of the region that the stack is in."""

    def __init__(self, settings: AwsSettings) -> None:
        super().__init__(settings.endpoint_url)
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name=settings.region
        )


@dataclass(frozen=True)
class SeededHoist:
    """The installation. Its schedule rests, so that every look is the test's own."""

    deployed: DeployedHoist
    settings: HealthSettings
    site: HealthSite
    shim: MetricShim
    clock: SystemClock = field(default_factory=SystemClock)

    def client(self, service: str) -> Any:
        return self.site.client(service)

    def look(self) -> Look:
        """By the deployed function, in a fresh process: one that looked before keeps what it read
        of the metrics for a minute.
        """
        self.client("lambda").update_function_configuration(
            FunctionName=self.deployed.outputs["healthFunction"],
            MemorySize=self.settings.memory_mb,
        )
        document = json.loads(self.deployed.ask_health("/health")["body"])
        return Look(
            [finding_of(each) for each in document["findings"]],
            frozenset(each["finding"]["fingerprint"] for each in document["resolved"]),
        )

    def look_later(self, hours: float) -> Look:
        """By the same wiring and on the same book, with a clock that is so much ahead."""
        clock = FixedClock(self.clock.now() + timedelta(hours=hours))
        examination = examination_with(self.settings, WatchfulAws(self.settings.aws), clock)
        report = examination.examine(Depth.FULL, budget_seconds=BUDGET_SECONDS)
        resolved = frozenset(each.finding.fingerprint for each in report.lately_resolved)
        return Look(report.findings, resolved)

    def run(self, command: str) -> None:
        """What a person would paste: an `aws` command, or the one that deploys Hoist again."""
        if command != DEPLOY_AGAIN:
            run_command(command, self.client)
            return
        for operation in (self.deployed.stack.refresh, self.deployed.stack.up):
            result = operation()
            assert result.outcome is Outcome.SUCCEEDED, result

    def settled(self) -> MetricShim:
        """The shim of a moment later, to which everything until now is settled."""
        return replace(self.shim, clock=FixedClock(self.clock.now() + timedelta(seconds=30)))

    def put(
        self,
        namespace: str,
        dimension: tuple[str, str],
        metrics: Mapping[str, float | Sequence[float]],
        *,
        minutes_ago: float = RECENTLY,
    ) -> None:
        """Values of metrics, as AWS puts them into its own; negative minutes lie ahead."""
        name, value = dimension
        self.client("cloudwatch").put_metric_data(
            Namespace=namespace,
            MetricData=[
                {
                    "MetricName": metric,
                    "Dimensions": [{"Name": name, "Value": value}],
                    "Timestamp": self.clock.now() - timedelta(minutes=minutes_ago),
                    "Values": list(values) if isinstance(values, Sequence) else [values],
                }
                for metric, values in metrics.items()
            ],
        )

    def put_api(
        self,
        *,
        requests: float,
        failed: float = 0,
        refused: float = 0,
        milliseconds: Sequence[float] = (120.0,),
        minutes_ago: float = RECENTLY,
    ) -> None:
        """Requests as API Gateway counts them."""
        counts = {"Count": requests, "5XXError": failed, "4XXError": refused}
        self.put(
            "AWS/ApiGateway",
            ("ApiName", self.settings.api_name),
            {**counts, "Latency": milliseconds},
            minutes_ago=minutes_ago,
        )


def seeded_hoist(workshop: Workshop, directory: Path) -> SeededHoist:
    """Deploy Hoist, and lay its schedule to rest."""
    deployed = hoist_to_deploy(workshop, directory)
    deployed.set_package("workerPackage", "worker", _QUIET_WORKER)
    result = deployed.stack.up()
    assert result.outcome is Outcome.SUCCEEDED, result
    local = workshop.installation
    settings = _settings_of(deployed, local.aws_settings)
    deployed.clients.events().disable_rule(Name=f"{settings.installation}-check-health")
    clients, clock = _ClientsOf(settings.aws), SystemClock()
    shim = metric_shim(local.settings, local.aws_settings.endpoint_url or "", clock=clock)
    return SeededHoist(deployed, settings, HealthSite(clients, places_of(settings)), shim)


def _settings_of(deployed: DeployedHoist, aws: AwsSettings) -> HealthSettings:
    """As the function itself reads them."""
    configuration = deployed.clients.lambda_functions().get_function_configuration(
        FunctionName=deployed.outputs["healthFunction"]
    )
    environment = {
        **configuration["Environment"]["Variables"],
        "AWS_REGION": aws.region or "",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
    }
    return replace(HealthSettings.from_environment(environment), aws=aws)
