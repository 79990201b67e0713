"""The shim of one local AWS: here alone its adapters are named."""

from functools import partial

from hoist.clock import Clock
from local.metric_shim.function_logs import FunctionLogs
from local.metric_shim.metric_store import MetricStore
from local.metric_shim.queue_lengths import read_queues
from local.metric_shim.shim import MetricShim
from local.provider.aws.clients import Clients
from local.provider.aws.settings import read_settings
from local.settings import LocalSettings


def metric_shim(settings: LocalSettings, endpoint_url: str, *, clock: Clock) -> MetricShim:
    """The shim of the local AWS that answers there."""
    clients = Clients(read_settings({}, settings.aws_environment(endpoint_url)))
    return MetricShim(
        logs=FunctionLogs(clients.logs(), clients.lambda_functions()),
        metrics=MetricStore(clients.cloudwatch()),
        queues=partial(read_queues, endpoint_url, account=settings.account, region=settings.region),
        clock=clock,
    )
