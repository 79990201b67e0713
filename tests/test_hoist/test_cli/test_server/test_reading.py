"""JSON as dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoist.cli.server.reading import UnreadableError, read


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    by_name: Mapping[str, Leaf]
    best: Leaf | None
    grown_at: datetime
    anything: Any = None


WHOLE = {
    "leaves": [{"name": "a", "size": 2}],
    "by_name": {"b": {"name": "b", "colour": "red"}},
    "best": None,
    "grown_at": "2026-11-23T11:00:00+01:00",
    "height": 3,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_a_document_becomes_what_it_says() -> None:
    """Nested parts are read too, times are in UTC, and what is not known is passed over."""
    assert read(Tree, WHOLE) == Tree(
        leaves=(Leaf("a", 2.0),),
        by_name={"b": Leaf("b")},
        best=None,
        grown_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"leaves": {}}, "Tree.leaves is no list"),
        ({"leaves": [{}]}, "Tree.leaves.name is missing"),
        ({"best": 3}, "Tree.best is no dict"),
        ({"best": {"name": True}}, "Tree.best.name is no str"),
        ({"grown_at": "today"}, "Tree.grown_at is no time"),
        ({"grown_at": "2026-11-23T11:00:00"}, "Tree.grown_at is a time without a zone"),
        ({"by_name": {"b": None}}, "Tree.by_name is no dict"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], why: str) -> None:
    """The error says which field, and not what was in it."""
    with pytest.raises(UnreadableError) as caught:
        read(Tree, {**WHOLE, **change})

    assert str(caught.value) == why


@given(JSON)
def test_any_json_is_a_tree_or_refused(document: Any) -> None:
    """Nothing but UnreadableError comes out of a document that is something else."""
    try:
        found = read(Tree, document)
    except UnreadableError:
        return
    assert isinstance(found, Tree)
