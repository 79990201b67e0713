"""Runs as documents, and back. A reader refuses what it does not know."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from orchestrator.runs.options import RunOptions
from orchestrator.runs.records import CancelRequest, Lease, Progress, Run, Slice, Transition
from orchestrator.runs.requests import RunRequest
from orchestrator.runs.states import RunEvent, RunKind, RunState, SliceOutcome
from orchestrator.state.document_fields import instant_in, known_fields, plain_fields
from orchestrator.state.names import StackName
from orchestrator.state.storage import Document

FORMAT = 1
"""Number of this layout of the documents, queues included."""


def document_of(run: Run) -> Document:
    """The run as it is stored; its revision is the store's own."""
    fields = {name: value for name, value in asdict(run).items() if name != "revision"}
    return {"format": FORMAT, **plain_fields(fields)}


def run_in(document: Document, *, revision: int) -> Run:
    """The run; raises CorruptStateError for a document of another format."""
    known = known_fields(document, "run", format_number=FORMAT)
    return Run(
        request=_request(known.pop("request")),
        created_at=datetime.fromisoformat(known.pop("created_at")),
        state=RunState(known.pop("state")),
        state_since=datetime.fromisoformat(known.pop("state_since")),
        slices=tuple(map(_slice, known.pop("slices"))),
        lease=_lease(known.pop("lease")),
        cancel=_cancel(known.pop("cancel")),
        transitions=tuple(map(_transition, known.pop("transitions"))),
        revision=revision,
        **known,
    )


def _request(known: dict[str, Any]) -> RunRequest:
    stack, kind = StackName(**known["stack"]), RunKind(known["kind"])
    options = RunOptions.of_fields(known["options"])
    return RunRequest(**{**known, "stack": stack, "kind": kind, "options": options})


def _slice(known: dict[str, Any]) -> Slice:
    return Slice(
        number=known["number"],
        worker_id=known["worker_id"],
        started_at=datetime.fromisoformat(known["started_at"]),
        progress=Progress(**known["progress"]),
        outcome=SliceOutcome(known["outcome"]) if known["outcome"] else None,
        ended_at=instant_in(known["ended_at"]),
    )


def _lease(known: dict[str, str] | None) -> Lease | None:
    if known is None:
        return None
    return Lease(
        worker_id=known["worker_id"],
        heartbeat_at=datetime.fromisoformat(known["heartbeat_at"]),
        ends_at=datetime.fromisoformat(known["ends_at"]),
    )


def _cancel(known: dict[str, str] | None) -> CancelRequest | None:
    if known is None:
        return None
    return CancelRequest(known["who"], datetime.fromisoformat(known["at"]))


def _transition(known: dict[str, Any]) -> Transition:
    return Transition(
        number=known["number"],
        event=RunEvent(known["event"]),
        from_state=RunState(known["from_state"]) if known["from_state"] else None,
        to_state=RunState(known["to_state"]),
        who=known["who"],
        at=datetime.fromisoformat(known["at"]),
        reason=known["reason"],
    )
