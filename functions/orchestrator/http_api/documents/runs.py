"""Runs."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from orchestrator.http_api.documents.instants import utc_text, utc_text_or_none
from orchestrator.state.document_fields import plain_fields

if TYPE_CHECKING:
    from orchestrator.runs.records import Run, Slice, Transition


def run_document(run: "Run", *, position: int) -> dict[str, Any]:
    """The run; `position` is how many come before it in its stack's queue."""
    request = run.request
    return {
        "id": run.id,
        "project": request.stack.project,
        "stack": request.stack.stack,
        "kind": str(request.kind),
        "state": str(run.state),
        "state_since": utc_text(run.state_since),
        "reason": run.reason,
        "created_at": utc_text(run.created_at),
        "asked_by": request.asked_by,
        "message": request.message,
        "program": request.program_digest,
        "options": plain_fields(asdict(request.options)),
        "position": position,
        "cancel_requested": run.cancel is not None,
        "slices": [_slice(part) for part in run.slices],
        "transitions": [_transition(move) for move in run.transitions],
    }


def _slice(part: "Slice") -> dict[str, Any]:
    return {
        "number": part.number,
        "started_at": utc_text(part.started_at),
        "ended_at": utc_text_or_none(part.ended_at),
        "outcome": str(part.outcome) if part.outcome else "",
        "version": part.progress.version,
        "resources_finished": part.progress.resources_finished,
    }


def _transition(move: "Transition") -> dict[str, Any]:
    return {
        "number": move.number,
        "event": str(move.event),
        "from_state": str(move.from_state) if move.from_state else "",
        "to_state": str(move.to_state),
        "who": move.who,
        "at": utc_text(move.at),
        "reason": move.reason,
    }
