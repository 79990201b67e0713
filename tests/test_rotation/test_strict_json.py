"""Strict reading of JSON: each field once, nothing else, nothing shown."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.secret import Secret
from hoist.strict_json import InvalidDocumentError, json_fields


@pytest.mark.parametrize(
    "document",
    ["", "CANARY", "[]", '"CANARY"', "null", '{"a": 1, "a": 2}', "[" * 100_000, '{"a": Infinity}'],
)
def test_only_one_object_is_taken(document: str) -> None:
    """Anything but one JSON object with each field once is refused, and not shown."""
    with pytest.raises(InvalidDocumentError) as caught:
        json_fields(Secret(document), "the value")

    assert "CANARY" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_fields_nobody_asked_for() -> None:
    """A field that is left over is refused; its name is not shown, as it may be a secret too."""
    fields = json_fields(Secret('{"known": "x", "CANARY": 1}'), "the value")
    fields.text("known")

    with pytest.raises(InvalidDocumentError) as caught:
        fields.refuse_others()

    assert "CANARY" not in str(caught.value)


def test_instants_need_an_offset() -> None:
    """An instant is read as UTC; one without an offset means nothing and is refused."""
    fields = json_fields(Secret('{"a": "2026-03-02T09:00:00+01:00", "b": "2026-03-02"}'), "it")

    assert fields.instant("a") == datetime(2026, 3, 2, 8, tzinfo=UTC)
    with pytest.raises(InvalidDocumentError):
        fields.instant("b")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(value=values)
def test_any_field_is_read_or_refused(value: object) -> None:
    """Whatever a field holds, each way of reading it gives its type or InvalidDocumentError."""
    for read, kind in (
        ("text", str),
        ("optional_text", str | None),
        ("secret", Secret),
        ("instant", datetime),
        ("optional_instant", datetime | None),
        ("objects", list),
    ):
        try:
            fields = json_fields(Secret(json.dumps({"field": value})), "it")
            assert isinstance(getattr(fields, read)("field"), kind)
        except InvalidDocumentError as error:
            assert error.message.startswith("it ")  # noqa: PT017 - either way is right
