"""Nothing is lost or changed between decoding and encoding."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.state.exact_json import decode_json, encode_json, nests_deeper_than

pytestmark = pytest.mark.thorough

NUMBER_TEXTS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?", fullmatch=True
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FINITE_VALUES = VALUES.filter(lambda value: "Infinity" not in json.dumps(value))


@given(text=NUMBER_TEXTS)
def test_numbers_keep_their_exact_value(text: str) -> None:
    """A number of any size and precision is the same number after a round trip."""
    again = encode_json({"n": decode_json(text.encode())})

    assert Decimal(again.decode().removeprefix('{"n":').removesuffix("}")) == Decimal(text)


@given(value=FINITE_VALUES)
def test_values_survive_a_round_trip(value: Any) -> None:
    """Whatever JSON can say is the same after encoding and decoding, also beside a long number."""
    assert decode_json(encode_json(value)) == value
    assert decode_json(encode_json([Decimal("1e999"), value])) == [Decimal("1e999"), value]


@given(value=FINITE_VALUES)
def test_slow_and_fast_encoding_agree(value: Any) -> None:
    """A Decimal in the neighbourhood changes no other byte, whether keys are sorted or not."""
    for sort_keys in (False, True):
        fast = encode_json(["1E+999", value], sort_keys=sort_keys)
        slow = encode_json([Decimal("1e999"), value], sort_keys=sort_keys)
        assert slow == fast.replace(b'["1E+999",', b"[1E+999,", 1)


@given(body=st.binary() | st.text().map(str.encode))
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    """Decoding raises nothing but ValueError."""
    try:
        decoded = decode_json(body)
    except ValueError:
        return
    assert decode_json(encode_json(decoded)) == decoded


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"NaN", "NaN is not JSON"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"1e99999999999999999999", "number too large"),
        (b"9" * 5000, "limit"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xff", "utf-8"),
        ('"text"'.encode("utf-16"), "utf-8"),
    ],
)
def test_what_is_not_plain_json_is_refused(body: bytes, reason: str) -> None:
    """Not-a-number, other encodings, and what would exhaust the parser are refused."""
    with pytest.raises(ValueError, match=reason):
        decode_json(body)


def test_floats_cannot_become_infinite() -> None:
    """Infinity cannot be written: no JSON parser has to read it."""
    with pytest.raises(ValueError, match="JSON"):
        encode_json([float("inf")])


def test_lone_surrogates_are_kept() -> None:
    """A text that is no valid Unicode comes back as it was, and as valid UTF-8."""
    body = b'"\\ud800"'

    assert encode_json(decode_json(body)) == body


def test_nesting_is_counted_in_levels() -> None:
    """A value with exactly the allowed levels passes; one more does not."""
    nested: Any = {"a": [{"b": 1}, 2]}

    assert not nests_deeper_than(nested, 3)
    assert nests_deeper_than(nested, 2)
    assert not nests_deeper_than("text", 0)
