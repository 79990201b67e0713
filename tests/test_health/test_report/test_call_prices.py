"""What calls cost, against figures worked out by hand."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.call_tally import Call, Volume
from health.report.call_prices import calls_price

MINUTE = timedelta(minutes=1)
_volumes = st.builds(Volume, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
_services = ["dynamodb", "kms", "lambda", "s3", "secrets-manager", "sqs", "unheard-of"]
_operations = ["DescribeTable", "GetItem", "ListObjectsV2", "PutItem", "Query"]
_kinds = st.builds(Call, st.sampled_from(_services), st.sampled_from(_operations))


@pytest.mark.parametrize(
    ("service", "operation", "usd_month"),
    [
        ("secrets-manager", "ListSecrets", 0.216),
        ("kms", "DescribeKey", 0.1296),
        ("s3", "ListObjectsV2", 0.216),
        ("s3", "GetBucketVersioning", 0.01728),
        ("sqs", "GetQueueAttributes", 0.0216),
        ("dynamodb", "Query", 0.0108),
        ("dynamodb", "PutItem", 0.081),
        ("dynamodb", "DescribeTable", 0),
        ("lambda", "GetFunction", 0),
        ("cloudwatch", "GetMetricData", 0),
    ],
)
def test_call_of_each_minute_for_a_month(service: str, operation: str, usd_month: float) -> None:
    """A month has 43,200 minutes; a read here is of 8 KB, and a write of 3 KB."""
    line = calls_price({Call(service, operation): Volume(1, 3, 2)}, every=MINUTE)

    assert line.usd_month == pytest.approx(usd_month, rel=1e-6)


def test_line_tells_how_many_and_how_often() -> None:
    """Whoever reads the price sees what was counted."""
    calls = {Call("s3", "GetObject"): Volume(4), Call("kms", "DescribeKey"): Volume(1)}

    assert calls_price(calls, every=MINUTE).what == "5 calls of checks each minute"
    seldom = calls_price(calls, every=5 * MINUTE)
    assert seldom.what == "5 calls of checks every 5 minutes"
    assert seldom.usd_month == pytest.approx(calls_price(calls, every=MINUTE).usd_month / 5)


@given(st.dictionaries(_kinds, _volumes), _kinds, _volumes)
def test_more_calls_never_cost_less(
    calls: dict[Call, Volume], further: Call, volume: Volume
) -> None:
    """Whatever is called beside, the price does not fall."""
    more = {**calls, further: calls.get(further, Volume()) + volume}

    cheaper, dearer = calls_price(calls, every=MINUTE), calls_price(more, every=MINUTE)
    assert cheaper.usd_month <= dearer.usd_month * (1 + 1e-12)
