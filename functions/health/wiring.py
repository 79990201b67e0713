"""The one place that names real adapters. Made on the first event that needs it, then kept warm."""

import platform
from functools import cache

from health.checking.breaker import PowertoolsBreaker
from health.checking.runner import CheckRunner
from health.clients import WatchfulAws
from health.dependencies.registry import all_checks
from health.dependencies.site import Places, Site
from health.examination import METRICS_EVERY, Examination
from health.findings.finding import Subject, SubjectKind
from health.findings.stores.dynamodb import DynamoDBBook
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.inventory import Architecture
from health.metrics.log_groups import LogGroups
from health.metrics.price import CallCount
from health.metrics.tagged_parts import StockClients, TaggedParts
from health.metrics_look import MetricsLook
from health.report.log_lines import METRIC_NAMES
from health.report.price import (
    MonthlyPrice,
    own_metrics_price,
    reading_price,
    running_price,
)
from health.rules.rest_api import InstalledApi
from health.settings import HealthSettings
from hoist.clock import Clock, SystemClock


@cache
def examination() -> Examination:
    """The examination of this process's installation; raises HealthSettingMissingError."""
    settings = HealthSettings.of_this_process()
    return examination_with(settings, WatchfulAws(settings.aws), SystemClock())


def examination_with(settings: HealthSettings, aws: WatchfulAws, clock: Clock) -> Examination:
    """An examination of one installation on AWS. All clients are made here, in one thread."""
    installation = Subject(SubjectKind.INSTALLATION, settings.installation)
    reader = CloudWatchReader(aws.cloudwatch(), clock=clock)
    return Examination(
        installation,
        checks=all_checks(Site(places_of(settings), aws, clock)),
        metrics=_metrics(settings, aws, reader, clock),
        runner=CheckRunner(clock=clock, breaker=PowertoolsBreaker()),
        store=DynamoDBBook(aws.looked_at("dynamodb"), table=settings.runs_table),
        price=lambda seconds: price_of(reader.last_read, seconds, settings.memory_mb),
        clock=clock,
    )


def places_of(settings: HealthSettings) -> Places:
    return Places(
        state_bucket=settings.state_bucket,
        state_table=settings.state_table,
        state_key_alias=settings.state_key_alias,
        runs_table=settings.runs_table,
        artifacts_bucket=settings.artifacts_bucket,
        doorbell_url=settings.doorbell_url,
    )


def price_of(read: CallCount, seconds: float, memory_mb: int) -> MonthlyPrice:
    """What health costs when one look is charged so much and takes so long."""
    is_arm = platform.machine() in {"aarch64", "arm64"}
    return MonthlyPrice(
        (
            reading_price(read, every=METRICS_EVERY),
            running_price(
                seconds,
                memory_mb=memory_mb,
                architecture=Architecture.ARM64 if is_arm else Architecture.X86_64,
            ),
            own_metrics_price(len(METRIC_NAMES)),
        )
    )


def _metrics(
    settings: HealthSettings, aws: WatchfulAws, reader: CloudWatchReader, clock: Clock
) -> MetricsLook:
    clients = StockClients(
        tagging=aws.looked_at("resourcegroupstaggingapi"),
        functions=aws.looked_at("lambda"),
        queues=aws.looked_at("sqs"),
    )
    return MetricsLook(
        subject=Subject(SubjectKind.INSTALLATION, settings.installation),
        api=InstalledApi(settings.api_name, settings.api_function),
        stocktaker=TaggedParts(clients, installation=settings.installation),
        metrics=reader,
        invocations=LogGroups(aws.looked_at("logs")),
        clock=clock,
    )
