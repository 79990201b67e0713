"""What a REST API's event asks of health, and who asks."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeGuard

from health.errors import HealthRouteNotFoundError

if TYPE_CHECKING:
    from hoist.access.token_book import TokenBook

Event = Mapping[str, Any]
_METHODS = frozenset({"GET", "HEAD"})


class Route(StrEnum):
    """The paths that answer."""

    LIVE = "/health/live"
    READY = "/health/ready"
    WHOLE = "/health"


def is_request(event: object) -> TypeGuard[Event]:
    return isinstance(event, Mapping) and isinstance(event.get("httpMethod"), str)


def route_of(event: Event) -> Route:
    """Raises HealthRouteNotFoundError."""
    path = event.get("path")
    if event["httpMethod"].upper() not in _METHODS or not isinstance(path, str):
        raise HealthRouteNotFoundError
    try:
        return Route(path.rstrip("/"))
    except ValueError:
        raise HealthRouteNotFoundError from None


def authorise(event: Event, route: Route, tokens: "Callable[[], TokenBook]") -> None:
    """The one place that says who may be told what: anybody, that it lives; the rest, who may see
    any stack at all.

    Raises the errors of `hoist.access.errors`.
    """
    if route is Route.LIVE:
        return
    # To say that it lives, it needs none of it.
    from hoist.access.authorization import authorization_values, presented_token
    from hoist.access.errors import TokenMissingError
    from hoist.access.permissions import Permission

    token = presented_token(authorization_values(event))
    if token is None:
        raise TokenMissingError
    tokens().authority_of(token).require_somewhere(Permission.READ)
