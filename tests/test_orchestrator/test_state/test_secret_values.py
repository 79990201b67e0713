"""Secrets within a state."""

import json
import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from orchestrator.state.data_keys import DATA_KEY_BYTES, DataKey
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.secret_values import (
    SECRET_SIGNATURE,
    SECRET_TEXT,
    SIGNATURE_KEY,
    hidden,
    holds_secret,
    opened,
)

KEY = DataKey(os.urandom(DATA_KEY_BYTES))

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


def sealed(value: Any) -> dict[str, str]:
    """The value as the engine puts a secret into the state."""
    ciphertext = KEY.encrypt(Secret(json.dumps(value)))
    return {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": ciphertext}


@given(Json)
def test_a_sealed_value_opens_to_itself(value: Any) -> None:
    """Any JSON value comes back, and while it is hidden nothing of it shows."""
    assert opened(sealed(value), KEY) == value
    assert hidden(sealed(value)) == SECRET_TEXT
    assert holds_secret(sealed(value))


@given(Json)
def test_values_without_secrets_stay_as_they_are(value: Any) -> None:
    """Hiding and opening touch nothing else."""
    assert hidden(value) == opened(value, KEY) == value
    assert not holds_secret(value)


def test_secrets_within_a_value_are_found() -> None:
    """Only the secret parts are hidden, at any depth, and in a secret itself."""
    value = {"a": [sealed("x"), 1], "b": {"c": sealed({"d": sealed("y")})}}

    assert holds_secret(value)
    assert hidden(value) == {"a": [SECRET_TEXT, 1], "b": {"c": SECRET_TEXT}}
    assert opened(value, KEY) == {"a": ["x", 1], "b": {"c": {"d": "y"}}}


def test_another_special_value_is_no_secret() -> None:
    """Assets and references have a signature of their own, and are left alone."""
    asset = {SIGNATURE_KEY: "c44067f5952c0a294b673a41bacd8c17", "hash": "abc"}

    assert hidden(asset) == asset


@pytest.mark.parametrize(
    "envelope",
    [
        {SIGNATURE_KEY: SECRET_SIGNATURE},
        {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "v1:what:ever"},
        {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": KEY.encrypt(Secret("no json"))},
    ],
)
def test_what_does_not_open_is_corrupt(envelope: dict[str, str]) -> None:
    """A secret that is cut, foreign or no JSON is an error, not a value."""
    with pytest.raises(CorruptStateError):
        opened(envelope, KEY)
