"""Lambda's own word about a function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_samplers import MEBIBYTE, lambda_environment
from hoist.runtime.measurements import Quantity
from hoist.runtime.platform import Initialization, Platform


def limits_of(environ: dict[str, str]) -> dict[Quantity, float]:
    return {at.quantity: at.value for at in Platform.from_environment(environ).limits()}


def test_limits_come_from_the_environment() -> None:
    """A function of 1769 MiB is entitled to as many mebibytes, to one vCPU and 1024 threads."""
    limits = limits_of(lambda_environment(AWS_LAMBDA_FUNCTION_MEMORY_SIZE="1769"))

    assert limits == {
        Quantity.MEMORY_LIMIT: 1769 * MEBIBYTE,
        Quantity.CPU_ENTITLEMENT: 1.0,
        Quantity.THREAD_LIMIT: 1024,
    }


def test_outside_of_lambda_there_are_no_limits() -> None:
    """A process that is no function has no limit that could be told."""
    platform = Platform.from_environment({})

    assert platform.limits() == ()
    assert not platform.is_lambda


@pytest.mark.parametrize("text", ["0", "-1", "512MB", "1e3", "٥١٢", " 512", "9" * 5000])
def test_senseless_size_is_told(text: str) -> None:
    """A memory size that is none is no limit, and the sample will say so."""
    platform = Platform.from_environment(lambda_environment(AWS_LAMBDA_FUNCTION_MEMORY_SIZE=text))

    assert platform.memory_mib is None
    assert "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" in str(platform.dropped[0])


@pytest.mark.parametrize(
    "kind", [Initialization.PROVISIONED_CONCURRENCY, Initialization.SNAP_START]
)
def test_initialization_is_read(kind: Initialization) -> None:
    """How the environment was made is what Lambda says."""
    environ = lambda_environment(AWS_LAMBDA_INITIALIZATION_TYPE=kind)

    assert Platform.from_environment(environ).initialization is kind


@given(st.dictionaries(st.sampled_from(sorted(lambda_environment())), st.text(max_size=12)))
def test_any_environment_can_be_read(environ: dict[str, str]) -> None:
    """Whatever stands in the variables, reading them raises nothing and gives no limit of zero."""
    assert all(value > 0 for value in limits_of(environ).values())
