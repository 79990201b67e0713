"""Who may change a stack: at most one open update, as long as its lease lasts.

The stack's record decides, in one conditional write. The lock object is for a bare CLI.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from hoist.clock import Clock
from orchestrator.state.checkpoints import State, read_state, refuse_twins
from orchestrator.state.errors import (
    StackNotFoundError,
    StoreUnavailableError,
    UpdateInProgressError,
    UpdateLostError,
)
from orchestrator.state.holders import Holders
from orchestrator.state.locks import release_lock, take_lock
from orchestrator.state.names import StackName
from orchestrator.state.records import (
    LEASE_LENGTH,
    ActiveUpdate,
    Base,
    Holder,
    StackRecord,
    UpdateRecord,
)
from orchestrator.state.secrets_providers import identity_of
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage


class Claims:
    """Claims updates make on stacks."""

    def __init__(self, storage: Storage, stacks: Stacks, *, holders: Holders, clock: Clock) -> None:
        self._storage = storage
        self._stacks = stacks
        self._holders = holders
        self._clock = clock

    def claim(
        self,
        seen: StackRecord,
        update: UpdateRecord,
        *,
        tags: Mapping[str, str],
        holder: Holder,
        token_digest: str,
    ) -> StackRecord:
        """Open the stack, which was seen without an open update, for this one.

        Raises UpdateInProgressError if somebody else is or was first, CorruptStateError for a
        checkpoint that cannot be worked on. The lock is taken then, and for the caller to release.
        """
        objects, now = self._storage.objects, self._clock.now()
        stale_locks = take_lock(objects, seen.name, update.id, holder=holder, now=now)
        refuse_twins(objects, seen.name)

        def claimed(stack: StackRecord) -> StackRecord:
            self._refuse_change(seen, stack)
            active = ActiveUpdate(
                update_id=update.id,
                kind=update.kind,
                started_at=now,
                lease_ends_at=now + LEASE_LENGTH,
                holder=holder,
                base=self._base(stack),
                token_digest=token_digest,
            )
            return stack.starting(active, tags)

        stack = self._stacks.change(seen.name, claimed)
        for key in stale_locks:
            # The next update tries again.
            with suppress(StoreUnavailableError):
                objects.delete(key)
        return stack

    def give_back(self, name: StackName, update_id: str, *, token_digest: str) -> bool:
        """After a claim that failed: release the lock. True if the stack was claimed all the same.

        Then the answer of the store was lost, and the caller ends the update.
        """
        stack = self._stacks.find(name)
        if stack is not None and stack.is_held_by(update_id):
            return stack.active is not None and stack.active.token_digest == token_digest
        release_lock(self._storage.objects, name, update_id)
        return False

    def renew(self, name: StackName, update_id: str) -> None:
        """Extend the lease. Raises UpdateLostError if the update is not open any more."""
        ends_at = self._clock.now() + LEASE_LENGTH

        def renewed(stack: StackRecord) -> StackRecord:
            if stack.active is None or stack.active.update_id != update_id:
                raise UpdateLostError("this update is not open any more")
            return replace(stack, active=replace(stack.active, lease_ends_at=ends_at))

        self._stacks.change(name, renewed)

    def refuse_living(self, active: ActiveUpdate) -> None:
        """Raise UpdateInProgressError, naming the holder, unless the update is dead."""
        if active.is_expired(self._clock.now()) or self._holders.is_gone(active.holder):
            return
        raise self._in_progress(active)

    def _refuse_change(self, seen: StackRecord, stack: StackRecord) -> None:
        if stack.active:
            raise self._in_progress(stack.active)
        if stack.is_being_deleted:
            raise StackNotFoundError(
                f"stack '{stack.name}' is being deleted", way_out="delete it again to finish that"
            )
        if stack.version != seen.version:
            # Whoever it was may have taken our lock for a stale one.
            raise UpdateInProgressError(
                f"Another update came first: {stack.last_update_id}, which has ended since",
                way_out="try again",
            )

    def _base(self, stack: StackRecord) -> Base:
        """The checkpoint to start from: nobody publishes one while no update is open."""
        state = read_state(self._storage.objects, stack.name)
        if not state.base.version_id:
            self._stacks.ensure_checkpoint(stack)
            state = read_state(self._storage.objects, stack.name)
        return replace(state.base, secrets_provider=_provider_of(stack, state))

    def _in_progress(self, active: ActiveUpdate) -> UpdateInProgressError:
        age_seconds = int((self._clock.now() - active.started_at).total_seconds())
        left_seconds = int((active.lease_ends_at - self._clock.now()).total_seconds())
        return UpdateInProgressError(
            f"Another update is currently in progress: {active.kind} {active.update_id} "
            f"by {active.holder}, running for {age_seconds} s",
            way_out=f"wait for it to end; if it is dead, it is taken over in {left_seconds} s",
        )


def _provider_of(stack: StackRecord, state: State) -> str:
    named = identity_of((state.deployment or {}).get("secrets_providers"))
    return named or identity_of(stack.secrets.as_state() if stack.secrets else None)
