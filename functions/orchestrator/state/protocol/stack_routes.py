"""Stacks: init, list, show, export, tags, removal, history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from orchestrator.state.checkpoints import State, cloud_provider
from orchestrator.state.errors import BadRequestError, UpdateNotFoundError
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.protocol.access import Access, AccessDeniedError
from orchestrator.state.protocol.fields import (
    object_field,
    text_field,
    text_map,
    text_map_field,
    whole_number,
)
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import StackRecord, UpdateRecord, UpdateStatus
from orchestrator.state.service import StateService
from orchestrator.state.urn import ROOT_STACK_TYPE

# Who refers to a stack needs its outputs, and the key by which the secret ones are opened.
_SHOWN_OF_STATE = ("manifest", "secrets_providers")
_SHOWN_OF_ROOT = ("urn", "custom", "type", "outputs")


@dataclass(frozen=True, slots=True)
class StackRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access

    def show_project(self, _request: Request, *, project: str) -> Answer:
        return Answer(HTTPStatus.OK if self._visible(project) else HTTPStatus.NOT_FOUND)

    def list(self, request: Request) -> Answer:
        project = request.query.get("project", "")
        tag, value = request.query.get("tagName", ""), request.query.get("tagValue", "")
        stacks = self._visible(project) if project else []
        summaries = [_summary(stack) for stack in stacks if _has_tag(stack, tag, value)]
        return Answer.of({"stacks": summaries, "continuationToken": None})

    def create(self, request: Request, *, project: str) -> Answer:
        body = request.json()
        name = StackName(project, text_field(body, "stackName"))
        self.access.check_write(name)
        deployment = object_field(object_field(body, "state"), "deployment")
        if not State(deployment=deployment).is_empty:
            raise BadRequestError("a new stack starts empty", way_out="import its state afterwards")
        provider = cloud_provider(deployment)
        tags = text_map_field(body, "tags")
        self.service.stacks.create(name, tags=tags, secrets=lambda _id: provider)
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
        self.service.stacks.delete(name, force=request.query.get("force") == "true")
        return Answer(HTTPStatus.NO_CONTENT)

    def export(self, _request: Request, *, name: StackName, version: str = "") -> Answer:
        whole = self.access.may_read_state(name)
        stack = self.service.stacks.require(name)
        version_id = self._version_id(stack, version)
        state = self.service.stacks.state(name, version_id=version_id)
        deployment = state.deployment if whole else _outputs_only(state)
        document: dict[str, Any] = {"version": state.version, "deployment": deployment}
        if state.features:
            document["features"] = list(state.features)
        return Answer.of(document)

    def replace_tags(self, request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        self.service.stacks.replace_tags(name, text_map(request.json(), "tags"))
        return Answer(HTTPStatus.NO_CONTENT)

    def history(self, request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        updates = self.service.updates.history(self.service.stacks.require(name))
        size = whole_number(request.query.get("pageSize", "0"))
        page = max(whole_number(request.query.get("page", "1")), 1)
        chosen = updates[(page - 1) * size : page * size] if size else updates
        return Answer.of({"updates": [_update_info(update) for update in chosen]})

    def latest_update(self, _request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        updates = self.service.updates.history(self.service.stacks.require(name))
        if not updates:
            raise UpdateNotFoundError(f"stack '{name}' was never updated")
        return Answer.of({"info": _update_info(updates[0])})

    def refuse_encryption(self, _request: Request, *, name: StackName) -> Answer:
        """Without this refusal a stack whose settings file is missing would silently change over
        to keys of this service, which keeps none."""
        raise BadRequestError(
            f"this backend keeps no keys, so it cannot encrypt for '{name}'",
            way_out="give the stack a cloud secrets provider, such as awskms://",
        )

    def log_decryption(self, _request: Request, *, name: StackName) -> Answer:
        self.access.check_write(name)
        return Answer()

    def _visible(self, project: str) -> Sequence[StackRecord]:
        """The stacks of a project that the caller may know of."""
        return [stack for stack in self.service.stacks.list(project) if self._is_visible(stack)]

    def _is_visible(self, stack: StackRecord) -> bool:
        try:
            self.access.may_read_state(stack.name)
        except AccessDeniedError:
            return False
        return True

    def _version_id(self, stack: StackRecord, version: str) -> str:
        if not version:
            # What the open update started from is what it must be given, whatever lies there now.
            return stack.active.base.version_id if stack.active else ""
        number = whole_number(version)
        for update in self.service.updates.history(stack):
            if update.version == number and update.checkpoint_version_id:
                return update.checkpoint_version_id
        raise UpdateNotFoundError(f"stack '{stack.name}' has no version {version}")


def _has_tag(stack: StackRecord, name: str, value: str) -> bool:
    return not name or (name in stack.tags and value in ("", stack.tags[name]))


def _summary(stack: StackRecord) -> dict[str, Any]:
    return {
        "id": stack.id,
        "orgName": ORGANIZATION,
        "projectName": stack.name.project,
        "stackName": stack.name.stack,
    }


def _update_info(update: UpdateRecord) -> dict[str, Any]:
    # Pulumi knows no other results; our own, richer status is in the record.
    result = {UpdateStatus.RUNNING: "in-progress", UpdateStatus.SUCCEEDED: "succeeded"}
    return {
        "kind": str(update.kind),
        "startTime": int((update.started_at or update.created_at).timestamp()),
        "endTime": int(update.ended_at.timestamp()) if update.ended_at else 0,
        "message": update.message,
        "environment": update.environment,
        "config": {},
        "result": result.get(update.status, "failed"),
        "version": update.version,
        "resourceChanges": update.resource_changes,
    }


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
