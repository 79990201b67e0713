"""Properties on the wire and back."""

import json
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from local.provider.values import (
    UNKNOWN,
    SecretValue,
    contains_secret,
    contains_unknown,
    decode,
    encode,
    keep_secrets,
    reveal,
    secret_texts,
)

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.text(max_size=8)
    | st.just(UNKNOWN)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        | inner.map(SecretValue)
    ),
    max_leaves=12,
)
_PROPERTIES = st.dictionaries(st.text(max_size=4), _VALUES, max_size=4)


@given(_PROPERTIES)
def test_properties_survive_the_wire(properties: dict[str, Any]) -> None:
    """What is written for the engine reads as what it was, markers and all."""
    assert decode(encode(properties)) == properties


@given(_PROPERTIES)
def test_revealing_leaves_no_secret_and_no_more(properties: dict[str, Any]) -> None:
    """Revealed properties hold no secret, and are unknown where they were."""
    revealed = reveal(properties)

    assert not contains_secret(revealed)
    assert contains_unknown(revealed) == contains_unknown(properties)


@given(_PROPERTIES)
def test_secrets_kept_are_those_of_the_model(properties: dict[str, Any]) -> None:
    """Revealed properties become secret again wherever the ones they came from are."""
    kept = keep_secrets(reveal(properties), like=properties)

    assert reveal(kept) == reveal(properties)
    assert secret_texts(properties) <= secret_texts(kept)


def test_a_secret_is_not_shown() -> None:
    """A secret shows asterisks, wherever it is printed."""
    assert "hidden" not in f"{SecretValue('hidden')} {[SecretValue('hidden')]!r}"


def test_one_secret_field_does_not_hide_the_others() -> None:
    """An object is secret field by field, a list as a whole."""
    like = {"object": {"a": SecretValue("x"), "b": "y"}, "list": [SecretValue("x"), "y"]}

    kept = keep_secrets({"object": {"a": "x", "b": "y"}, "list": ["x", "y"]}, like=like)

    assert kept == {
        "object": {"a": SecretValue("x"), "b": "y"},
        "list": SecretValue(["x", "y"]),
    }


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ({_SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": "x"}, SecretValue("x")),
        ({_SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, UNKNOWN),
        (
            {_SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 1, "secret": True},
            SecretValue(1),
        ),
        (
            {_SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", "id": "i-1"},
            "i-1",
        ),
        ({_SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x"}, "urn:x"),
        ("6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", UNKNOWN),
        (1.5, 1.5),
    ],
)
def test_the_engines_special_values_are_understood(wire: Any, value: Any) -> None:
    """Secrets, output values, resources and unknowns of every type are read as what they are."""
    struct = encode({})
    json_format.Parse(json.dumps({"it": wire}), struct)

    assert decode(struct) == {"it": value}


def test_what_is_no_property_is_refused() -> None:
    """A value that the engine has no form for is an error, not a guess."""
    with pytest.raises(TypeError, match="object"):
        encode({"it": object()})
