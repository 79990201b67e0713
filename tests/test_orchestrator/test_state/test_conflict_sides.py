"""In what two states differ: which resources, and which of their fields, and no value."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from journals import resource
from orchestrator.state.checkpoints import State
from orchestrator.state.conflict_sides import Difference, DifferenceKind, differences


def state(*resources: dict[str, Any]) -> State:
    return State(deployment={"resources": list(resources)})


def found(ours: State, theirs: State) -> list[Difference]:
    return list(differences(ours, theirs))


def test_changed_resource_names_what_differs() -> None:
    """Inputs and outputs by their own names, everything else by its field."""
    ours = {**resource("a"), "id": "1", "inputs": {"size": 1, "name": "a", "old": 1}}
    theirs = {**resource("a"), "id": "2", "inputs": {"size": 2, "name": "a", "new": 1}}

    (difference,) = found(state(ours), state(theirs))

    assert difference.kind is DifferenceKind.CHANGED
    assert difference.fields == ("id", "inputs.new", "inputs.old", "inputs.size")


def test_values_stay_where_they_are() -> None:
    """Whatever a resource holds, a difference only has names."""
    ours = {**resource("a"), "inputs": {"password": "hunter2"}}
    theirs = {**resource("a"), "inputs": {"password": "swordfish"}}

    told = repr(found(state(ours), state(theirs)))

    assert "inputs.password" in told
    assert "hunter2" not in told
    assert "swordfish" not in told


def test_resource_that_waits_for_its_end_is_told_from_its_successor() -> None:
    """Two resources of one URN are compared each with its like."""
    old = {**resource("a"), "delete": True, "id": "old"}
    new = {**resource("a"), "id": "new"}

    (difference,) = found(state(new, old), state(new))

    assert difference == Difference(new["urn"], DifferenceKind.ONLY_OURS)


def test_damaged_inputs_are_told_as_a_whole() -> None:
    """Where one side has no object to compare names of, the field itself differs."""
    ours = {**resource("a"), "inputs": None}
    theirs = {**resource("a"), "inputs": {"size": 1}}

    (difference,) = found(state(ours), state(theirs))

    assert difference.fields == ("inputs",)


_values = st.none() | st.integers(0, 2) | st.dictionaries(st.sampled_from("ab"), st.integers(0, 2))
_resources = st.builds(
    lambda name, fields: {**resource(name), **fields},
    st.sampled_from("xyz"),
    st.dictionaries(st.sampled_from(["id", "inputs", "outputs", "parent"]), _values),
)
_states = st.lists(_resources, max_size=4, unique_by=lambda each: each["urn"])


@given(_states, _states, st.randoms(use_true_random=False))
def test_order_makes_no_difference_and_sides_mirror(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], random: Any
) -> None:
    """Equal states never differ, however they are ordered; what is ours is the other's theirs."""
    shuffled = random.sample(ours, len(ours))

    assert found(state(*ours), state(*shuffled)) == []
    there, back = found(state(*ours), state(*theirs)), found(state(*theirs), state(*ours))
    assert [(each.urn, each.fields) for each in there] == [(each.urn, each.fields) for each in back]
