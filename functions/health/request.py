"""What a REST API's event asks of health, and who asks."""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeGuard

from health.errors import HealthLoopbackOnlyError, HealthRouteNotFoundError

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


def require_loopback(event: Event) -> None:
    """Raises HealthLoopbackOnlyError for a caller on another machine, or of no address."""
    context = event.get("requestContext")
    identity = context.get("identity") if isinstance(context, Mapping) else None
    address = identity.get("sourceIp") if isinstance(identity, Mapping) else None
    try:
        is_here = ipaddress.ip_address(str(address)).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise HealthLoopbackOnlyError
