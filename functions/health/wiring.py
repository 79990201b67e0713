"""The one place that names real adapters. Made on the first event that needs it, then kept warm."""

import platform
from functools import cache

from health.call_tally import CallTally
from health.checking.circuits import PowertoolsBreaker
from health.checking.runner import CheckRunner
from health.clients import WatchfulAws
from health.dependencies.registry import minutely_checks, seldom_checks
from health.dependencies.site import Clients, Limits, Places, Site
from health.examination import SELDOM, Examination
from health.findings.finding import Subject, SubjectKind
from health.findings.stores.dynamodb import DynamoDBBook
from health.metrics.cloudwatch import CloudWatchReader
from health.metrics.inventory import Architecture
from health.metrics.log_groups import LogGroups
from health.metrics.tagged_parts import StockClients, TaggedParts
from health.metrics_look import MetricsLook
from health.report.call_prices import calls_price
from health.report.log_lines import METRIC_NAMES
from health.report.price import (
    LOOK_EVERY,
    MonthlyPrice,
    PriceLine,
    own_metrics_price,
    reading_price,
    running_price,
)
from health.rules.rest_api import InstalledApi
from health.settings import HealthSettings
from hoist.access.dynamodb import DynamoDBAccess
from hoist.access.token_book import TokenBook
from hoist.clock import Clock, SystemClock
from hoist.runtime import observation

# Whose handlers write down what they use: api, worker, health and rotation.
OBSERVED_FUNCTIONS = 4
OWN_METRICS = len(METRIC_NAMES) + OBSERVED_FUNCTIONS * len(observation.METRIC_NAMES)


@cache
def examination() -> Examination:
    """The examination of this process's installation; raises HealthSettingMissingError."""
    settings = HealthSettings.of_this_process()
    return examination_with(settings, WatchfulAws(settings.aws), SystemClock())


@cache
def tokens() -> TokenBook:
    """The tokens of this process's installation; raises HealthSettingMissingError."""
    settings = HealthSettings.of_this_process()
    dynamodb = WatchfulAws(settings.aws).looked_at("dynamodb")
    return TokenBook(DynamoDBAccess(dynamodb, table=settings.access_table), clock=SystemClock())


def examination_with(settings: HealthSettings, aws: WatchfulAws, clock: Clock) -> Examination:
    """An examination of one installation on AWS. All clients are made here, in one thread."""
    minutely, seldom = CallTally(), CallTally()
    clients, seldom_clients = aws.counted_by(minutely), aws.counted_by(seldom)
    reader = CloudWatchReader(aws.cloudwatch(), clock=clock)
    metrics = _metrics(settings, seldom_clients, reader, clock)
    return Examination(
        Subject(SubjectKind.INSTALLATION, settings.installation),
        checks=minutely_checks(site_of(settings, clients, clock)),
        seldom=[metrics, *seldom_checks(site_of(settings, seldom_clients, clock))],
        runner=CheckRunner(clock=clock, breaker=PowertoolsBreaker()),
        store=DynamoDBBook(clients.looked_at("dynamodb"), table=settings.runs_table),
        price=lambda seconds: MonthlyPrice(
            (
                reading_price(reader.last_read, every=SELDOM),
                calls_price(minutely.of_last_look(), every=LOOK_EVERY),
                calls_price(seldom.of_last_look(), every=SELDOM),
                _running_price(seconds, settings.memory_mb),
                own_metrics_price(OWN_METRICS),
            )
        ),
        clock=clock,
    )


def site_of(settings: HealthSettings, clients: Clients, clock: Clock) -> Site:
    """What the checks of an installation are made of."""
    return Site(places_of(settings), clients, clock, Limits(drift_after=settings.drift_after))


def places_of(settings: HealthSettings) -> Places:
    return Places(
        installation=settings.installation,
        state_bucket=settings.state_bucket,
        state_table=settings.state_table,
        state_key_alias=settings.state_key_alias,
        runs_table=settings.runs_table,
        artifacts_bucket=settings.artifacts_bucket,
        doorbell_url=settings.doorbell_url,
        audit_table=settings.audit_table,
        audit_bucket=settings.audit_bucket,
    )


def _running_price(seconds: float, memory_mb: int) -> PriceLine:
    is_arm = platform.machine() in {"aarch64", "arm64"}
    architecture = Architecture.ARM64 if is_arm else Architecture.X86_64
    return running_price(seconds, memory_mb=memory_mb, architecture=architecture)


def _metrics(
    settings: HealthSettings, from_aws: Clients, reader: CloudWatchReader, clock: Clock
) -> MetricsLook:
    clients = StockClients(
        tagging=from_aws.looked_at("resourcegroupstaggingapi"),
        functions=from_aws.looked_at("lambda"),
        queues=from_aws.looked_at("sqs"),
    )
    return MetricsLook(
        subject=Subject(SubjectKind.INSTALLATION, settings.installation),
        api=InstalledApi(settings.api_name, settings.api_function),
        stocktaker=TaggedParts(clients, installation=settings.installation),
        metrics=reader,
        invocations=LogGroups(from_aws.looked_at("logs")),
        clock=clock,
        witness=settings.own_function,
    )
