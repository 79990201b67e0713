"""Documents of others: read, or refused with an error of ours, whatever is in them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.dependencies.errors import UnreadableRecordError
from health.dependencies.records import document_in
from health.dependencies.stored_stacks import stack_in
from health.dependencies.stored_updates import update_in
from health.dependencies.waiting_runs import front_run_in

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
NOON = "2025-03-01T12:00:00+00:00"
RUN: dict[str, Any] = {
    "id": "run-1",
    "request": {"stack": {"project": "shop", "stack": "dev"}},
    "state": "queued",
    "state_since": NOON,
    "lease": {"ends_at": NOON},
}
STACK: dict[str, Any] = {
    "id": "stk-1",
    "created_at": NOON,
    "name": {"project": "shop", "stack": "dev"},
    "active": {"update_id": "upd-1", "lease_ends_at": NOON},
    "conflict_update_id": "",
}
UPDATE: dict[str, Any] = {
    "kind": "refresh",
    "status": "succeeded",
    "is_dry_run": False,
    "ended_at": NOON,
}


@given(st.text(max_size=40) | json_values.map(json.dumps))
def test_any_text_is_a_document_of_this_format_or_refused(text: str) -> None:
    """What an item holds is a document of format 1, or refused with an error of ours."""
    try:
        document = document_in({"value": {"S": text}}, "record x")
    except UnreadableRecordError:
        return
    assert document["format"] == 1


@pytest.mark.parametrize("item", [{}, {"value": {}}, {"value": {"N": "1"}}, {"value": None}])
def test_item_without_a_text_is_refused(item: dict[str, Any]) -> None:
    """An item of another shape is refused."""
    with pytest.raises(UnreadableRecordError):
        document_in(item, "record x")


@given(field=st.sampled_from(sorted(RUN)), value=json_values)
def test_any_run_is_read_or_refused(field: str, value: object) -> None:
    """Whatever one field of a run holds, the run is read or refused with an error of ours."""
    try:
        run = front_run_in({**RUN, field: value}, {"first_since": None}, "stk-1")
    except UnreadableRecordError:
        return
    assert run.state_since.tzinfo is not None


@given(field=st.sampled_from(sorted(STACK)), value=json_values)
def test_any_stack_is_read_or_refused(field: str, value: object) -> None:
    """Whatever one field of a stack holds, the stack is read or refused with an error of ours."""
    try:
        stack = stack_in({**STACK, field: value})
    except UnreadableRecordError:
        return
    assert "/" in stack.name


def test_instant_without_a_zone_is_refused() -> None:
    """A time that could be anybody's is none that a lease can be held against."""
    with pytest.raises(UnreadableRecordError):
        front_run_in({**RUN, "state_since": "2025-03-01T12:00:00"}, {"first_since": None}, "stk-1")


@given(field=st.sampled_from(sorted(UPDATE)), value=json_values)
def test_any_update_is_read_or_refused(field: str, value: object) -> None:
    """Whatever one field of an update holds, it is read or refused with an error of ours."""
    try:
        update = update_in({**UPDATE, field: value})
    except UnreadableRecordError:
        return
    assert update.ended_at is None or update.ended_at.tzinfo is not None
