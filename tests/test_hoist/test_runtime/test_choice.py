"""Which numbers are believed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_samplers import MEBIBYTE, measured
from hoist.runtime.choice import Known, choose, objection
from hoist.runtime.measurements import Confidence, Measurement, Quantity, Source

FUNCTION = Known(memory_limit_bytes=512 * MEBIBYTE, machine_memory_bytes=8192 * MEBIBYTE)
USED = Quantity.MEMORY_USED

measurements = st.builds(
    Measurement,
    quantity=st.sampled_from([USED, Quantity.MEMORY_PEAK]),
    value=st.floats() | st.integers(0, 10**10).map(float),
    source=st.sampled_from(Source),
    confidence=st.sampled_from(Confidence),
    out_of=st.none() | st.floats(0, 1e12) | st.just(math.inf),
)


@given(
    st.lists(measurements, max_size=8).flatmap(
        lambda them: st.tuples(st.just(them), st.permutations(them))
    )
)
def test_order_of_sources_decides_nothing(
    orders: tuple[list[Measurement], list[Measurement]],
) -> None:
    """Whatever the order in which sources are read, the same numbers are taken and dropped."""
    one, other = (choose(order, FUNCTION) for order in orders)

    told = {quantity: (at.value, at.source) for quantity, at in one.taken.items()}
    assert told == {quantity: (at.value, at.source) for quantity, at in other.taken.items()}
    assert sorted(map(str, one.dropped)) == sorted(map(str, other.dropped))


@given(st.lists(measurements, max_size=8))
def test_only_amounts_are_taken(them: list[Measurement]) -> None:
    """What is taken is a finite amount, and what is not taken of a lone quantity was told of."""
    choice = choose(them, FUNCTION)

    assert all(math.isfinite(at.value) and at.value >= 0 for at in choice.taken.values())
    assert {at.quantity for at in them} == {
        *choice.taken,
        *(each.quantity for each in choice.dropped),
    }


def test_more_trusted_number_wins() -> None:
    """A rough number gives way to a good one, even if it is larger."""
    rough = measured(USED, 300.0, confidence=Confidence.ROUGH)
    good = measured(USED, 200.0, Source.CGROUP, Confidence.GOOD)

    assert choose([rough, good], FUNCTION).taken[USED] is good


def test_larger_of_equals_wins() -> None:
    """Of two that are trusted alike the larger one is taken."""
    small, large = measured(USED, 200.0), measured(USED, 300.0, Source.PROC)

    assert choose([large, small], FUNCTION).taken[USED] is large


@pytest.mark.parametrize(
    ("value", "out_of", "reason"),
    [
        (1.0, 4096 * MEBIBYTE, "its total is 4096 MiB, but the function has 512 MiB"),
        (1.0, math.inf, "it has no limit of its own below the machine's memory"),
        (1.0, 9000 * MEBIBYTE, "it has no limit of its own below the machine's memory"),
        (600.0 * MEBIBYTE, 512 * MEBIBYTE, "it is above its own total"),
        (math.nan, None, "it is no amount of anything"),
        (-1.0, None, "it is no amount of anything"),
    ],
)
def test_numbers_of_others_are_dropped(value: float, out_of: float | None, reason: str) -> None:
    """A number whose total is not the function's is not the function's number."""
    assert objection(measured(USED, value, out_of=out_of), FUNCTION) == reason


@pytest.mark.parametrize("out_of", [512 * 0.76, 512.0, 512 * 1.24])
def test_total_near_the_limit_is_believed(out_of: float) -> None:
    """A virtual machine that is a little larger or smaller than its function is the function's."""
    assert objection(measured(USED, 1.0, out_of=out_of * MEBIBYTE), FUNCTION) == ""


def test_container_without_a_platform_is_believed() -> None:
    """Outside of Lambda, a limit below the machine's memory is one that somebody set."""
    container = Known(memory_limit_bytes=None, machine_memory_bytes=8192 * MEBIBYTE)

    assert objection(measured(USED, 1.0, out_of=64 * MEBIBYTE), container) == ""
