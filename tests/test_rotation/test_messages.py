"""The event: what is taken, what is refused, and that nothing of it is quoted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from rotation.errors import InvalidEventError
from rotation.messages import Step, rotation_event
from rotation_site import TOKEN, event_for

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/db-AbCdEf"


@pytest.mark.parametrize("step", Step)
def test_event_of_secrets_manager_is_taken(step: Step) -> None:
    """Each of the four steps is read with its secret, its token and its rotation token."""
    event = rotation_event(event_for(ARN, step.value))

    assert (event.step, event.secret_id, event.token) == (step, ARN, TOKEN)
    assert event.rotation_token == Secret("CANARY-rotation-token-0123456789abcdef")


@pytest.mark.parametrize("secret_id", [ARN, "app/db", "a_name+with=odd.signs@all!-"])
def test_secret_is_named_by_arn_or_name(secret_id: str) -> None:
    """An emulator sends the name where AWS sends the ARN: both are taken."""
    assert rotation_event(event_for(secret_id)).secret_id == secret_id


def test_rotation_token_is_optional() -> None:
    """An event without a rotation token is complete."""
    event = event_for(ARN)
    del event["RotationToken"]

    assert rotation_event(event).rotation_token is None


def test_unknown_fields_are_let_pass() -> None:
    """A field that is added to events one day breaks nothing."""
    assert rotation_event(event_for(ARN) | {"Novelty": "1"}).step is Step.CREATE


@pytest.mark.parametrize(
    "step", ["create_secret", "set_secret", "CreateSecret", "createsecret", "", " createSecret"]
)
def test_other_spellings_of_a_step_are_refused(step: str) -> None:
    """A step in any other spelling is an error, never ignored."""
    with pytest.raises(InvalidEventError):
        rotation_event(event_for(ARN, step))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SecretId", None),
        ("SecretId", ""),
        ("SecretId", "a name"),
        ("SecretId", "x" * 2049),
        ("SecretId", "name\n"),
        ("SecretId", ["CANARY"]),
        ("ClientRequestToken", None),
        ("ClientRequestToken", "x" * 31),
        ("ClientRequestToken", "x" * 65),
        ("ClientRequestToken", "é" * 36),
        ("RotationToken", "x" * 35),
        ("RotationToken", 7),
        ("Step", {"CANARY": 1}),
    ],
)
def test_faulty_fields_are_refused_unquoted(name: str, value: object) -> None:
    """A field in another form is refused by its name; its value is not in the error."""
    with pytest.raises(InvalidEventError, match=name) as caught:
        rotation_event(event_for(ARN) | {name: value})

    assert "CANARY" not in str(caught.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    event=anything
    | st.fixed_dictionaries(
        {},
        optional={
            "Step": st.sampled_from(Step) | anything,
            "SecretId": st.just(ARN) | anything,
            "ClientRequestToken": st.just(TOKEN) | anything,
            "RotationToken": anything,
        },
    )
)
def test_any_value_is_read_or_refused(event: Any) -> None:
    """Whatever comes in becomes an event or an InvalidEventError."""
    try:
        assert rotation_event(event).token == TOKEN
    except InvalidEventError as error:
        assert error.way_out  # noqa: PT017 - either way is right
