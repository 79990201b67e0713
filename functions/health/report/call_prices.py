"""What AWS charges for requests, in US dollars at list price; regions differ by a few percent.

Asking Lambda, ECR, ACM, CloudWatch Logs or the tagging service how things are costs nothing, and
neither do DynamoDB's descriptions. CloudWatch's metrics are counted by their reader.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from health.call_tally import Call, Calls, Volume
from health.report.price import PriceLine
from health.rules.prices import MONTH

Price = Callable[[Call, Volume], float]

USD_PER_KMS_REQUEST = 0.03 / 10_000
USD_PER_S3_LIST = 0.005 / 1000
USD_PER_S3_REQUEST = 0.0004 / 1000
USD_PER_SECRETS_REQUEST = 0.05 / 10_000
# The queues of doorbells are of the dearer kind, FIFO.
USD_PER_SQS_REQUEST = 0.50 / 1_000_000
USD_PER_DYNAMODB_READ = 0.125 / 1_000_000
USD_PER_DYNAMODB_WRITE = 0.625 / 1_000_000


def calls_price(calls: Calls, *, every: timedelta) -> PriceLine:
    """Of the calls of one look, made `every` so often."""
    minutes = every.total_seconds() / 60
    when = "each minute" if minutes == 1 else f"every {minutes:g} minutes"
    requests = sum(volume.requests for volume in calls.values())
    usd = sum(_usd(call, volume) for call, volume in calls.items())
    return PriceLine(f"{requests} calls of checks {when}", usd * (MONTH / every))


def _usd(call: Call, volume: Volume) -> float:
    price = _PRICES.get(call.service)
    return price(call, volume) if price else 0.0


def _each(usd: float) -> Price:
    return lambda call, volume: usd * volume.requests


def _s3(call: Call, volume: Volume) -> float:
    is_list = call.operation.startswith("List")
    return volume.requests * (USD_PER_S3_LIST if is_list else USD_PER_S3_REQUEST)


def _dynamodb(call: Call, volume: Volume) -> float:
    """By size, as on demand. Reads count as consistent ones, which half of them need not be."""
    if call.operation.startswith("Describe"):
        return 0.0
    if call.operation in ("GetItem", "Query"):
        return volume.read * USD_PER_DYNAMODB_READ
    return volume.written * USD_PER_DYNAMODB_WRITE


_PRICES: Mapping[str, Price] = {
    "dynamodb": _dynamodb,
    "kms": _each(USD_PER_KMS_REQUEST),
    "s3": _s3,
    "secrets-manager": _each(USD_PER_SECRETS_REQUEST),
    "sqs": _each(USD_PER_SQS_REQUEST),
}
