"""The start of an update: the way is clear, the stack is claimed, the record says so."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from hoist.clock import Clock
from hoist.errors import HoistError
from hoist.secret import Secret
from orchestrator.state.claims import Claims
from orchestrator.state.conflicts import Conflicts
from orchestrator.state.errors import BadRequestError
from orchestrator.state.ids import new_token, token_digest
from orchestrator.state.journal_records import Seal, SealReason
from orchestrator.state.names import StackName
from orchestrator.state.records import Holder, StackRecord, UpdateRecord, UpdateStatus
from orchestrator.state.stacks import Stacks
from orchestrator.state.update_endings import Endings
from orchestrator.state.update_records import UpdateRecords


@dataclass(frozen=True, slots=True)
class StartedUpdate:
    """The lease: `token` is needed for every further call of this update."""

    update: UpdateRecord
    token: Secret


class Starts:
    """Starts updates, and ends those that are dead and in the way."""

    def __init__(
        self,
        stacks: Stacks,
        records: UpdateRecords,
        claims: Claims,
        endings: Endings,
        conflicts: Conflicts,
        *,
        clock: Clock,
    ) -> None:
        self._stacks = stacks
        self._records = records
        self._claims = claims
        self._endings = endings
        self._conflicts = conflicts
        self._clock = clock

    def start(
        self, name: StackName, update_id: str, *, tags: Mapping[str, str], holder: Holder
    ) -> StartedUpdate:
        """As Updates.start promises."""
        stack = self._stacks.require(name)
        update = self._records.require(stack.id, update_id)
        _refuse_started(update)
        token = new_token()
        if update.is_dry_run:
            started = self._records.change(update, lambda stored: self._running(stored, token))
        else:
            started = self._open(stack, update, tags=tags, holder=holder, token=token)
        return StartedUpdate(started, token)

    def make_way(self, stack: StackRecord) -> tuple[StackRecord, UpdateRecord | None]:
        """End a dead update if one is open; returns the stack without it, and its final record.

        Raises UpdateInProgressError while a living one is open, CorruptStateError on a conflict.
        """
        taken = None
        if active := stack.active:
            # With a final record only the closing of the stack is missing.
            if not self._records.require(stack.id, active.update_id).status.is_final:
                self._claims.refuse_living(active)
            seal = Seal(SealReason.TAKEN_OVER, "its client is gone")
            taken = self._endings.end(stack.name, active.update_id, seal)
            stack = self._stacks.require(stack.name)
        self._conflicts.refuse(stack)
        return stack, taken

    def _running(self, stored: UpdateRecord, token: Secret) -> UpdateRecord:
        _refuse_started(stored)
        return replace(
            stored,
            status=UpdateStatus.RUNNING,
            started_at=self._clock.now(),
            token_digest=token_digest(token),
        )

    def _open(
        self,
        stack: StackRecord,
        update: UpdateRecord,
        *,
        tags: Mapping[str, str],
        holder: Holder,
        token: Secret,
    ) -> UpdateRecord:
        seen, _ = self.make_way(stack)
        digest = token_digest(token)
        try:
            held = self._claims.claim(seen, update, tags=tags, holder=holder, token_digest=digest)
            return self._records.change(update, lambda stored: _opened(stored, held))
        except HoistError:
            with suppress(HoistError):
                self._give_up(stack.name, update, digest)
            raise

    def _give_up(self, name: StackName, update: UpdateRecord, digest: str) -> None:
        """The client gets no token: if the update is open, it would block the stack for nothing."""
        if self._claims.give_back(name, update.id, token_digest=digest):
            seal = Seal(SealReason.TAKEN_OVER, "it could not be started")
            self._endings.end(name, update.id, seal)


def _refuse_started(update: UpdateRecord) -> None:
    if update.status is not UpdateStatus.CREATED:
        raise BadRequestError(
            f"update {update.id} was started before, or cancelled", way_out="create a new one"
        )


def _opened(stored: UpdateRecord, stack: StackRecord) -> UpdateRecord:
    _refuse_started(stored)
    return stored.opened(stack)
