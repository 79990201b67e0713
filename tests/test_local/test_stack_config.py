"""The config of a stack, in a state in memory."""

import pytest

from hoist.errors import UsageError
from hoist.secret import Secret
from local.stack_config import ConfigNotSetError, StackConfig
from local.stack_selection import require_stack
from local_states import state_in_memory
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import StackName

DEV = StackName("shop", "dev")
CANARY = "canary-6f1d2a"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def config(said: list[str]) -> StackConfig:
    return StackConfig(state_in_memory(), DEV, say=said.append)


def test_setting_makes_the_stack(config: StackConfig, said: list[str]) -> None:
    """The first value makes the stack, and says so once."""
    config.set_plain("size", "3")
    config.set_plain("aws:region", "eu-central-1")

    assert said == ["Made the stack shop/dev."]
    assert {key: value.text for key, value in config.values().items()} == {
        "aws:region": "eu-central-1",
        "shop:size": "3",
    }


def test_a_secret_is_kept_as_ciphertext(config: StackConfig) -> None:
    """Of a secret value the record has only ciphertext, which opens to the value."""
    config.set_secret("token", Secret(CANARY))

    value = config.get("token")
    assert value.is_secret
    assert CANARY not in repr(config.values())
    assert config.reveal(value) == Secret(CANARY)


def test_a_plain_value_replaces_a_secret(config: StackConfig) -> None:
    """A value that is set anew is what it was set as last."""
    config.set_secret("token", Secret(CANARY))
    config.set_plain("token", "open")

    assert not config.get("token").is_secret
    assert config.reveal(config.get("token")) == Secret("open")


def test_removing_takes_one_key(config: StackConfig) -> None:
    """The other keys stay."""
    config.set_plain("one", "1")
    config.set_plain("two", "2")
    config.remove("one")

    assert list(config.values()) == ["shop:two"]


@pytest.mark.parametrize("method", ["get", "remove"])
def test_a_key_that_is_not_set_is_named(config: StackConfig, method: str) -> None:
    """Reading or removing what is not there says so, with the whole key."""
    config.set_plain("one", "1")

    with pytest.raises(ConfigNotSetError, match="shop:two"):
        getattr(config, method)("two")


def test_reading_makes_no_stack(config: StackConfig) -> None:
    """A stack that is only asked for its config does not come into being."""
    with pytest.raises(StackNotFoundError):
        config.values()


def test_a_stack_without_a_key_of_ours_takes_no_secret() -> None:
    """A stack whose secrets are encrypted otherwise keeps its plain config, and says why not."""
    state = state_in_memory()
    state.service.stacks.create(DEV, tags={}, secrets=lambda stack_id: None)
    config = StackConfig(state, DEV, say=lambda sentence: None)
    config.set_plain("size", "3")

    with pytest.raises(UsageError, match="not encrypted with a key"):
        config.set_secret("token", Secret(CANARY))
    assert require_stack(state.service.stacks, DEV).config.keys() == {"shop:size"}
