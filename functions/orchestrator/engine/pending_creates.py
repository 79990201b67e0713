"""Creates of which nobody knows whether they reached the cloud, and a person's word on them.

Pulumi's CLI settles them by exporting the state, editing it and importing it again. Here the edit
is an update like any other: numbered, journaled, and safe against a death in the middle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.engine.operation_errors import OperationInvalidError
from orchestrator.engine.operations import Operation
from orchestrator.state.deployment import Deployment, Resource
from orchestrator.state.exact_json import encode_json
from orchestrator.state.holders import this_process
from orchestrator.state.integrity import check_integrity
from orchestrator.state.journal import ENTRY_VERSION, JournalEntryKind
from orchestrator.state.names import StackName
from orchestrator.state.records import UpdateKind
from orchestrator.state.service import StateService
from orchestrator.state.updates import UpdateRequest

MESSAGE = "settle pending creates"
_REPORTED_NAMES = {"PULUMI_CI_SYSTEM": "ci.system", "PULUMI_CI_BUILD_ID": "ci.build.id"}

RawOperation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PendingCreate:
    """A create of which nobody knows whether it reached the cloud."""

    urn: str
    type: str


def pending_creates(service: StateService, name: StackName) -> Sequence[PendingCreate]:
    """Those of a stack, as its last update left them."""
    pending = service.stacks.state(name).pending_operations
    return [
        PendingCreate(operation["resource"]["urn"], operation["resource"]["type"])
        for operation in pending
        if _is_create(operation)
    ]


def settle_pending_creates(service: StateService, operation: Operation) -> None:
    """Do as the operation says about pending creates; nothing if it says nothing or has none.

    One with an id becomes a resource, which a refresh fills with what is really there, or removes.
    Raises OperationInvalidError for an id that cannot be taken, UpdateInProgressError.
    """
    # The engine itself would keep them beside what it creates anew, in doubt for ever.
    forgets = operation.clear_pending_creates or operation.recreate_pending
    if not forgets and not operation.import_pending_creates:
        return
    state = service.stacks.state(operation.stack)
    pending = [found for found in state.pending_operations if _is_create(found)]
    ids = {wanted.urn: wanted.resource_id for wanted in operation.import_pending_creates}
    _refuse_unknown(ids, pending, state.resources)
    adopted = [found for found in pending if found["resource"]["urn"] in ids]
    kept = [found for found in pending if found not in adopted]
    if not adopted and not (kept and forgets):
        return
    snapshot = {
        **(state.deployment or {}),
        "resources": [*state.resources, *(_adopted(found, ids) for found in adopted)],
        "pending_operations": [] if forgets else kept,
    }
    # Before it is journaled: what is wrong then can be mended, what is wrong later is a conflict.
    check_integrity(snapshot)
    _replace_state(service, operation, snapshot)


def _is_create(operation: RawOperation) -> bool:
    return operation.get("type") == "creating"


def _refuse_unknown(
    ids: Mapping[str, str], pending: Sequence[RawOperation], resources: Sequence[Resource]
) -> None:
    known = [found["resource"]["urn"] for found in pending]
    present = {resource["urn"] for resource in resources if not resource.get("delete")}
    for urn in ids:
        if urn not in known:
            raise OperationInvalidError(
                f"'{urn}' is no pending create of this stack",
                way_out=f"its pending creates are: {', '.join(known) or 'none'}",
            )
        if urn in present:
            raise OperationInvalidError(
                f"'{urn}' is in the state already, with another id",
                way_out="remove one of the two from the cloud, and clear the pending create",
            )


def _adopted(create: RawOperation, ids: Mapping[str, str]) -> Resource:
    resource = create["resource"]
    # Without outputs a provider reads it as it reads an import: by its id alone.
    inputs_only = {name: value for name, value in resource.items() if name != "outputs"}
    return {**inputs_only, "id": ids[resource["urn"]]}


def _replace_state(service: StateService, operation: Operation, snapshot: Deployment) -> None:
    name = operation.stack
    entry = {
        "version": ENTRY_VERSION,
        "kind": JournalEntryKind.WRITE.value,
        "sequenceID": 1,
        "operationID": 0,
        "newSnapshot": snapshot,
    }
    request = UpdateRequest(
        UpdateKind.REFRESH,
        is_dry_run=False,
        message=MESSAGE,
        environment=_reported(operation.extra_environment),
    )
    created = service.updates.create(name, request)
    started = service.updates.start(name, created.id, tags={}, holder=this_process())
    service.updates.append(name, started.update, encode_json({"entries": [entry]}))
    service.updates.complete(name, started.update, succeeded=True)


def _reported(environment: Mapping[str, str]) -> Mapping[str, str]:
    """What the CLI would report of the environment, under its own names."""
    return {key: environment[name] for name, key in _REPORTED_NAMES.items() if name in environment}
