"""The worker's door: the doorbell's messages come in, and the ones to be received again go out."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from hoist.runtime.observed import observed

if TYPE_CHECKING:
    from orchestrator.work.answering import Answering, Invocation


@observed
def handle(event: Mapping[str, Any], context: "Invocation") -> dict[str, Any]:
    """Answer an event of the doorbell's queue; see orchestrator.work."""
    return _answering().answer(event, context)


@cache
def _answering() -> "Answering":
    from orchestrator.worker_wiring import wire_worker

    return wire_worker()
