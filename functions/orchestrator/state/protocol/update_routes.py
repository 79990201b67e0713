"""Updates: create, start, journal, events, lease, completion, cancel."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hoist.secret import Secret
from orchestrator.state.errors import (
    BadRequestError,
    StackNotFoundError,
    StateConflictError,
    UpdateLostError,
    UpdateNotFoundError,
)
from orchestrator.state.exact_json import encode_json
from orchestrator.state.journal import JournalEntry
from orchestrator.state.names import StackName
from orchestrator.state.protocol.access import Access, AccessDeniedError
from orchestrator.state.protocol.fields import (
    list_field,
    object_field,
    text_field,
    text_map_field,
)
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import LEASE_LENGTH, Holder, UpdateKind, UpdateRecord
from orchestrator.state.service import StateService
from orchestrator.state.updates import UpdateRequest

JOURNAL_VERSION = 1
"""The only version of journal entries that we fold."""

LEASE_SCHEME = "update-token "


class UpdateObserver(Protocol):
    """Is told what happens, right after it is durable. It must be quick and must not raise."""

    def update_started(self, update: UpdateRecord) -> None: ...

    def journal_grew(self, update: UpdateRecord, entries: Sequence[JournalEntry]) -> None: ...


class NoObserver:
    """Nobody is watching."""

    def update_started(self, update: UpdateRecord) -> None:
        pass

    def journal_grew(self, update: UpdateRecord, entries: Sequence[JournalEntry]) -> None:
        pass


@dataclass(frozen=True, slots=True)
class UpdateRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access
    holder: Holder
    observer: UpdateObserver
    summaries: dict[str, dict[str, int]] = field(default_factory=dict)
    """Resource changes by update, as its last summary event told them."""

    def create(self, request: Request, *, name: StackName, kind: str) -> Answer:
        self.access.check_write(name)
        update = self.service.updates.create(name, _update_request(request.json(), kind))
        return Answer.of({"updateID": update.id})

    def start(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        self.access.check_write(name)
        body = request.json()
        _require_journaling(body)
        started = self.service.updates.start(
            name, update_id, tags=text_map_field(body, "tags"), holder=self.holder
        )
        self.observer.update_started(started.update)
        return Answer.of(
            {
                "version": started.update.version,
                "token": started.token.reveal(),
                "tokenExpiration": self._lease_end(),
                "journalVersion": JOURNAL_VERSION,
            }
        )

    def append(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        update = self._authorized(request, name, update_id)
        entries = self.service.updates.append(name, update, request.body)
        self.observer.journal_grew(update, entries)
        return Answer()

    def note_events(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        """Events are best effort on the client's side; of ours, only the summary is kept."""
        self._authorized(request, name, update_id)
        for event in list_field(request.json(), "events"):
            summary = event.get("summaryEvent") if isinstance(event, dict) else None
            if isinstance(summary, dict):
                self.summaries[update_id] = _counts(summary.get("resourceChanges"))
        return Answer()

    def renew(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        """Only 403 tells the CLI that its lease is gone for good; on anything else it goes on."""
        try:
            update = self._authorized(request, name, update_id)
            self.service.updates.renew(name, update)
        except (UpdateLostError, StackNotFoundError, UpdateNotFoundError) as error:
            raise AccessDeniedError(error.message, way_out=error.way_out) from error
        token = _lease_token(request).reveal()
        return Answer.of({"token": token, "tokenExpiration": self._lease_end()})

    def complete(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        update = self._authorized(request, name, update_id)
        status = text_field(request.json(), "status")
        if status not in {"succeeded", "failed"}:
            raise BadRequestError(f"'{status}' is no status that an update can complete with")
        self.service.updates.complete(
            name,
            update,
            succeeded=status == "succeeded",
            resource_changes=self.summaries.get(update_id, {}),
        )
        # Not before: if the store fails, the client completes once more.
        self.summaries.pop(update_id, None)
        return Answer()

    def cancel(self, _request: Request, *, name: StackName, update_id: str) -> Answer:
        self.access.check_write(name)
        try:
            self.service.updates.cancel(name, update_id)
        except UpdateLostError as error:
            raise StateConflictError(error.message, way_out=error.way_out) from error
        return Answer()

    def _authorized(self, request: Request, name: StackName, update_id: str) -> UpdateRecord:
        return self.service.updates.authorize(name, update_id, _lease_token(request))

    def _lease_end(self) -> int:
        return int((self.service.clock.now() + LEASE_LENGTH).timestamp())


def _update_request(body: Mapping[str, Any], kind: str) -> UpdateRequest:
    metadata = object_field(body, "metadata")
    config = encode_json(object_field(body, "config"), sort_keys=True)
    return UpdateRequest(
        kind=UpdateKind(kind),
        # The preview phase of `up` comes through the path of `up`: only this option tells.
        is_dry_run=object_field(body, "options").get("dryRun") is True,
        message=text_field(metadata, "message"),
        environment=text_map_field(metadata, "environment"),
        config_digest=hashlib.sha256(config).hexdigest(),
    )


def _require_journaling(body: Mapping[str, Any]) -> None:
    if body.get("journalVersion") != JOURNAL_VERSION:
        raise BadRequestError(
            f"this backend needs a journal of version {JOURNAL_VERSION}",
            way_out="unset PULUMI_DISABLE_JOURNALING, and use Pulumi 3.230 or newer",
        )


def _lease_token(request: Request) -> Secret:
    header = request.headers.get("authorization", "")
    if not header.startswith(LEASE_SCHEME):
        raise UpdateLostError("this call needs the lease token of its update")
    return Secret(header[len(LEASE_SCHEME) :])


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {key: count for key, count in value.items() if type(count) is int}
