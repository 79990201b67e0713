"""The steps in any order, once or twice, on labels as the service moves them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.rotation_engine.faults import ClientCall
from rotation.errors import (
    CloudFailureError,
    RotationError,
    RotationPolicyError,
    RotationRefusedError,
    StrategyUnknownError,
)
from rotation.messages import Step
from rotation_site import TOKEN, RotationSite, event_for


@pytest.fixture
def site() -> RotationSite:
    return RotationSite()


def started(site: RotationSite, value: str | None = "old") -> str:
    """A secret whose rotation has begun: its new version is pending and empty."""
    arn = site.secret(value)
    site.store.add_placeholder(arn, TOKEN)
    return arn


def steps(site: RotationSite, arn: str, *names: Step) -> None:
    for name in names:
        site.handle(event_for(arn, name.value))


def test_four_steps_replace_the_value(site: RotationSite) -> None:
    """The new value becomes current and the old one previous; the pending label is left alone."""
    arn = started(site)

    steps(site, arn, *Step)

    assert site.store.value(arn) == f"made for {TOKEN} (2)"
    assert site.store.value(arn, "AWSPREVIOUS") == "old"
    assert site.store.labels(arn)[TOKEN] == ["AWSCURRENT", "AWSPENDING"]


def test_hooks_run_in_order(site: RotationSite) -> None:
    """Preflight comes before the value is made, and the test is repeated before the promotion."""
    steps(site, started(site), *Step)

    assert site.strategy.calls == ["preflight", "create", "set", "test", "test", "finish"]


def test_stored_value_is_kept(site: RotationSite) -> None:
    """createSecret makes no second value, and asks nothing of the target, when one is stored."""
    arn = started(site)
    steps(site, arn, Step.CREATE)
    stored = site.store.value(arn, "AWSPENDING")

    steps(site, arn, Step.CREATE)

    assert site.store.value(arn, "AWSPENDING") == stored
    assert site.strategy.calls == ["preflight", "create"]


def test_nothing_is_made_after_a_failed_preflight(site: RotationSite) -> None:
    """A preflight that fails leaves the pending version empty."""
    arn = started(site)
    site.strategy.failing["preflight"] = RotationPolicyError("no free place")

    with pytest.raises(RotationPolicyError):
        steps(site, arn, Step.CREATE)

    assert site.calls.count("put_secret_value") == 0


def test_first_value_of_all(site: RotationSite) -> None:
    """A secret that has no value yet gets its first one; the other steps find it current."""
    arn = started(site, None)

    steps(site, arn, *Step)

    assert site.store.value(arn) == f"made for {TOKEN} (2)"
    assert site.strategy.calls == ["preflight", "create", "finish"]


@pytest.mark.parametrize("step", [Step.SET, Step.FINISH])
def test_empty_version_cannot_be_used(site: RotationSite, step: Step) -> None:
    """A step that needs a value refuses a version without one; AWSCURRENT stays."""
    arn = started(site)

    with pytest.raises(RotationRefusedError, match="has none"):
        steps(site, arn, step)

    assert site.store.value(arn) == "old"


def test_test_only_mode_is_a_preflight(site: RotationSite) -> None:
    """testSecret on an empty version, or on a copy of the current value, is a preflight."""
    arn = started(site)
    steps(site, arn, Step.TEST)
    site.store.put_secret_value(
        SecretId=arn, ClientRequestToken=TOKEN, SecretString="old", VersionStages=["AWSPENDING"]
    )
    steps(site, arn, Step.TEST)

    assert site.strategy.calls == ["preflight", "preflight"]


def test_value_that_fails_its_test_is_not_promoted(site: RotationSite) -> None:
    """A forged finishSecret after a failed test does not promote the value."""
    arn = started(site)
    site.strategy.failing["test"] = RotationPolicyError("refused")
    steps(site, arn, Step.CREATE, Step.SET)

    with pytest.raises(RotationPolicyError):
        steps(site, arn, Step.FINISH)

    assert site.store.value(arn) == "old"


def test_retirement_is_repeated(site: RotationSite) -> None:
    """finishSecret of a promoted version does what comes after the promotion, and only that."""
    arn = started(site)
    steps(site, arn, *Step)
    site.strategy.calls.clear()

    steps(site, arn, *Step)

    assert site.strategy.calls == ["finish"]


def test_same_step_twice_at_once(site: RotationSite) -> None:
    """Two createSecret calls that overlap end well, and the value that came first stays."""
    arn = started(site)
    inner = RotationSite(strategy=site.strategy)
    inner.store = site.store

    def overlap(call: ClientCall) -> None:
        if call.operation == "put_secret_value":
            inner.handle(event_for(arn))

    site.before = overlap
    steps(site, arn, Step.CREATE)

    assert site.strategy.calls.count("create") == 2
    assert site.store.value(arn, "AWSPENDING") == f"made for {TOKEN} (4)"


def test_rotation_token_is_passed_on(site: RotationSite) -> None:
    """The rotation token of the event goes with the value that is stored."""
    arn = started(site)

    steps(site, arn, Step.CREATE)

    assert site.store.rotation_tokens == ["CANARY-rotation-token-0123456789abcdef"]


def test_secret_without_a_strategy(site: RotationSite) -> None:
    """A secret that names no strategy is refused before anything is written."""
    arn = site.store.create_secret("plain", "old")
    site.store.add_placeholder(arn, TOKEN)

    with pytest.raises(StrategyUnknownError):
        steps(site, arn, Step.CREATE)

    assert "put_secret_value" not in site.calls


def test_unknown_secret(site: RotationSite) -> None:
    """A secret that does not exist is a matter of state."""
    with pytest.raises(CloudFailureError, match="state/"):
        site.handle(event_for("nowhere"))


@given(order=st.lists(st.sampled_from(Step), max_size=8))
def test_steps_in_any_order(order: list[Step]) -> None:
    """In whatever order events come, one value is made, and a step that is refused leaves the old
    one current; the whole rotation succeeds afterwards."""
    site = RotationSite()
    arn = started(site)
    for step in order:
        try:
            steps(site, arn, step)
        except RotationError:
            assert site.store.value(arn) == "old"  # noqa: PT017 - a refusal is right, too

    steps(site, arn, *Step)

    assert site.strategy.calls.count("create") == 1
    assert site.store.value(arn).startswith("made for")
