"""Updates: created, started under a lease, journaled, completed - or taken over."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from hoist.clock import Clock
from hoist.secret import Secret
from orchestrator.state.claims import Claims
from orchestrator.state.client_states import parse_client_state
from orchestrator.state.errors import BadRequestError, JournalEntryError
from orchestrator.state.ids import new_update_id
from orchestrator.state.journal import JournalEntry
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.names import StackName
from orchestrator.state.open_updates import OpenUpdates
from orchestrator.state.records import (
    ClientConfigValue,
    Holder,
    Rename,
    StackRecord,
    UpdateKind,
    UpdateRecord,
)
from orchestrator.state.secrets_providers import refuse_other_provider
from orchestrator.state.stacks import Stacks
from orchestrator.state.update_endings import Endings
from orchestrator.state.update_records import UpdateRecords
from orchestrator.state.update_starts import StartedUpdate, Starts


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """What a client wants to do, as it says when it creates the update."""

    kind: UpdateKind
    is_dry_run: bool
    message: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    config_digest: str = ""
    config: Mapping[str, ClientConfigValue] = field(default_factory=dict)
    rename: Rename | None = None
    amends: str = ""

    @property
    def engine_version(self) -> str:
        return self.environment.get("pulumi.version", "")


@dataclass(frozen=True, slots=True)
class UpdateParts:
    """What the life of an update is made of."""

    records: UpdateRecords
    claims: Claims
    open_updates: OpenUpdates
    starts: Starts
    endings: Endings


class Updates:
    """The updates of a store. One instance serves all stacks and may be used by several threads."""

    def __init__(self, stacks: Stacks, parts: UpdateParts, *, clock: Clock) -> None:
        self._stacks = stacks
        self._parts = parts
        self._clock = clock

    def create(self, name: StackName, request: UpdateRequest) -> UpdateRecord:
        """Note the wish; nothing is locked yet. Raises StackNotFoundError."""
        stack = self._stacks.require(name)
        now = self._clock.now()
        update = UpdateRecord(
            id=new_update_id(now),
            stack_id=stack.id,
            kind=request.kind,
            is_dry_run=request.is_dry_run,
            created_at=now,
            message=request.message,
            environment=dict(request.environment),
            engine_version=request.engine_version,
            config_digest=request.config_digest,
            config=dict(request.config),
            rename=request.rename,
            amends=request.amends,
        )
        self._parts.records.add(update)
        return update

    def start(
        self, name: StackName, update_id: str, *, tags: Mapping[str, str], holder: Holder
    ) -> StartedUpdate:
        """Open the update: from here on it alone may change the stack, until its lease ends.

        A dead update in the way is taken over first. A dry run locks nothing. Raises
        UpdateInProgressError, naming the holder, and CorruptStateError for a conflicted stack.
        """
        started = self._parts.starts.start(name, update_id, tags=tags, holder=holder)
        self._parts.open_updates.remember(name, started.update)
        return started

    def make_way(self, name: StackName) -> UpdateRecord | None:
        """Take over a dead update if one is open; returns its final record.

        Raises UpdateInProgressError while a living one is open, CorruptStateError on a conflict.
        """
        _, taken = self._parts.starts.make_way(self._stacks.require(name))
        return taken

    def take_over(self, name: StackName, update_id: str, reason: str) -> UpdateRecord:
        """Seal the log of an update and publish what it acknowledged, whoever wrote it."""
        return self._parts.endings.end(name, update_id, Seal(SealReason.TAKEN_OVER, reason))

    def cancel(self, name: StackName, update_id: str) -> UpdateRecord:
        """The same at a person's wish. Raises UpdateLostError if the update has ended."""
        return self._parts.endings.cancel(name, update_id)

    def authorize(self, name: StackName, update_id: str, token: Secret) -> UpdateRecord:
        """The update that this lease token is for; raises UpdateLostError for any other."""
        return self._parts.open_updates.authorize(name, update_id, token)

    def append(self, name: StackName, update: UpdateRecord, body: bytes) -> Sequence[JournalEntry]:
        """Make a journal batch durable; returns what was new in it.

        A batch that cannot be accepted ends the update: what follows is refused as well, and what
        was acknowledged before is kept. Raises JournalEntryError then, UpdateLostError later.
        """

        def check(entry: JournalEntry) -> None:
            refuse_other_provider(name, update.base.secrets_provider, entry.names_provider)

        with self._ending_if_refused(name, update):
            return self._parts.open_updates.journal(update).append(body, check=check)

    def append_checkpoint(self, name: StackName, update: UpdateRecord, body: bytes) -> None:
        """Make the whole state of a client without a journal durable; the last one counts.

        What cannot be accepted ends the update, as with a batch; raises in the same way.
        """
        with self._ending_if_refused(name, update):
            try:
                deployment = parse_client_state(body).deployment or {}
            except BadRequestError as error:
                raise JournalEntryError(error.message, way_out=error.way_out) from error
            provider = deployment.get("secrets_providers")
            refuse_other_provider(name, update.base.secrets_provider, provider)
            self._parts.open_updates.journal(update).append_checkpoint(body)

    def renew(self, name: StackName, update: UpdateRecord) -> None:
        """Extend the lease. Raises UpdateLostError if the update is not open any more."""
        if not update.is_dry_run:
            self._parts.claims.renew(name, update.id)

    def note_changes(self, update: UpdateRecord, resource_changes: Mapping[str, int]) -> None:
        """Keep what the client counted, for the history; what it said last counts."""
        if update.is_dry_run:
            return

        def noted(stored: UpdateRecord) -> UpdateRecord:
            if stored.status.is_final:
                return stored
            return replace(stored, resource_changes=dict(resource_changes))

        self._parts.records.change(update, noted)

    def complete(self, name: StackName, update: UpdateRecord, *, succeeded: bool) -> UpdateRecord:
        """End the update as its client says; a repeated call gives the same answer.

        A log with holes is refused, whatever the client says: a batch was lost or refused. Raises
        UpdateLostError then, and for an update that was ended by somebody else; CorruptStateError
        if the update ends conflicted.
        """
        return self._parts.endings.complete(name, update, succeeded=succeeded)

    def history(self, stack: StackRecord) -> Sequence[UpdateRecord]:
        """The updates that have a number, newest first: no dry runs, none that never started."""
        return self._parts.records.numbered(stack.id)

    def require(self, stack: StackRecord, update_id: str) -> UpdateRecord:
        """The update; raises UpdateNotFoundError."""
        return self._parts.records.require(stack.id, update_id)

    @contextmanager
    def _ending_if_refused(self, name: StackName, update: UpdateRecord) -> Iterator[None]:
        if update.is_dry_run:
            raise BadRequestError("a dry run has no journal")
        try:
            yield
        except JournalEntryError as error:
            # The CLI may show the refusal of a later call alone, which knows only the seal.
            detail = "; ".join(filter(None, (error.message, error.way_out)))
            self._parts.endings.end(name, update.id, Seal(SealReason.REFUSED, detail))
            raise
