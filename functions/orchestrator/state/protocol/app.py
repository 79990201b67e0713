"""The table of routes: one request in, one answer out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from hoist.errors import HoistError
from hoist.secret import Secret
from orchestrator.state.errors import StackNotFoundError
from orchestrator.state.names import ORGANIZATION, StackName
from orchestrator.state.protocol import account_routes
from orchestrator.state.protocol.access import Access, UnauthenticatedError
from orchestrator.state.protocol.edit_routes import EditRoutes
from orchestrator.state.protocol.history_routes import HistoryRoutes
from orchestrator.state.protocol.http import Answer, Request, error_answer
from orchestrator.state.protocol.listing_routes import ListingRoutes
from orchestrator.state.protocol.secret_routes import SecretRoutes
from orchestrator.state.protocol.stack_routes import StackRemover, StackRoutes
from orchestrator.state.protocol.update_routes import (
    LEASE_SCHEME,
    NoObserver,
    UpdateObserver,
    UpdateRoutes,
)
from orchestrator.state.records import Holder
from orchestrator.state.service import StateService

TOKEN_SCHEME = "token "

_PROJECT = "/api/stacks/{organization}/{project}"
_STACK = _PROJECT + "/{stack}"
# The CLI of today always says `update`, for previews and refreshes too.
_UPDATE = _STACK + "/{path_kind:update|preview|refresh|destroy|import}/{update_id}"

Handler = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path pattern. `by_lease` routes are checked by the update's own token."""

    method: str
    pattern: str
    handler: Handler
    by_lease: bool = False

    def match(self, request: Request) -> dict[str, str] | None:
        if request.method != self.method:
            return None
        found = _compiled(self.pattern).fullmatch(request.path)
        if found is None:
            return None
        return {key: unquote(part) for key, part in found.groupdict().items()}


@dataclass(frozen=True, slots=True)
class Call:
    """A request, and the route that answers it with these arguments."""

    route: Route
    request: Request
    arguments: Mapping[str, Any]


class App:
    """The state service behind its protocol."""

    def __init__(
        self,
        service: StateService,
        access: Access,
        *,
        holder: Holder,
        observer: UpdateObserver | None = None,
        login: str = account_routes.LOGIN,
        remover: StackRemover | None = None,
    ) -> None:
        self._access = access
        self.routes = (
            *_account_routes(login),
            *_listing_routes(ListingRoutes(service, access)),
            *_stack_routes(StackRoutes(service, access, remover or service.stacks)),
            *_edit_routes(EditRoutes(service, access, holder)),
            *_secret_routes(SecretRoutes(service, access)),
            # After all of a stack's own: its paths have places for any word.
            *_history_routes(HistoryRoutes(service, access)),
            *_update_routes(UpdateRoutes(service, access, holder, observer or NoObserver())),
        )

    def handle(self, request: Request) -> Answer:
        """Answer a request. Never raises a HoistError: every one of them has its status."""
        try:
            call = self.find(request)
            return self.carry_out(call) if call else NOT_SERVED
        except HoistError as error:
            return error_answer(error)

    def find(self, request: Request) -> Call | None:
        """What a request asks for, if its bearer may ask for anything; None if it is not served.

        Raises UnauthenticatedError, and BadRequestError and StackNotFoundError for its path.
        """
        for route in self.routes:
            parts = route.match(request)
            if parts is None:
                continue
            if not route.by_lease:
                self._access.check_token(_access_token(request))
            return Call(route, request, _arguments(parts))
        return None

    def carry_out(self, call: Call) -> Answer:
        """Do what is asked for. Raises HoistErrors."""
        return call.route.handler(call.request, **call.arguments)


# What Pulumi Cloud has and we leave out: the CLI goes on without it.
NOT_SERVED = Answer.of({"code": 404, "message": "Not Found"}, HTTPStatus.NOT_FOUND)


def _account_routes(login: str) -> tuple[Route, ...]:
    return (
        Route("GET", "/api/user", account_routes.user_route(login)),
        Route("GET", "/api/user/organizations/default", account_routes.show_default_organization),
        Route("GET", "/api/capabilities", account_routes.show_capabilities),
    )


def _listing_routes(listings: ListingRoutes) -> tuple[Route, ...]:
    return (
        Route("GET", "/api/user/stacks", listings.list),
        Route("HEAD", _PROJECT, listings.show_project),
    )


def _stack_routes(stacks: StackRoutes) -> tuple[Route, ...]:
    return (
        Route("POST", _PROJECT, stacks.create),
        Route("GET", _STACK, stacks.show),
        Route("DELETE", _STACK, stacks.delete),
        Route("GET", _STACK + "/export", stacks.export),
        Route("GET", _STACK + "/export/{version}", stacks.export),
        Route("PATCH", _STACK + "/tags", stacks.replace_tags),
    )


def _edit_routes(edits: EditRoutes) -> tuple[Route, ...]:
    return (
        Route("POST", _STACK + "/import", edits.import_state),
        Route("POST", _STACK + "/rename", edits.rename),
    )


def _secret_routes(secrets: SecretRoutes) -> tuple[Route, ...]:
    return (
        Route("POST", _STACK + "/encrypt", secrets.encrypt),
        Route("POST", _STACK + "/batch-encrypt", secrets.encrypt_batch),
        Route("POST", _STACK + "/decrypt", secrets.decrypt),
        Route("POST", _STACK + "/batch-decrypt", secrets.decrypt_batch),
        Route("POST", _STACK + "/decrypt/log-decryption", secrets.log_decryption),
        Route("POST", _STACK + "/decrypt/log-batch-decryption", secrets.log_decryption),
    )


def _history_routes(history: HistoryRoutes) -> tuple[Route, ...]:
    return (
        Route("GET", _STACK + "/updates", history.list),
        Route("GET", _STACK + "/updates/latest", history.latest),
        Route("GET", _UPDATE, history.show_status),
    )


def _update_routes(updates: UpdateRoutes) -> tuple[Route, ...]:
    return (
        Route("POST", _STACK + "/{kind:update|preview|refresh|destroy}", updates.create),
        Route("POST", _UPDATE, updates.start),
        Route("PATCH", _UPDATE + "/journalentries", updates.append, by_lease=True),
        Route("PATCH", _UPDATE + "/checkpoint", updates.append_checkpoint, by_lease=True),
        Route("POST", _UPDATE + "/events/batch", updates.note_events, by_lease=True),
        Route("POST", _UPDATE + "/renew_lease", updates.renew, by_lease=True),
        Route("POST", _UPDATE + "/complete", updates.complete, by_lease=True),
        Route("POST", _UPDATE + "/cancel", updates.cancel),
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    source = re.sub(
        r"\{(\w+)(?::([^}]*))?\}",
        lambda part: f"(?P<{part[1]}>{part[2] or '[^/]+'})",
        pattern,
    )
    return re.compile(source)


def _arguments(parts: dict[str, str]) -> dict[str, Any]:
    organization = parts.pop("organization", ORGANIZATION)
    if organization != ORGANIZATION:
        raise StackNotFoundError(
            f"there is no organization '{organization}' here",
            way_out=f"the only one is '{ORGANIZATION}'",
        )
    parts.pop("path_kind", None)
    if "stack" in parts:
        return {"name": StackName(parts.pop("project"), parts.pop("stack")), **parts}
    return dict(parts)


def _access_token(request: Request) -> Secret:
    header = request.headers.get("authorization", "")
    if header.startswith(LEASE_SCHEME) or not header.startswith(TOKEN_SCHEME):
        raise UnauthenticatedError("this call needs an access token")
    return Secret(header[len(TOKEN_SCHEME) :])
