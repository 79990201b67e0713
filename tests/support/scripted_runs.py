"""Runs as the API's documents tell of them, at instants that a test chooses."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hoist.operation_event_documents import document_of
from hoist.operation_events import OperationEvent

RUN_ID = "run-019ab0000000-0123456789"
BEGINNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_EVENTS = {"queued": "submitted", "running": "claimed", "cancelled": "cancelled"}


def at(seconds: float) -> str:
    """An instant so many seconds after the beginning."""
    return (BEGINNING + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def run_document(
    *moves: tuple[float, str] | tuple[float, str, str],
    kind: str = "up",
    position: int = 0,
    run_id: str = RUN_ID,
    slices: Sequence[dict[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    """A run that moved to these states at these seconds, for these reasons."""
    transitions = [
        {
            "number": number,
            "event": _EVENTS.get(move[1], "slice_ended"),
            "from_state": moves[number - 2][1] if number > 1 else "",
            "to_state": move[1],
            "who": "loopback",
            "at": at(move[0]),
            "reason": move[2] if len(move) > 2 else "",
        }
        for number, move in enumerate(moves or [(0.0, "queued")], start=1)
    ]
    last = transitions[-1]
    return {
        "id": run_id,
        "project": "shop",
        "stack": "dev",
        "kind": kind,
        "state": last["to_state"],
        "state_since": last["at"],
        "reason": last["reason"],
        "created_at": at(0),
        "asked_by": "loopback",
        "message": "",
        "program": "",
        "options": {},
        "position": position,
        "cancel_requested": False,
        "slices": list(slices),
        "transitions": transitions,
        **more,
    }


def page_document(
    run: dict[str, Any],
    *events: OperationEvent,
    following: str = "1-1",
    is_complete: bool = False,
) -> dict[str, Any]:
    """A page of the run's events."""
    return {
        "events": [document_of(event) for event in events],
        "next": following,
        "run": run,
        "is_complete": is_complete,
    }
