"""The same function and the same engine on every store: in memory, in files, and on moto."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hoist.key_sets import KeySet
from hoist.rotation_engine.errors import RotationInProgressError
from hoist.rotation_engine.outcomes import Ending
from hoist.secret import Secret
from rotation.errors import RotationPolicyError
from rotation_places import RotationPlace, place_named

STORES = ["memory", "directory", "moto"]


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RotationPlace]:
    with place_named(request.param, tmp_path) as made:
        yield made


def test_generated_value(place: RotationPlace) -> None:
    """A generated value is replaced, the old one becomes the previous one, nothing is pending."""
    arn = place.secret("old", "generated")

    outcome = place.engine.rotate(arn)

    assert outcome.ending is Ending.SUCCEEDED
    assert len(place.value(arn)) == 32
    assert place.value(arn, "AWSPREVIOUS") == "old"
    assert place.labels(arn) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_signing_keys_thrice(place: RotationPlace) -> None:
    """A set of keys grows by one with each rotation as long as old tokens are about."""
    arn = place.secret('{"keys": []}', "signing-keys")

    for _ in range(3):
        assert place.engine.rotate(arn).ending is Ending.SUCCEEDED

    assert len(KeySet.read(Secret(place.value(arn))).keys) == 3


def test_failed_rotation_goes_on(place: RotationPlace) -> None:
    """A failed rotation leaves the old value current; resumed, it brings the value it had made."""
    arn = place.secret("old", "recording")
    place.strategy.failing["test"] = RotationPolicyError("refused")
    failed = place.engine.rotate(arn)
    made = place.value(arn, "AWSPENDING")
    assert place.value(arn) == "old"
    with pytest.raises(RotationInProgressError):
        place.engine.rotate(arn)
    place.strategy.failing.clear()

    outcome = place.engine.resume(arn)

    assert (failed.ending, outcome.ending) == (Ending.FAILED, Ending.SUCCEEDED)
    assert place.value(arn) == made
    assert place.labels(arn) == [["AWSCURRENT"], ["AWSPREVIOUS"]]


def test_test_only_mode(place: RotationPlace) -> None:
    """Test mode runs the preflight alone and leaves one version with one label."""
    arn = place.secret("old", "recording")

    outcome = place.engine.test(arn)

    assert outcome.ending is Ending.SUCCEEDED
    assert place.strategy.calls == ["preflight"]
    assert place.labels(arn) == [["AWSCURRENT"]]
    assert place.engine.rotate(arn).ending is Ending.SUCCEEDED


def test_stores_tell_the_same_story(tmp_path: Path) -> None:
    """Steps, hooks, labels and events of a rotation with a failure are the same everywhere."""
    stories = [_story(name, tmp_path / name) for name in STORES]

    assert stories[0] == stories[1] == stories[2]


def _story(name: str, root: Path) -> object:
    root.mkdir()
    with place_named(name, root) as place:
        arn = place.secret("old", "recording")
        place.engine.test(arn)
        place.strategy.failing["set"] = RotationPolicyError("refused")
        place.engine.rotate(arn)
        place.engine.abandon(arn)
        place.strategy.failing.clear()
        place.engine.rotate(arn)
        return place.steps, place.strategy.calls, place.labels(arn), place.told()
