"""What makes a deployment one that the engine would refuse."""

from typing import Any

import pytest

from journals import STACK, deployment, resource, urn
from orchestrator.state.errors import CorruptStateError
from orchestrator.state.integrity import check_integrity, integrity_findings

PROVIDER = resource("p", type="pulumi:providers:test", id="1")
PROVIDER_REFERENCE = f"{PROVIDER['urn']}::1"
UNMADE_PROVIDER = resource("p", type="pulumi:providers:test", id="")
# What the engine writes for the id of a provider that has none.
UNKNOWN_ID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.mark.parametrize(
    "intact",
    [
        {},
        deployment(),
        deployment(resource("a"), resource("b", dependencies=[urn("a")], parent=urn("a"))),
        deployment(PROVIDER, resource("a", provider=PROVIDER_REFERENCE)),
        deployment(resource("a", provider=f"{PROVIDER['urn']}::2", pendingReplacement=True)),
        deployment(UNMADE_PROVIDER, resource("a", provider=f"{PROVIDER['urn']}::{UNKNOWN_ID}")),
        deployment(resource("a"), resource("a", delete=True), resource("a", delete=True)),
        deployment(resource("a", delete=True), resource("a", delete=True)),
        deployment(resource("a", replaceWith=[""])),
        deployment(snippets=[{"uuid": "1"}, {"uuid": "2"}]),
        deployment(resources=None),
    ],
)
def test_an_intact_deployment_has_no_findings(intact: dict[str, Any]) -> None:
    """A deployment that the engine would read passes."""
    assert list(integrity_findings(intact)) == []


def test_a_stack_without_a_deployment_is_intact() -> None:
    """Nothing can be wrong with nothing."""
    check_integrity(None)


@pytest.mark.parametrize(
    ("broken", "finding"),
    [
        (deployment(manifest={"version": "3.250.0", "magic": "00"}), "magic"),
        (deployment(manifest={"magic": "00"}), "magic"),
        (deployment(resource("a", type="")), "no type"),
        (deployment(resource("a", custom=False)), "not custom"),
        (deployment(resource("a", parent=STACK)), "parent .* is missing"),
        (deployment(resource("a", parent=urn("b")), resource("b")), "parent .* comes after"),
        (deployment(resource("a", dependencies=[urn("a")])), "dependency .* comes after"),
        (deployment(resource("a", dependencies=[""])), "dependency .* is missing"),
        (deployment(resource("a", propertyDependencies={"x": [urn("b")]})), "by x .* is missing"),
        (deployment(resource("a", deletedWith=urn("b"))), "deletedWith .* is missing"),
        (deployment(resource("a", replaceWith=[urn("b")])), "replaceWith .* is missing"),
        (deployment(resource("a", provider=PROVIDER_REFERENCE)), "provider .* not come before"),
        (deployment(PROVIDER, resource("a", provider=f"{PROVIDER['urn']}::2")), "provider"),
        (deployment(UNMADE_PROVIDER, resource("a", provider=f"{PROVIDER['urn']}::")), "provider"),
        (deployment(resource("a"), resource("b", provider=f"{urn('a')}::1")), "not a reference"),
        (deployment(resource("a", provider="p")), "not a reference"),
        (deployment(resource("p", urn=urn("p"), type="pulumi:providers:test")), "its URN is not"),
        (deployment(resource("a"), resource("a")), "2 times"),
        (deployment(snippets=[{}]), "no uuid"),
        (deployment(snippets=[{"uuid": "1"}, {"uuid": "1"}]), "uuid of another"),
        (deployment({"type": "t"}), "urn must be"),
        (deployment(resource("a", dependencies=7)), "dependencies must be"),
        ({"resources": {}}, "resources must be"),
    ],
)
def test_each_fault_is_found(broken: dict[str, Any], finding: str) -> None:
    """What the engine would refuse is refused here, by name and with a way out."""
    with pytest.raises(CorruptStateError, match=finding) as refusal:
        check_integrity(broken)

    assert refusal.value.way_out


def test_all_faults_are_listed() -> None:
    """The findings do not stop at the first fault."""
    broken = deployment(resource("a", parent=STACK, deletedWith=urn("b")), resource("a"))

    assert len(list(integrity_findings(broken))) == 3
