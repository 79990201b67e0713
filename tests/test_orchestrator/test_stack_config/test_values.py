"""The config of a stack, in a state in memory."""

from collections.abc import Callable

import pytest

from hoist.secret import Secret
from local.local_state import LocalState
from local_states import state_in_memory
from orchestrator.stack_config.values import ConfigNotSetError, StackConfig
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import StackName
from orchestrator.state.stack_keys import ForeignSecretsError

DEV = StackName("shop", "dev")
CANARY = "canary-6f1d2a"


@pytest.fixture
def made() -> list[StackName]:
    return []


@pytest.fixture
def config(made: list[StackName]) -> StackConfig:
    return config_of(state_in_memory(), on_made=made.append)


def config_of(state: LocalState, *, on_made: Callable[[StackName], None]) -> StackConfig:
    return StackConfig(state.service.stacks, DEV, data_keys=state.data_keys, on_made=on_made)


def test_setting_makes_the_stack(config: StackConfig, made: list[StackName]) -> None:
    """The first value makes the stack, and tells so once."""
    config.set_plain("size", "3")
    config.set_plain("aws:region", "eu-central-1")

    assert made == [DEV]
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


def test_reading_makes_no_stack(config: StackConfig, made: list[StackName]) -> None:
    """A stack that is only asked for its config does not come into being."""
    with pytest.raises(StackNotFoundError):
        config.values()

    assert made == []


def test_a_stack_without_a_key_of_ours_takes_no_secret(made: list[StackName]) -> None:
    """A stack whose secrets are encrypted otherwise keeps its plain config, and says why not."""
    state = state_in_memory()
    stacks = state.service.stacks
    stacks.create(DEV, tags={}, secrets=lambda stack_id: None)
    config = config_of(state, on_made=made.append)
    config.set_plain("size", "3")

    with pytest.raises(ForeignSecretsError, match="not encrypted with a key"):
        config.set_secret("token", Secret(CANARY))
    assert stacks.require(DEV).config.keys() == {"shop:size"}
