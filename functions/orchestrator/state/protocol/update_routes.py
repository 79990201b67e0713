"""Updates: create, start, journal, events, lease, completion, cancel."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from orchestrator.state.open_updates import LEASE_UNKNOWN
from orchestrator.state.protocol.access import Access, AccessDeniedError
from orchestrator.state.protocol.fields import (
    list_field,
    object_field,
    text_field,
    text_map_field,
)
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import (
    LEASE_LENGTH,
    ClientConfigValue,
    Holder,
    UpdateKind,
    UpdateRecord,
)
from orchestrator.state.service import StateService
from orchestrator.state.updates import UpdateRequest

JOURNAL_VERSION = 1
"""The only version of journal entries that we fold."""

MOST_CONFIG_BYTES = 64 * 1024
"""Larger config is not kept with its update: `config refresh` finds none then."""

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

    def create(self, request: Request, *, name: StackName, kind: str) -> Answer:
        self.access.check_write(name)
        update = self.service.updates.create(name, _update_request(request.json(), kind))
        return Answer.of({"updateID": update.id})

    def start(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        self.access.check_write(name)
        body = request.json()
        journal_version = min(_journal_version(body), JOURNAL_VERSION)
        started = self.service.updates.start(
            name, update_id, tags=text_map_field(body, "tags"), holder=self.holder
        )
        self.observer.update_started(started.update)
        return Answer.of(
            {
                "version": started.update.version,
                "token": started.token.reveal(),
                "tokenExpiration": self._lease_end(),
                "journalVersion": journal_version,
            }
        )

    def append(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        update = self._authorized(request, name, update_id)
        try:
            entries = self.service.updates.append(name, update, request.body)
        except UpdateLostError:
            late = self.service.late_outcomes
            late.record(name, update, request.body, holder=self.holder)
            raise
        self.observer.journal_grew(update, entries)
        return Answer()

    def append_checkpoint(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        """The whole state, from a client that has no journal."""
        update = self._authorized(request, name, update_id)
        self.service.updates.append_checkpoint(name, update, request.body)
        return Answer()

    def note_events(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        """Events are best effort on the client's side; of ours, only the summary is kept."""
        update = self._authorized(request, name, update_id)
        for event in list_field(request.json(), "events"):
            summary = event.get("summaryEvent") if isinstance(event, dict) else None
            if isinstance(summary, dict):
                changes = _counts(summary.get("resourceChanges"))
                # Not only here: another process may be asked to complete the update.
                self.service.updates.note_changes(update, changes)
        return Answer()

    def renew(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        """Only 403 tells the CLI that its lease is gone for good; on anything else it goes on."""
        try:
            update = self._authorized(request, name, update_id)
            self.service.updates.renew(name, update)
        except (UpdateLostError, StackNotFoundError, UpdateNotFoundError) as error:
            raise AccessDeniedError(error.message, way_out=error.way_out) from error
        token = lease_token(request).reveal()
        return Answer.of({"token": token, "tokenExpiration": self._lease_end()})

    def complete(self, request: Request, *, name: StackName, update_id: str) -> Answer:
        update = self._authorized(request, name, update_id)
        status = text_field(request.json(), "status")
        if status not in {"succeeded", "failed"}:
            raise BadRequestError(f"'{status}' is no status that an update can complete with")
        self.service.updates.complete(name, update, succeeded=status == "succeeded")
        return Answer()

    def cancel(self, _request: Request, *, name: StackName, update_id: str) -> Answer:
        self.access.check_write(name)
        try:
            self.service.updates.cancel(name, update_id)
        except UpdateLostError as error:
            raise StateConflictError(error.message, way_out=error.way_out) from error
        return Answer()

    def _authorized(self, request: Request, name: StackName, update_id: str) -> UpdateRecord:
        return authorized_update(self.service, request, name=name, update_id=update_id)

    def _lease_end(self) -> int:
        return int((self.service.clock.now() + LEASE_LENGTH).timestamp())


def authorized_update(
    service: StateService, request: Request, *, name: StackName, update_id: str
) -> UpdateRecord:
    """The update that the request bears the lease of; raises UpdateLostError.

    Whoever has no lease hears the same whether the update exists or not, and the stack as well.
    """
    try:
        return service.updates.authorize(name, update_id, lease_token(request))
    except (StackNotFoundError, UpdateNotFoundError) as error:
        raise UpdateLostError(LEASE_UNKNOWN) from error


def _update_request(body: Mapping[str, Any], kind: str) -> UpdateRequest:
    metadata, config = object_field(body, "metadata"), object_field(body, "config")
    config_text = encode_json(config, sort_keys=True)
    return UpdateRequest(
        kind=UpdateKind(kind),
        # The preview phase of `up` comes through the path of `up`: only this option tells.
        is_dry_run=object_field(body, "options").get("dryRun") is True,
        message=text_field(metadata, "message"),
        environment=text_map_field(metadata, "environment"),
        config_digest=hashlib.sha256(config_text).hexdigest(),
        config=_config(config) if len(config_text) <= MOST_CONFIG_BYTES else {},
    )


def _config(config: Mapping[str, Any]) -> dict[str, ClientConfigValue]:
    """Values as they came: those of secrets are ciphertext."""
    values = {}
    for key in config:
        value = object_field(config, key)
        values[key] = ClientConfigValue(
            text_field(value, "string"),
            is_secret=value.get("secret") is True,
            is_object=value.get("object") is True,
        )
    return values


def _journal_version(body: Mapping[str, Any]) -> int:
    """What the client offers; 0 if it knows no journal, and sends checkpoints."""
    version = body.get("journalVersion")
    if version is None:
        return 0
    if type(version) is not int or version < 0:
        raise BadRequestError("'journalVersion' must be a whole number")
    return version


def lease_token(request: Request) -> Secret:
    """The lease token that a request bears; raises UpdateLostError if it bears none."""
    header = request.headers.get("authorization", "")
    if not header.startswith(LEASE_SCHEME):
        raise UpdateLostError("this call needs the lease token of its update")
    return Secret(header[len(LEASE_SCHEME) :])


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {key: count for key, count in value.items() if type(count) is int}
