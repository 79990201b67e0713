"""Stacks: init, show, export, tags, removal."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from orchestrator.state.checkpoints import State, cloud_provider
from orchestrator.state.deployment import deployment_faults
from orchestrator.state.errors import BadRequestError, UpdateNotFoundError
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.protocol.access import Access
from orchestrator.state.protocol.fields import (
    object_field,
    text_field,
    text_map,
    text_map_field,
    whole_number,
)
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import StackRecord
from orchestrator.state.secrets_providers import with_service_at
from orchestrator.state.service import StateService
from orchestrator.state.urn import ROOT_STACK_TYPE

# Who refers to a stack needs its outputs, and the key by which the secret ones are opened.
_SHOWN_OF_STATE = ("manifest", "secrets_providers")
_SHOWN_OF_ROOT = ("urn", "custom", "type", "outputs")


class StackRemover(Protocol):
    """Deletes stacks, as Stacks.delete does."""

    def delete(self, name: StackName, *, force: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class StackRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access
    remover: StackRemover

    def create(self, request: Request, *, project: str) -> Answer:
        body = request.json()
        name = StackName(project, text_field(body, "stackName"))
        self.access.check_write(name)
        deployment = _empty_deployment(body)
        provider = cloud_provider(deployment)
        tags = text_map_field(body, "tags")
        self.service.stacks.create(name, tags=tags, secrets=lambda _id: provider, given=deployment)
        return Answer.of({"messages": []})

    def show(self, _request: Request, *, name: StackName) -> Answer:
        self.access.may_read_state(name)
        stack = self.service.stacks.require(name)
        return Answer.of(
            {
                "id": stack.id,
                "orgName": ORGANIZATION,
                "projectName": name.project,
                "stackName": name.stack,
                "activeUpdate": stack.last_update_id,
                "tags": stack.tags,
                "version": stack.version,
            }
        )

    def delete(self, request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        self.remover.delete(name, force=request.query.get("force") == "true")
        return Answer(HTTPStatus.NO_CONTENT)

    def export(self, request: Request, *, name: StackName, version: str = "") -> Answer:
        whole = self.access.may_read_state(name)
        state = self._state(self.service.stacks.require(name), version)
        deployment = state.deployment if whole else _outputs_only(state)
        if deployment is not None:
            deployment = with_service_at(deployment, name, request.backend_url)
        document: dict[str, Any] = {"version": state.version, "deployment": deployment}
        if state.features:
            document["features"] = list(state.features)
        return Answer.of(document)

    def replace_tags(self, request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        self.service.stacks.replace_tags(name, text_map(request.json(), "tags"))
        return Answer(HTTPStatus.NO_CONTENT)

    def _state(self, stack: StackRecord, version: str) -> State:
        if not version:
            # What the open update started from is what it must be given, whatever lies there now.
            base = stack.active.base.version_id if stack.active else ""
            name = stack.name_at(stack.version - 1) if base else stack.name
            return self.service.stacks.state(name, version_id=base)
        number = whole_number(version)
        for update in self.service.updates.history(stack):
            if update.version == number and update.checkpoint_version_id:
                kept = update.checkpoint_version_id
                return self.service.stacks.state(stack.name_at(number), version_id=kept)
        raise UpdateNotFoundError(f"stack '{stack.name}' has no version {version}")


def _empty_deployment(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The deployment that comes with a new stack: it names the secrets provider."""
    deployment = object_field(object_field(body, "state"), "deployment")
    for fault in deployment_faults(deployment):
        raise BadRequestError(f"the state of the new stack is malformed: {fault}")
    if not State(deployment=deployment).is_empty:
        raise BadRequestError("a new stack starts empty", way_out="import its state afterwards")
    return deployment


def _outputs_only(state: State) -> Mapping[str, Any] | None:
    if state.deployment is None:
        return None
    shown = [
        {key: resource[key] for key in _SHOWN_OF_ROOT if key in resource}
        for resource in state.resources
        if resource.get("type") == ROOT_STACK_TYPE and not resource.get("parent")
    ]
    kept = {key: state.deployment[key] for key in _SHOWN_OF_STATE if key in state.deployment}
    return {**kept, "resources": shown}
