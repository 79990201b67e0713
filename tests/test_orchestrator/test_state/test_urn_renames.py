"""A renamed deployment: every reference has the new names, and nothing else is touched."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from journals import STACK, deployment, resource, urn
from orchestrator.state.names import StackName
from orchestrator.state.urn_renames import renamed_deployment

DEV, PROD = StackName("shop", "dev"), StackName("store", "prod")
PROVIDER = urn("p", "pulumi:providers:test")
FOREIGN = "urn:pulumi:dev::blog::test:index:Thing::x"


def prod(name: str, resource_type: str = "test:index:Thing") -> str:
    return f"urn:pulumi:prod::store::{resource_type}::{name}"


def test_every_reference_is_renamed() -> None:
    """URNs stand in many fields; the provider's has an id behind it."""
    before = resource(
        "a",
        parent=STACK,
        provider=f"{PROVIDER}::id-1",
        dependencies=[urn("b"), FOREIGN],
        propertyDependencies={"x": [urn("b")], "y": None},
        deletedWith=urn("b"),
        replaceWith=[urn("b"), ""],
        viewOf=urn("b"),
        aliases=[urn("old")],
        outputs={"text": urn("b")},
    )
    pending = {"type": "creating", "resource": before}
    snippet = {"uuid": "1", "references": {"r": urn("b")}}

    renamed = renamed_deployment(
        deployment(before, pending_operations=[pending], snippets=[snippet]), DEV, PROD
    )

    after = {
        **before,
        "urn": prod("a"),
        "parent": prod("store-prod", "pulumi:pulumi:Stack"),
        "provider": f"{prod('p', 'pulumi:providers:test')}::id-1",
        "dependencies": [prod("b"), FOREIGN],
        "propertyDependencies": {"x": [prod("b")], "y": []},
        "deletedWith": prod("b"),
        "replaceWith": [prod("b"), ""],
        "viewOf": prod("b"),
        "aliases": [prod("old")],
    }
    assert renamed == deployment(
        after,
        pending_operations=[{"type": "creating", "resource": after}],
        snippets=[{"uuid": "1", "references": {"r": prod("b")}}],
    )


def test_nothing_is_added() -> None:
    """What a deployment lacks it lacks afterwards."""
    assert renamed_deployment({"manifest": {}}, DEV, PROD) == {"manifest": {}}


NAMES = st.sampled_from(["a", "dev", "shop", "a::b", "shop-dev", "ünï"])
RESOURCES = st.lists(
    st.builds(
        lambda name, parent, others: resource(
            name, parent=parent, dependencies=others, propertyDependencies={"x": others}
        ),
        NAMES,
        st.sampled_from(["", STACK, urn("a")]),
        st.lists(NAMES.map(urn), max_size=2),
    ),
    max_size=4,
)


@given(resources=RESOURCES)
def test_there_and_back(resources: list[dict[str, Any]]) -> None:
    """Renamed and renamed back, a deployment is the same; in between the old name is nowhere."""
    before = deployment(*resources)

    there = renamed_deployment(before, DEV, PROD)

    assert "urn:pulumi:dev::shop::" not in json.dumps(there)
    assert renamed_deployment(there, PROD, DEV) == before
