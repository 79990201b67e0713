"""Changes of a stack that are one call of the client, and take effect whole or not at all.

Each is an update like any other: it has a number, a place in the history, and a journal, which
holds the whole new state. Sealed as completed, it is carried out by whoever comes next; given up
before, it never was.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from hoist.errors import HoistError
from orchestrator.state.checkpoints import State, cloud_provider
from orchestrator.state.client_states import client_state_body, parse_client_state
from orchestrator.state.deployment import VersionedDeployment
from orchestrator.state.errors import (
    BadRequestError,
    CorruptStateError,
    StackExistsError,
    StateConflictError,
)
from orchestrator.state.integrity import check_integrity
from orchestrator.state.names import StackName
from orchestrator.state.open_updates import OpenUpdates
from orchestrator.state.records import (
    Base,
    Holder,
    Rename,
    StackRecord,
    UpdateKind,
    UpdateRecord,
    UpdateStatus,
)
from orchestrator.state.secrets_providers import identity_of
from orchestrator.state.stacks import Stacks
from orchestrator.state.updates import UpdateRequest, Updates
from orchestrator.state.urn_renames import renamed_deployment


@dataclass(frozen=True, slots=True)
class Edits:
    """Imports a state, renames a stack, amends a cancelled update."""

    stacks: Stacks
    updates: Updates
    open_updates: OpenUpdates

    def import_state(self, name: StackName, body: bytes, *, holder: Holder) -> UpdateRecord:
        """Replace the stack's state by a client's; returns the update that did it.

        Raises BadRequestError for a state that the engine would not work with, and what
        Updates.start and Updates.complete raise.
        """
        state = parse_client_state(body)
        try:
            check_integrity(state.deployment)
        except CorruptStateError as error:
            raise BadRequestError(error.message, way_out=error.way_out) from error
        _refuse_loss_of_config(self.stacks.require(name), state)
        request = UpdateRequest(UpdateKind.IMPORT, is_dry_run=False)
        update = self._started(name, request, holder)
        return self._carried_out(name, update, lambda: body)

    def rename(self, name: StackName, new: StackName, *, holder: Holder) -> UpdateRecord:
        """Give the stack another name, in its state as well; returns the update that did it.

        Raises StackExistsError if the name is taken, and what Updates.start and Updates.complete
        raise.
        """
        self._refuse_taken(new)
        request = UpdateRequest(UpdateKind.RENAME, is_dry_run=False, rename=Rename(name, new))
        update = self._started(name, request, holder)

        def renamed() -> bytes:
            state = self.stacks.state(name, version_id=update.base.version_id)
            check_integrity(state.deployment)
            return _renamed_body(state, name, new)

        ended = self._carried_out(name, update, renamed)
        if ended.status is not UpdateStatus.SUCCEEDED:
            raise StateConflictError(
                f"'{name}' is not renamed: {ended.reason}", way_out="look at both, then try again"
            )
        return ended

    def amend(
        self,
        name: StackName,
        cancelled: UpdateRecord,
        body: bytes,
        *,
        expected: Base,
        holder: Holder,
    ) -> None:
        """Replace what a cancelled update left by what it is now known to have done.

        Does nothing if the stack has moved on from the expected checkpoint.
        """
        message = f"outcomes of update {cancelled.version} that came after it was cancelled"
        request = UpdateRequest(
            UpdateKind.IMPORT, is_dry_run=False, message=message, amends=cancelled.id
        )
        update = self._started(name, request, holder)
        if update.base.etag == expected.etag:
            self._carried_out(name, update, lambda: body)
        else:
            self.updates.take_over(name, update.id, "the stack has moved on")

    def _started(self, name: StackName, request: UpdateRequest, holder: Holder) -> UpdateRecord:
        created = self.updates.create(name, request)
        return self.updates.start(name, created.id, tags={}, holder=holder).update

    def _carried_out(
        self, name: StackName, update: UpdateRecord, make_state: Callable[[], bytes]
    ) -> UpdateRecord:
        try:
            self.open_updates.journal(update).append_checkpoint(make_state())
            return self.updates.complete(name, update, succeeded=True)
        except HoistError:
            # The client does not repeat this call: left open, the update would block the stack.
            with suppress(HoistError):
                ended = self.updates.take_over(name, update.id, "it could not be carried out")
                if ended.status is UpdateStatus.SUCCEEDED:
                    return ended
            raise

    def _refuse_taken(self, new: StackName) -> None:
        has_checkpoint = new in self.stacks.names(new.project)
        if has_checkpoint or self.stacks.find(new):
            raise StackExistsError(
                f"stack '{new.qualified}' already exists", way_out="choose another name"
            )


def _renamed_body(state: State, old: StackName, new: StackName) -> bytes:
    deployment = renamed_deployment(state.deployment or {}, old, new)
    return client_state_body(state.version, state.features, deployment)


def _refuse_loss_of_config(stack: StackRecord, state: VersionedDeployment) -> None:
    """Secret config that is kept with the stack is encrypted with the key that would go."""
    provider = cloud_provider(state.deployment or {})
    present = stack.secrets.as_state() if stack.secrets else None
    coming = provider.as_state() if provider else None
    if identity_of(present) == identity_of(coming):
        return
    secret = sorted(key for key, value in stack.config.items() if value.is_secret)
    if secret:
        raise BadRequestError(
            f"stack '{stack.name}' keeps secret config ({', '.join(secret)}) under its present "
            "secrets provider, which this state changes",
            way_out="remove it with `hoist config rm`, import, and set it anew",
        )
