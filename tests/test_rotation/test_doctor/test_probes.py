"""Asking a target whether it takes a value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.clock import FixedClock
from hoist.secret import Secret
from rotation.doctor.probes import AccessKeyProbe, Answer, Liveness, answer_to
from rotation.errors import CloudFailureError, FailureKind
from rotation_site import MORNING
from rotation_users import InMemoryUserKeys


def key_of(users: InMemoryUserKeys, user: str = "app", **changed: str) -> Secret:
    made = users.create_key(user)
    fields = {
        "user_name": user,
        "access_key_id": made.access_key_id,
        "secret_access_key": made.secret_access_key.reveal(),
    }
    return Secret(json.dumps(fields | changed))


@pytest.fixture
def users() -> InMemoryUserKeys:
    return InMemoryUserKeys(FixedClock(MORNING))


def test_good_key_is_live(users: InMemoryUserKeys) -> None:
    """The key with which its own user acts is good."""
    assert answer_to(key_of(users), AccessKeyProbe(users)) == Answer(Liveness.LIVE)


@pytest.mark.parametrize("changed", [{"secret_access_key": "x"}, {"user_name": "somebody"}])
def test_bad_key_is_refused(users: InMemoryUserKeys, changed: dict[str, str]) -> None:
    """A key that AWS does not know, or that is another user's, is not."""
    value = key_of(users, **changed)

    assert answer_to(value, AccessKeyProbe(users)) == Answer(Liveness.REFUSED)


def test_silence_is_unknown() -> None:
    """A target that does not answer has refused nothing, and the class of its failure is kept."""

    class Silent:
        def lets_in(self, value: Secret) -> bool:
            raise CloudFailureError("no answer", kind=FailureKind.NETWORK)

    answer = answer_to(Secret("x"), Silent())

    assert answer == Answer(Liveness.UNKNOWN, FailureKind.NETWORK)


@given(st.text() | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_any_value_may_stand_there(value: str) -> None:
    """A value that names no key is unknown, and no error."""
    users = InMemoryUserKeys(FixedClock(MORNING))

    answer = answer_to(Secret(value), AccessKeyProbe(users))

    assert answer == Answer(Liveness.UNKNOWN, FailureKind.SCHEMA)


def test_nobody_is_asked_about_nothing(users: InMemoryUserKeys) -> None:
    """Without a value, or without a target, nobody is asked."""
    assert answer_to(None, AccessKeyProbe(users)).life is Liveness.NOT_ASKED
    assert answer_to(Secret("x"), None).life is Liveness.NOT_ASKED
