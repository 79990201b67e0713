"""What a stack exports, read from its state."""

from collections.abc import Mapping
from typing import Any

from orchestrator.state.checkpoints import State
from orchestrator.state.urn import ROOT_STACK_TYPE


def stack_outputs(state: State) -> Mapping[str, Any]:
    """The outputs by name, sorted; secrets in them are still sealed."""
    for resource in state.resources:
        if resource.get("type") == ROOT_STACK_TYPE and not resource.get("delete"):
            return dict(sorted((resource.get("outputs") or {}).items()))
    return {}
