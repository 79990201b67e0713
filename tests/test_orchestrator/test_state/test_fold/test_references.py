"""References to resources that are gone."""

from journals import STACK, resource, urn
from orchestrator.state.fold.references import without_dangling_references

A = resource("a")


def test_present_references_stay() -> None:
    """A resource whose references are all there is left as it is, the very object."""
    intact = resource(
        "b",
        parent=urn("a"),
        dependencies=[urn("a")],
        propertyDependencies={"x": [urn("a")]},
        deletedWith=urn("a"),
        replaceWith=[urn("a")],
    )

    assert without_dangling_references([A, intact])[1] is intact


def test_references_to_what_is_gone_are_taken_away() -> None:
    """Of every list only what is there stays, and a field that becomes empty goes."""
    dangling = resource(
        "b",
        parent=STACK,
        dependencies=[urn("a"), urn("gone")],
        propertyDependencies={"x": [urn("gone")], "y": [urn("gone"), urn("a")]},
        deletedWith=urn("gone"),
        replaceWith=[urn("gone")],
    )

    assert without_dangling_references([A, dangling])[1] == resource(
        "b", dependencies=[urn("a")], propertyDependencies={"y": [urn("a")]}
    )


def test_what_comes_later_counts_as_gone() -> None:
    """A dependency must come first; a parent may be anywhere, for the check to complain about."""
    early = resource("b", parent=urn("a"), dependencies=[urn("a")])

    assert without_dangling_references([early, A])[0] == resource("b", parent=urn("a"))
