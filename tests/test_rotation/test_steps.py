"""What the labels of a secret allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation.errors import RotationRefusedError
from rotation.steps import Progress, Promotion, SecretFacts, Stage, progress_of, promotion_of


def facts(*, enabled: bool | None = True, **labels: set[str]) -> SecretFacts:
    held = {version: frozenset(names) for version, names in labels.items()}
    return SecretFacts("arn", held, rotation_enabled=enabled)


def test_switched_off_rotation_is_refused_first() -> None:
    """With rotation switched off nothing is done, not even for a version that is current."""
    with pytest.raises(RotationRefusedError, match="switched off"):
        progress_of("new", facts(enabled=False, new={"AWSCURRENT"}))


@pytest.mark.parametrize("enabled", [True, None])
def test_pending_version_goes_on(enabled: bool | None) -> None:
    """A pending version may go on where rotation is on, or was never set."""
    assert progress_of("new", facts(enabled=enabled, new={"AWSPENDING"})) is Progress.PENDING


def test_unknown_token_is_refused() -> None:
    """A token that is no version of the secret is refused."""
    with pytest.raises(RotationRefusedError, match="no version"):
        progress_of("forged", facts(old={"AWSCURRENT"}))


@pytest.mark.parametrize("extra", [set(), {"AWSPENDING"}])
def test_current_version_is_promoted(extra: set[str]) -> None:
    """A version that is current is done, whether or not it is still called pending."""
    assert progress_of("new", facts(new={"AWSCURRENT"} | extra)) is Progress.PROMOTED


@pytest.mark.parametrize("held", [{"AWSPREVIOUS"}, {"blue"}, set[str]()])
def test_version_that_is_not_pending_is_refused(held: set[str]) -> None:
    """An old version cannot be brought back by an event."""
    with pytest.raises(RotationRefusedError, match="not pending"):
        progress_of("old", facts(old=held, now={"AWSCURRENT"}))


def test_promotion_names_the_version_that_is_current() -> None:
    """The label is taken from the version that holds it."""
    labels = facts(old={"AWSCURRENT"}, new={"AWSPENDING"})

    assert promotion_of("new", labels) == Promotion("new", "old")


def test_promotion_without_a_current_version() -> None:
    """Where no version is current there is none to take the label from."""
    assert promotion_of("new", facts(new={"AWSPENDING"})) == Promotion("new", None)


labels = st.sets(st.sampled_from([*Stage, "custom"]))


@given(
    held=st.dictionaries(st.sampled_from(["a", "b", "c"]), labels),
    enabled=st.none() | st.booleans(),
)
def test_only_current_and_pending_versions_pass(
    held: dict[str, set[str]], enabled: bool | None
) -> None:
    """Whatever the labels, only a current or a pending version is let through."""
    try:
        progress = progress_of("a", facts(enabled=enabled, **held))
    except RotationRefusedError:
        assert enabled is False or not held.get("a", set()) & {Stage.CURRENT, Stage.PENDING}
    else:
        assert (progress is Progress.PROMOTED) == (Stage.CURRENT in held["a"])
