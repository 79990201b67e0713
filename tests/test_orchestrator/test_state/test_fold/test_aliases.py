"""References to resources that have a new name."""

import pytest

from journals import STACK, resource, urn
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.fold.aliases import resolve_aliases

PROVIDER_TYPE = "pulumi:providers:test"


def test_without_aliases_nothing_changes() -> None:
    """The lists come back as they are."""
    resources, snippets = [resource("a", parent=STACK)], [{"references": {"x": urn("a")}}]

    assert resolve_aliases(resources, snippets) == (resources, snippets)


def test_every_kind_of_reference_is_rewritten() -> None:
    """Whatever refers to the old name has the new one; the aliases are gone."""
    renamed = resource("new", aliases=[urn("old"), urn("older"), urn("old")])
    waiting = {
        "parent": urn("old"),
        "dependencies": [urn("old"), urn("other")],
        "propertyDependencies": {"x": [urn("older")], "y": []},
        "deletedWith": urn("old"),
        "replaceWith": [urn("old")],
        "viewOf": urn("old"),
    }

    resources, snippets = resolve_aliases(
        [renamed, resource("b", urn=urn("b"), **waiting)], [{"references": {"x": urn("old")}}]
    )

    assert resources[0] == resource("new")
    assert {name: resources[1][name] for name in waiting} == {
        "parent": urn("new"),
        "dependencies": [urn("new"), urn("other")],
        "propertyDependencies": {"x": [urn("new")], "y": []},
        "deletedWith": urn("new"),
        "replaceWith": [urn("new")],
        "viewOf": urn("new"),
    }
    assert snippets == [{"references": {"x": urn("new")}}]


def test_provider_references_keep_the_id() -> None:
    """Only the URN in a provider reference is rewritten."""
    provider = resource("new", type=PROVIDER_TYPE, aliases=[urn("old", PROVIDER_TYPE)])
    user = resource("a", provider=f"{urn('old', PROVIDER_TYPE)}::id-1")

    resources, _ = resolve_aliases([provider, user], [])

    assert resources[1]["provider"] == f"{urn('new', PROVIDER_TYPE)}::id-1"


def test_a_child_follows_the_type_of_its_parent() -> None:
    """The type in a child's URN, and in its child's, is that of the renamed parent."""
    parent = resource("p", type="shop:index:New", aliases=[urn("p", "shop:index:Old")])
    child = resource("c", parent=urn("p", "shop:index:Old"))
    child["urn"] = urn("c", "shop:index:Old$test:index:Thing")
    grandchild = resource("g", parent=child["urn"])
    grandchild["urn"] = urn("g", "shop:index:Old$test:index:Thing$test:index:Thing")

    resources, _ = resolve_aliases([parent, child, grandchild], [])

    assert [(one["urn"], one.get("parent")) for one in resources[1:]] == [
        (urn("c", "shop:index:New$test:index:Thing"), urn("p", "shop:index:New")),
        (
            urn("g", "shop:index:New$test:index:Thing$test:index:Thing"),
            urn("c", "shop:index:New$test:index:Thing"),
        ),
    ]


def test_a_child_of_a_renamed_stack_keeps_its_type() -> None:
    """The stack adds no type to its children's URNs."""
    stack = {"urn": STACK, "type": "pulumi:pulumi:Stack", "aliases": [f"{STACK}-old"]}
    child = resource("c", parent=f"{STACK}-old")

    resources, _ = resolve_aliases([stack, child], [])

    assert resources[1] == resource("c", parent=STACK)


def test_an_alias_belongs_to_one_resource() -> None:
    """Two resources that claim the same old name are refused, with both names."""
    with pytest.raises(CorruptStateError, match="::a and .*::b are both aliased"):
        resolve_aliases(
            [resource("a", aliases=[urn("old")]), resource("b", aliases=[urn("old")])], []
        )
