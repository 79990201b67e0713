"""Random passwords."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secrets.passwords import PasswordRules, random_password
from hoist.secrets.refusals import RefusedError

rules = st.builds(
    PasswordRules,
    length=st.integers(0, 40),
    excluded=st.text(string.ascii_letters + string.digits, max_size=10),
    has_numbers=st.booleans(),
    has_punctuation=st.booleans(),
    has_uppercase=st.booleans(),
    has_lowercase=st.booleans(),
    has_space=st.booleans(),
    requires_each_type=st.booleans(),
)


@given(rules)
def test_password_keeps_its_rules(rules: PasswordRules) -> None:
    """It has the length, allowed characters only, and one of each type when that is asked for."""
    alphabets = rules.alphabets()
    needed = max(1, len(alphabets) if rules.requires_each_type else 1)
    if not alphabets or rules.length < needed:
        with pytest.raises(RefusedError):
            random_password(rules)
        return

    password = random_password(rules)

    assert len(password) == rules.length
    assert set(password) <= set("".join(alphabets))
    if rules.requires_each_type:
        assert all(set(alphabet) & set(password) for alphabet in alphabets)


def test_passwords_differ() -> None:
    """No two are the same, and every allowed character turns up."""
    passwords = [random_password(PasswordRules()) for _ in range(200)]

    assert len(set(passwords)) == len(passwords)
    assert set("".join(passwords)) == set(string.ascii_letters + string.digits + string.punctuation)
