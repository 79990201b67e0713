"""Which strategy a secret gets."""

import pytest

from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.choice import STRATEGY_TAG, strategy_name, strategy_named
from rotation.errors import StrategyUnknownError
from rotation.settings import RotationSettings
from rotation.strategies.generated import GeneratedValue
from rotation.wiring import strategies
from rotation_site import MORNING

MAKERS = strategies(RotationSettings(), FixedClock(MORNING))


def test_tag_names_the_strategy() -> None:
    """The tag decides for a value that says nothing, JSON or not."""
    tags = {STRATEGY_TAG: "generated"}

    assert strategy_name(tags, Secret("bare")) == "generated"
    assert strategy_name(tags, Secret('{"value": "x"}')) == "generated"
    assert strategy_name(tags, None) == "generated"


def test_field_names_the_strategy() -> None:
    """Without a tag, the field of the value decides."""
    assert strategy_name({}, Secret('{"strategy": "signing-keys"}')) == "signing-keys"


def test_tag_and_field_must_agree() -> None:
    """A tag and a field that differ are an error: nobody guesses which is right."""
    with pytest.raises(StrategyUnknownError, match="different"):
        strategy_name({STRATEGY_TAG: "generated"}, Secret('{"strategy": "signing-keys"}'))


@pytest.mark.parametrize("document", ["bare", "[]", '{"strategy": 7}', "{}", "[" * 100_000])
def test_nothing_named(document: str) -> None:
    """A secret that names no strategy is refused, whatever its value looks like."""
    with pytest.raises(StrategyUnknownError, match="names no strategy"):
        strategy_name({}, Secret(document))


def test_unknown_name_is_not_quoted() -> None:
    """A name that is no strategy's may be a secret in the wrong place: it is not shown."""
    with pytest.raises(StrategyUnknownError) as caught:
        strategy_named("CANARY", MAKERS)

    assert "CANARY" not in str(caught.value)
    assert "signing-keys" in str(caught.value)


def test_named_strategy_is_made() -> None:
    """A known name gives its strategy."""
    assert isinstance(strategy_named("generated", MAKERS), GeneratedValue)
