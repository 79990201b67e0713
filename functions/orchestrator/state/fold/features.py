"""Which features a deployment uses: an engine that lacks one of them refuses to read it."""

from orchestrator.state.deployment import Deployment

_FEATURE_OF_FIELD = {
    "extensionRef": "extensionParameterization",
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "replaceWith": "replaceWith",
    "resourceHooks": "hooks",
    "taint": "taint",
    "viewOf": "views",
}
_FIELDS = frozenset(_FEATURE_OF_FIELD)
_SNIPPETS_FEATURE = "snippets-prototype"


def features_of(deployment: Deployment) -> tuple[str, ...]:
    """The features in use, sorted; a field counts when it is not empty."""
    resources = [
        *(deployment.get("resources") or ()),
        *(operation["resource"] for operation in deployment.get("pending_operations") or ()),
    ]
    used = {
        _FEATURE_OF_FIELD[field]
        for resource in resources
        for field in _FIELDS & resource.keys()
        if resource[field]
    }
    if deployment.get("snippets"):
        used.add(_SNIPPETS_FEATURE)
    return tuple(sorted(used))
