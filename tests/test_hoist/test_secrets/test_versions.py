"""The rules of labels, for any versions."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secrets.master_keys import WrappedKey
from hoist.secrets.model import SecretVersion, Versions
from hoist.secrets.refusals import RefusedError
from hoist.secrets.sealing import SealedValue
from hoist.secrets.versions import (
    CURRENT,
    NEVER_PURGED_FOR,
    PENDING,
    PREVIOUS,
    VERSIONS_KEPT,
    holder_of,
    purged,
    version_with_id,
    with_placeholder,
    with_stage_moved,
    with_value,
    without_pending,
)

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VALUE = SealedValue(WrappedKey("key", b""), b"", b"")
IDS = tuple("abcd")
LABELS = (CURRENT, PENDING, PREVIOUS, "MINE")


def version(version_id: str, *stages: str, value: SealedValue | None = VALUE) -> SecretVersion:
    return SecretVersion(version_id, NOW, frozenset(stages), value)


@st.composite
def histories(draw: st.DrawFn) -> Versions:
    """Versions as some puts, moves, placeholders and removals leave them."""
    versions: Versions = ()
    for version_id in draw(st.permutations(IDS)):
        stages = draw(st.sets(st.sampled_from(LABELS)))
        versions = with_value(versions, version(version_id, *stages))
        stage = draw(st.sampled_from(LABELS))
        holder = holder_of(versions, stage)
        versions = with_stage_moved(
            versions,
            stage,
            remove_from=holder.version_id if holder else None,
            move_to=version_id,
        )
        if draw(st.booleans()):
            versions = without_pending(with_placeholder(versions, f"{version_id}+", now=NOW))
    return versions


@given(histories())
def test_labels_are_on_one_version_each(versions: Versions) -> None:
    """No history puts a label on two versions, and one is always current."""
    labels = Counter(label for each in versions for label in each.stages)

    assert set(labels.values()) == {1}
    assert labels[CURRENT] == 1


@given(histories(), st.sets(st.sampled_from(LABELS)))
def test_put_keeps_every_value(versions: Versions, stages: set[str]) -> None:
    """A put adds its version and changes nothing but labels of the others."""
    after = with_value(versions, version("new", *stages))

    assert {each.version_id for each in after} == {each.version_id for each in versions} | {"new"}
    for each in versions:
        kept = version_with_id(after, each.version_id)
        assert kept is not None
        assert replace(kept, stages=each.stages) == each


@given(histories(), st.sampled_from(LABELS), st.sampled_from(IDS), st.sampled_from(IDS))
def test_move_is_right_or_refused(
    versions: Versions, stage: str, remove_from: str, move_to: str
) -> None:
    """A move either brings the label to its target, from where it was said to be, or is refused."""
    holder = holder_of(versions, stage)

    try:
        after = with_stage_moved(versions, stage, remove_from=remove_from, move_to=move_to)
    except RefusedError:
        assert holder is None or holder.version_id != remove_from
        return

    assert holder is not None
    assert holder.version_id == remove_from
    found = holder_of(after, stage)
    assert found is not None
    assert found.version_id == move_to


@given(histories(), st.sampled_from(IDS))
def test_rolling_back_undoes_a_promotion(versions: Versions, target: str) -> None:
    """AWSCURRENT moved to a version and back is where it was, and the version is previous."""
    before = holder_of(versions, CURRENT)
    assert before is not None
    if before.version_id == target:
        return

    moved = with_stage_moved(versions, CURRENT, remove_from=before.version_id, move_to=target)
    back = with_stage_moved(moved, CURRENT, remove_from=target, move_to=before.version_id)

    current, previous = holder_of(back, CURRENT), holder_of(back, PREVIOUS)
    assert current is not None
    assert previous is not None
    assert (current.version_id, previous.version_id) == (before.version_id, target)


def test_empty_version_does_not_become_current() -> None:
    """AWSCURRENT is not moved to a placeholder: the secret could not be read any more."""
    versions = with_placeholder((version("a", CURRENT),), "b", now=NOW)

    with pytest.raises(RefusedError):
        with_stage_moved(versions, CURRENT, remove_from="a", move_to="b")


def test_empty_version_goes_with_its_label() -> None:
    """A placeholder whose label is taken away is gone; a version with a value stays."""
    versions = with_placeholder((version("a", CURRENT),), "b", now=NOW)

    removed = with_stage_moved(versions, PENDING, remove_from="b", move_to=None)
    moved = with_stage_moved(versions, PENDING, remove_from="b", move_to="a")

    assert [each.version_id for each in removed] == ["a"]
    assert [each.version_id for each in moved] == ["a"]


@pytest.mark.parametrize(
    ("surplus", "age", "expected"),
    [
        (0, timedelta(days=2), 0),
        (3, timedelta(days=2), 3),
        (3, NEVER_PURGED_FOR, 0),
        (3, timedelta(hours=1), 0),
    ],
)
def test_purging(surplus: int, age: timedelta, expected: int) -> None:
    """Beyond 100 versions, the oldest without a label go once they are older than a day."""
    old = tuple(
        replace(version(f"{number:03}"), created_at=NOW - age - timedelta(seconds=1000 - number))
        if age > NEVER_PURGED_FOR
        else replace(version(f"{number:03}"), created_at=NOW - age)
        for number in range(VERSIONS_KEPT + surplus - 1)
    )
    versions = (version("current", CURRENT), *old)

    kept = purged(versions, now=NOW)

    assert [each for each in versions if each not in kept] == list(old[:expected])


def test_labelled_versions_are_never_purged() -> None:
    """However old and many they are."""
    long_ago = NOW - timedelta(days=400)
    versions = tuple(
        replace(version(f"{number}", f"LABEL{number}"), created_at=long_ago)
        for number in range(VERSIONS_KEPT + 5)
    )

    assert purged(versions, now=NOW) == versions
