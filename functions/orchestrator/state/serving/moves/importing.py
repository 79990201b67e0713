"""A stack of a bare CLI's backend becomes one of Hoist.

Checkpoint, then record: if it dies between, the next try finds the checkpoint and goes on. The
source is only read, unless it is the very folder or bucket that the stack moves into.
"""

from contextlib import suppress

from hoist.clock import Clock
from orchestrator.state.errors import CorruptStateError, ObjectChangedError, StackExistsError
from orchestrator.state.names import META_BODY, META_KEY, StackName
from orchestrator.state.serving.errors import StackDiffersError
from orchestrator.state.serving.moves.backend import BareBackend
from orchestrator.state.serving.moves.moved import MovedStack, MoveOutcome
from orchestrator.state.serving.moves.moving_stack import (
    MovingStack,
    read_moving,
    refuse_unusable,
)
from orchestrator.state.serving.moves.packed import without_zstd
from orchestrator.state.stacks import Stacks
from orchestrator.state.storage import Storage


class Intake:
    """Takes stacks of a backend into a store."""

    def __init__(
        self, backend: BareBackend, storage: Storage, *, zstd: str | None, clock: Clock
    ) -> None:
        self._backend = backend
        self._objects = storage.objects
        self._stacks = Stacks(storage, clock=clock)
        self._zstd = zstd

    def take(self, name: StackName, *, is_dry_run: bool = False) -> MovedStack:
        """Take the stack in, and read it again to be sure.

        Raises StackDiffersError if another stack of that name is there, StackLockedError, and
        CorruptStateError for a state that could not be worked on.
        """
        stack = self._backend.read(name)
        refuse_unusable(stack)
        present = self._present(name, name.checkpoint_key)
        if present and present.digest != stack.digest:
            raise StackDiffersError(
                f"a stack '{name}' is here, and its state is another one",
                way_out="keep that one, or remove it first (`pulumi stack rm`)",
            )
        if present and self._stacks.find(name):
            outcome = MoveOutcome.UNCHANGED
        elif is_dry_run:
            outcome = MoveOutcome.WOULD_MOVE
        else:
            self._write(stack)
            outcome = MoveOutcome.MOVED
        return MovedStack(name, outcome, stack.digest, stack.resource_count)

    def _write(self, stack: MovingStack) -> None:
        name = stack.name
        for key, body in ((META_KEY, META_BODY), (name.checkpoint_key, stack.checkpoint)):
            with suppress(ObjectChangedError):
                self._objects.put(key, body, if_etag=None)
        self._verify(stack)
        # Another import of the same stack may be under way.
        with suppress(StackExistsError):
            self._stacks.create(name, tags=stack.tags, secrets=lambda _stack_id: None)
        self._remove_twins(stack)

    def _verify(self, stack: MovingStack) -> None:
        written = self._present(stack.name, stack.name.checkpoint_key)
        if written is None or written.digest != stack.digest:
            raise CorruptStateError(
                f"stack '{stack.name}' was written, and reads differently",
                way_out="look for somebody else who writes there, then try again",
            )

    def _remove_twins(self, stack: MovingStack) -> None:
        """Of a stack that was taken in where it lay, packed: the plain file is the one from now."""
        for key in stack.name.checkpoint_keys[1:]:
            twin = self._present(stack.name, key)
            if twin and twin.digest == stack.digest:
                self._objects.delete(key)

    def _present(self, name: StackName, key: str) -> MovingStack | None:
        found = self._objects.get(key)
        if found is None:
            return None
        return read_moving(name, without_zstd(found.body, program=self._zstd), {})
