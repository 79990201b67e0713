"""The one check that stands before every handler, and the audit of what passes it or does not."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.api_gateway import (
    ApiGatewayResolver,
    APIGatewayRestResolver,
    Response,
)

from orchestrator.http_api.errors import RouteNotFoundError
from orchestrator.http_api.routes import Route

if TYPE_CHECKING:
    from orchestrator.http_api.recording import RequestAudit


def guard(
    resolver: APIGatewayRestResolver,
    routes: Iterable[Route],
    find_audit: "Callable[[], RequestAudit]",
) -> None:
    """Let nobody through to a handler who has not what its route needs, or to one that changes
    something or shows secrets without its entries.

    It comes after whatever reads arguments, and so checks the very ones that the handler gets.
    """
    by_handler: Mapping[Callable[..., Any], Route] = {route.handler: route for route in routes}

    def check(
        app: ApiGatewayResolver, next_middleware: Callable[[ApiGatewayResolver], Response[Any]]
    ) -> Response[Any]:
        route = by_handler.get(app.context["_route"].func)
        # Powertools makes a route of its own for a path that has none: nothing is behind it, and
        # what is not in the table does not run.
        if route is None:
            raise RouteNotFoundError
        arguments = app.context["_route_args"]
        if not route.is_recorded(arguments):
            route.needs.check(arguments)
            return next_middleware(app)
        event = app.current_event.raw_event
        return find_audit().carry_out(route, arguments, event, lambda: next_middleware(app))

    resolver.use(middlewares=[check])
