"""Powertools' resolvers, and the routes in them.

There are two, since the one that checks bodies loads pydantic, and most cold starts only read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver

from orchestrator.estate import Estate
from orchestrator.http_api.gate import guard
from orchestrator.http_api.proxy_event import json_object
from orchestrator.http_api.query import read_query
from orchestrator.http_api.routes import Route
from orchestrator.http_api.telling import OnCrash, tell_problems

if TYPE_CHECKING:
    from orchestrator.http_api.recording import RequestAudit


def reading_routes(estate: Estate) -> Sequence[Route]:
    from orchestrator.http_api.reading.audit import AuditReads
    from orchestrator.http_api.reading.config import ConfigReads
    from orchestrator.http_api.reading.conflicts import ConflictReads
    from orchestrator.http_api.reading.description import DescriptionReads
    from orchestrator.http_api.reading.runs import RunReads
    from orchestrator.http_api.reading.stacks import StackReads
    from orchestrator.http_api.reading.state import StateReads
    from orchestrator.http_api.reading.tokens import TokenReads

    resources = (
        StackReads,
        ConfigReads,
        StateReads,
        ConflictReads,
        RunReads,
        TokenReads,
        AuditReads,
    )
    of_the_estate = [route for kind in resources for route in kind(estate).routes()]
    return (*of_the_estate, *DescriptionReads().routes())


def changing_routes(estate: Estate) -> Sequence[Route]:
    from orchestrator.http_api.changing.config import ConfigChanges
    from orchestrator.http_api.changing.conflicts import ConflictChanges
    from orchestrator.http_api.changing.programs import ProgramChanges
    from orchestrator.http_api.changing.runs import RunChanges
    from orchestrator.http_api.changing.stacks import StackChanges
    from orchestrator.http_api.changing.tokens import TokenChanges

    resources = (
        StackChanges,
        ConfigChanges,
        ConflictChanges,
        ProgramChanges,
        RunChanges,
        TokenChanges,
    )
    return [route for kind in resources for route in kind(estate).routes()]


def reading_resolver(estate: Estate, *, on_crash: OnCrash) -> APIGatewayRestResolver:
    resolver = APIGatewayRestResolver()
    routes = reading_routes(estate)
    tell_problems(resolver, routes, on_crash=on_crash)
    resolver.use(middlewares=[read_query])
    guard(resolver, routes, _audit_over(estate))
    register(resolver, routes)
    return resolver


def changing_resolver(estate: Estate, *, on_crash: OnCrash) -> APIGatewayRestResolver:
    resolver = APIGatewayRestResolver(enable_validation=True, json_body_deserializer=json_object)
    routes = changing_routes(estate)
    tell_problems(resolver, routes, on_crash=on_crash)
    guard(resolver, routes, _audit_over(estate))
    register(resolver, routes)
    return resolver


def _audit_over(estate: Estate) -> "Callable[[], RequestAudit]":
    @cache
    def find() -> "RequestAudit":
        # Most reads need none.
        from orchestrator.http_api.recording import RequestAudit

        return RequestAudit(estate)

    return find


def register(
    resolver: APIGatewayRestResolver,
    routes: Iterable[Route],
    describe: Callable[[Route], Mapping[str, Any]] = lambda route: {},
) -> None:
    """Put the routes in; `describe` adds what only the API's description needs."""
    for route in routes:
        resolver.route(
            route.path,
            method=route.method,
            operation_id=route.name,
            status_code=route.status,
            **describe(route),
        )(route.handler)
