"""What changed between two sets of inputs."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.provider.difference import Change, difference, top_level
from local.provider.values import UNKNOWN, SecretValue

_NAMES = st.sampled_from(["name", "tags", "rules"])
_VALUES = st.recursive(
    st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["x", "a-b"]), inner)
    ),
    max_leaves=6,
)
_INPUTS = st.dictionaries(_NAMES, _VALUES)


@given(_INPUTS)
def test_nothing_changes_between_equals(inputs: dict[str, Any]) -> None:
    """The same inputs have no difference, and neither have absent and null ones."""
    with_nulls = {**dict.fromkeys(("other", "more")), **inputs}

    assert difference(inputs, dict(inputs)).changes == {}
    assert difference(inputs, with_nulls).changes == {}


@given(_INPUTS, _INPUTS)
def test_every_changed_property_is_named(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The top-level names of the paths are the properties that differ, no more and no fewer."""
    found = difference(old, new, replacing=frozenset({"name"}))

    assert found.properties == sorted(
        name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
    )
    assert found.replaces == frozenset(found.properties) & {"name"}


@given(_INPUTS, _INPUTS)
def test_the_way_back_is_the_reverse(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What was added one way is deleted the other way, at the same path."""
    reverse = {
        Change.ADD: Change.DELETE,
        Change.DELETE: Change.ADD,
        Change.UPDATE: Change.UPDATE,
    }

    forth, back = difference(old, new).changes, difference(new, old).changes

    assert back == {path: reverse[change] for path, change in forth.items()}


def test_paths_lead_into_objects_and_lists() -> None:
    """A change is named by where it is, in the engine's notation."""
    old = {"rules": [{"days": 1}], "tags": {"a.b": "1", "c": "2"}}
    new = {"rules": [{"days": 2}, {"days": 3}], "tags": {"a.b": "3"}}

    assert difference(old, new).changes == {
        "rules[0].days": Change.UPDATE,
        "rules[1]": Change.ADD,
        'tags["a.b"]': Change.UPDATE,
        "tags.c": Change.DELETE,
    }
    assert top_level('tags["a.b"]') == "tags"


def test_an_unknown_is_a_change() -> None:
    """A value that is not known yet may differ, so a preview shows it."""
    assert difference({"name": "a"}, {"name": UNKNOWN}).changes == {"name": Change.UPDATE}


def test_becoming_secret_is_no_change() -> None:
    """The cloud does not know which values are secret."""
    assert difference({"name": "a"}, {"name": SecretValue("a")}).changes == {}


def test_notes_of_the_provider_are_no_properties() -> None:
    """What the provider noted for itself is not compared."""
    assert difference({"__defaults": ["name"]}, {}).changes == {}
