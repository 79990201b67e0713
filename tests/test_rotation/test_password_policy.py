"""Generated values: what their policy promises, and that chance is fair."""

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, json_fields
from rotation.strategies.password_policy import PasswordPolicy, password_policy


def policy(**fields: object) -> PasswordPolicy:
    return password_policy(json_fields(Secret(json.dumps(fields)), "the policy"))


@given(
    length=st.integers(16, 200),
    excluded=st.text(st.sampled_from("abcXYZ019!$/\\\"'"), max_size=10),
    upper=st.booleans(),
    punctuation=st.booleans(),
)
def test_values_keep_their_policy(
    length: int, excluded: str, upper: bool, punctuation: bool
) -> None:
    """A value has its length, something of each class, and nothing that is excluded."""
    made = policy(
        length=length, exclude_characters=excluded, uppercase=upper, punctuation=punctuation
    )

    text = made.generate().reveal()

    assert len(text) == length
    assert not set(text) & set(excluded)
    assert any(character.islower() for character in text)
    assert any(character.isdigit() for character in text)
    assert any(character.isupper() for character in text) == upper
    assert (not text.isalnum()) == punctuation


def test_usual_policy() -> None:
    """Without a word on it, a value has 32 letters and digits."""
    text = policy().generate().reveal()

    assert len(text) == 32
    assert text.isalnum()


@pytest.mark.parametrize(
    "fields",
    [
        {"length": 7},
        {"length": 4097},
        {"length": True},
        {"length": "32"},
        {"length": 8, "uppercase": False, "lowercase": False},
        {"exclude_characters": "0123456789"},
        {"lowercase": False, "uppercase": False, "digits": False},
        {"digits": "yes"},
        {"exclude_characters": 5},
        {"lenght": 32},
    ],
)
def test_unsafe_policies_are_refused(fields: dict[str, object]) -> None:
    """A policy that leaves too little to chance, or a field in another form, is refused."""
    with pytest.raises(InvalidDocumentError):
        policy(**fields)


def test_no_character_is_favoured() -> None:
    """At every place each character is as likely as any other, also with classes to satisfy."""
    chance = Random(20260302)
    made = PasswordPolicy(length=3, classes=("ab", "cdef"))
    counts = Counter(made.generate(chance.choice).reveal() for _ in range(20_000))

    # 6^3 texts without the 2^3 and 4^3 that lack a class.
    assert len(counts) == 216 - 8 - 64
    expected = 20_000 / len(counts)
    chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
    # 143 degrees of freedom: fair dice exceed 200 once in a thousand times, and these are loaded
    # with a fixed seed.
    assert chi_square < 200
