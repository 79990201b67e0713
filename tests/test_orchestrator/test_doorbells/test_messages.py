"""What a doorbell's message says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.doorbells.messages import DoorbellMessageError, message_of, stack_id_in
from orchestrator.state.ids import new_stack_id


def test_a_message_names_a_stack() -> None:
    """What was sent is what is read."""
    stack_id = new_stack_id()

    assert stack_id_in(message_of(stack_id)) == stack_id


@pytest.mark.parametrize(
    "document",
    [
        {"format": 2, "stack_id": "stk-" + "0" * 20},
        {"format": 1, "stack_id": "stk-../.."},
        {"format": 1, "stack_id": 7},
        {"format": 1},
        [],
        None,
    ],
)
def test_other_messages_are_refused(document: object) -> None:
    """Nothing but a stack's id gets through."""
    with pytest.raises(DoorbellMessageError):
        stack_id_in(json.dumps(document))


@given(st.text() | st.just("[" * 100_000) | st.just("9" * 10_000))
def test_any_text_is_refused(body: str) -> None:
    """Whoever sent it."""
    with pytest.raises(DoorbellMessageError):
        stack_id_in(body)
