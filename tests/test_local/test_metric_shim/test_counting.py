"""Each occurrence is counted once, whatever was counted before and by whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from local.metric_shim.counting import Shown, not_shown
from local.metric_shim.occurrence import Datum, MetricId, Occurrence, Sign, SignKind

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
METRIC = MetricId("Shop", "Orders", ())
OTHER = MetricId("Shop", "Returns", ())


def at(
    seconds: float, *, within: int = 0, metric: MetricId = METRIC, samples: int = 1
) -> Occurrence:
    datum = Datum(metric, (1.0,) * samples, "Count")
    return Occurrence(START + timedelta(seconds=seconds), (datum,), shown_within_seconds=within)


def shown_of(occurrences: Iterable[Occurrence]) -> Shown:
    """What metrics show when these were put."""
    shown: dict[Sign, Counter[int]] = defaultdict(Counter)
    for occurrence in occurrences:
        shown[occurrence.signs[0]][occurrence.second] += occurrence.samples
    return shown


def samples_at(*seconds: int) -> Shown:
    sign = Sign(METRIC, SignKind.SAMPLES)
    return {sign: Counter(int(START.timestamp()) + second for second in seconds)}


def test_what_is_shown_is_not_missing() -> None:
    """A sample shows one occurrence of its second, and no second one."""
    first, second = at(1.2), at(1.7)

    assert not_shown([first, second], samples_at(1)) == [first]


def test_late_sample_shows_what_happened_before_it() -> None:
    """A sample of somebody else's may be late, and never early."""
    patient, early = at(1, within=2), at(5, within=2)

    assert not_shown([patient, early], samples_at(3, 4)) == [early]


def test_metrics_are_kept_apart() -> None:
    """A sample of one metric shows nothing of another."""
    assert not_shown([at(1, metric=OTHER)], samples_at(1)) == [at(1, metric=OTHER)]


def test_occurrence_of_several_values_needs_as_many_samples() -> None:
    """Half an occurrence is not shown."""
    assert not_shown([at(1, samples=3)], samples_at(1, 1)) == [at(1, samples=3)]


def test_less_likely_sign_is_looked_for_last() -> None:
    """Another sign shows an occurrence that has none of its own, and never one whose own it is."""
    ones, zeros = Sign(METRIC, SignKind.ONES), Sign(METRIC, SignKind.ZEROS)
    failed = replace(at(1.1), shown_by=(SignKind.ONES,))
    first, second = (
        replace(at(seconds), shown_by=(SignKind.ZEROS, SignKind.ONES)) for seconds in (1.2, 1.3)
    )
    shown = {ones: Counter({failed.second: 2}), zeros: Counter({failed.second: 0})}

    assert not_shown([failed, first, second], shown) == [first]
    assert not_shown([first, second], shown) == []


_occurrences = st.lists(
    st.builds(
        at,
        st.floats(0, 30),
        within=st.integers(0, 2),
        metric=st.sampled_from([METRIC, OTHER]),
    ),
    max_size=30,
)


@given(_occurrences)
def test_what_was_put_is_not_put_again(happened: list[Occurrence]) -> None:
    """After everything was put, nothing is missing."""
    assert not_shown(happened, shown_of(happened)) == []


@given(happened=_occurrences, data=st.data())
def test_broken_off_put_is_completed(happened: list[Occurrence], data: st.DataObject) -> None:
    """Whatever part was put before, in the end there is one sample for each occurrence."""
    put = data.draw(st.lists(st.sampled_from(happened), unique_by=id)) if happened else []

    missing = not_shown(happened, shown_of(put))

    assert len(put) + len(missing) == len(happened)
    assert not_shown(happened, shown_of([*put, *missing])) == []


@given(
    own=st.lists(st.integers(0, 20), max_size=10),
    counted=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), max_size=10),
)
def test_what_somebody_else_counted_late_is_not_counted_twice(
    own: list[int], counted: list[tuple[int, int]]
) -> None:
    """Of what was counted up to two seconds late, nothing is put again."""
    happened = [at(second, within=2) for second in [*own, *(when for when, _ in counted)]]
    samples = samples_at(*(when + late for when, late in counted))

    assert len(not_shown(happened, samples)) == len(own)
