"""Which stacks and projects there are, as far as the caller may know of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any

from orchestrator.state.errors import BadRequestError, UpdateNotFoundError
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.protocol.access import Access, AccessDeniedError
from orchestrator.state.protocol.http import Answer, Request
from orchestrator.state.records import StackRecord
from orchestrator.state.service import StateService

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class ListingRoutes:
    """Each method answers one route; the path's parts come as keywords."""

    service: StateService
    access: Access

    def show_project(self, _request: Request, *, project: str) -> Answer:
        is_known = any(self._visible(project))
        return Answer(HTTPStatus.OK if is_known else HTTPStatus.NOT_FOUND)

    def list(self, request: Request) -> Answer:
        """A page of stacks, in the order of their names; the token is the last one's name."""
        query = request.query
        if query.get("organization", ORGANIZATION) != ORGANIZATION:
            return Answer.of({"stacks": [], "continuationToken": None})
        after = _name_in(query.get("continuationToken", ""))
        tag, value = query.get("tagName", ""), query.get("tagValue", "")
        wanted = (
            stack
            for stack in self._visible(query.get("project", ""))
            if (after is None or stack.name > after) and _has_tag(stack, tag, value)
        )
        found = list(islice(wanted, PAGE_SIZE + 1))
        page = found[:PAGE_SIZE]
        return Answer.of(
            {
                "stacks": [self._summary(stack) for stack in page],
                "continuationToken": str(page[-1].name) if len(found) > PAGE_SIZE else None,
            }
        )

    def _visible(self, project: str) -> Iterator[StackRecord]:
        if project:
            stacks: Iterator[StackRecord] = iter(self.service.stacks.list(project))
        else:
            names = self.service.stacks.names()
            stacks = (stack for name in names if (stack := self.service.stacks.find(name)))
        return (stack for stack in stacks if self._is_visible(stack))

    def _is_visible(self, stack: StackRecord) -> bool:
        try:
            self.access.may_read_state(stack.name)
        except AccessDeniedError:
            return False
        return True

    def _summary(self, stack: StackRecord) -> dict[str, Any]:
        return {
            "id": stack.id,
            "orgName": ORGANIZATION,
            "projectName": stack.name.project,
            "stackName": stack.name.stack,
            **self._last_update(stack),
        }

    def _last_update(self, stack: StackRecord) -> dict[str, int]:
        if not stack.last_update_id:
            return {}
        try:
            update = self.service.updates.require(stack, stack.last_update_id)
        except UpdateNotFoundError:
            return {}
        shown = {"lastUpdate": int((update.ended_at or update.created_at).timestamp())}
        if update.resource_count is not None:
            shown["resourceCount"] = update.resource_count
        return shown


def _name_in(token: str) -> StackName | None:
    if not token:
        return None
    project, slash, stack = token.partition("/")
    if not slash:
        raise BadRequestError("this continuation token is none of ours", way_out="list anew")
    return StackName(project, stack)


def _has_tag(stack: StackRecord, name: str, value: str) -> bool:
    return not name or (name in stack.tags and value in ("", stack.tags[name]))
