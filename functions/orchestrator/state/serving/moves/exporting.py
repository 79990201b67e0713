"""A stack of Hoist becomes one of a bare CLI's backend, which needs no Hoist from then on."""

from contextlib import suppress

from hoist.clock import Clock
from orchestrator.state.conflicts import Conflicts
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import ObjectChangedError, UpdateInProgressError
from orchestrator.state.exact_json import encode_json
from orchestrator.state.locks import own_locks
from orchestrator.state.names import META_BODY, META_KEY, StackName
from orchestrator.state.serving.errors import StackDiffersError
from orchestrator.state.serving.moves.backend import BareBackend, tags_key
from orchestrator.state.serving.moves.backend_files import BackendFiles
from orchestrator.state.serving.moves.moved import MovedStack, MoveOutcome
from orchestrator.state.serving.moves.moving_stack import MovingStack, refuse_unusable
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage
from orchestrator.state.update_records import UpdateRecords


class Outlet:
    """Gives stacks of a store to a backend. The store is only read."""

    def __init__(
        self, storage: Storage, files: BackendFiles, *, zstd: str | None, clock: Clock
    ) -> None:
        self._objects = storage.objects
        self._stacks = Stacks(storage, clock=clock)
        self._conflicts = Conflicts(storage.objects, self._stacks, UpdateRecords(storage.records))
        self._files = files
        self._there = BareBackend(files, zstd=zstd)

    def give(self, name: StackName, *, is_dry_run: bool = False) -> MovedStack:
        """Give the stack out, and read it again to be sure.

        Raises StackDiffersError if another stack of that name is there, UpdateInProgressError while
        an update is open, CorruptStateError for a conflicted stack, or one whose secrets only this
        backend opens.
        """
        stack = self._settled(name)
        refuse_unusable(stack)
        if self._is_there(stack):
            outcome = MoveOutcome.UNCHANGED
        elif is_dry_run:
            outcome = MoveOutcome.WOULD_MOVE
        else:
            self._write(stack)
            outcome = MoveOutcome.MOVED
        return MovedStack(name, outcome, stack.digest, stack.resource_count)

    def _settled(self, name: StackName) -> MovingStack:
        """The stack as its last update left it, which must have ended."""
        record = self._stacks.require(name)
        self._conflicts.refuse(record)
        if record.active or own_locks(self._objects, name):
            raise UpdateInProgressError(
                f"an update of stack '{name}' is open",
                way_out="wait for it to end; if it is dead, run `pulumi cancel`",
            )
        state = self._stacks.state(name)
        versioned = VersionedDeployment(state.version, state.features, state.deployment)
        return MovingStack(name, versioned, record.tags)

    def _write(self, stack: MovingStack) -> None:
        # The state last: who was interrupted before it finds nothing there, and begins again.
        with suppress(ObjectChangedError):
            self._files.write_new(META_KEY, META_BODY)
        if stack.tags:
            tags = encode_json({"version": 1, "tags": dict(stack.tags)})
            with suppress(ObjectChangedError):
                self._files.write_new(tags_key(stack.name), tags)
        with suppress(ObjectChangedError):
            self._files.write_new(stack.name.checkpoint_key, stack.checkpoint)
        if not self._is_there(stack):
            raise StackDiffersError(
                f"stack '{stack.name}' was written there, and is gone again", way_out="try again"
            )

    def _is_there(self, stack: MovingStack) -> bool:
        """Whether it is there as it is here; raises StackDiffersError for another one."""
        if not any(self._files.read(key) is not None for key in stack.name.checkpoint_keys):
            return False
        if self._there.read(stack.name).digest != stack.digest:
            raise StackDiffersError(
                f"a stack '{stack.name}' is there, and its state is another one",
                way_out="choose a place without it, or remove it there first",
            )
        return True
