"""The features that a deployment uses."""

from typing import Any

import pytest

from journals import deployment, resource, urn
from orchestrator.state.fold.features import features_of

USED = {
    "taint": (True, "taint"),
    "refreshBeforeUpdate": (True, "refreshBeforeUpdate"),
    "viewOf": (urn("a"), "views"),
    "resourceHooks": ({"beforeCreate": ["hook"]}, "hooks"),
    "replaceWith": ([urn("a")], "replaceWith"),
    "extensionRef": ("ref", "extensionParameterization"),
}


@pytest.mark.parametrize(("field", "value", "feature"), [(f, *used) for f, used in USED.items()])
def test_each_field_is_a_feature(field: str, value: Any, feature: str) -> None:
    """A field in use counts, in a resource and in a pending operation."""
    using = resource("b", **{field: value})

    assert features_of(deployment(using)) == (feature,)
    pending = [{"type": "creating", "resource": using}]
    assert features_of(deployment(pending_operations=pending)) == (feature,)


@pytest.mark.parametrize("empty", [None, False, "", [], {}])
def test_empty_fields_do_not_count(empty: Any) -> None:
    """A field that says nothing needs no newer engine."""
    assert features_of(deployment(resource("a", **dict.fromkeys(USED, empty)))) == ()


def test_features_are_sorted() -> None:
    """All features, each once, snippets among them, in the order of their names."""
    using = {field: value for field, (value, _) in USED.items()}

    features = features_of(deployment(resource("b", **using), snippets=[{"uuid": "1"}]))

    assert features == tuple(sorted({*(name for _, name in USED.values()), "snippets-prototype"}))
