"""The one check before every handler."""

import pytest
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver

from access_sites import authority, grant
from api_estate import InMemoryEstate
from api_requests import proxy_event
from hoist.access.permissions import Permission
from orchestrator.http_api.answers import Answer, nothing_to_tell
from orchestrator.http_api.callers import authority as present_authority
from orchestrator.http_api.callers import on_behalf_of
from orchestrator.http_api.errors import RouteNotFoundError
from orchestrator.http_api.gate import guard
from orchestrator.http_api.needs import OnWantedStack, Somewhere
from orchestrator.http_api.recording import RequestAudit
from orchestrator.http_api.routes import Route


def test_what_is_not_in_the_table_does_not_run() -> None:
    """A handler that was put into a resolver past the table is as one that is not there."""
    ran: list[str] = []

    def known() -> Answer:
        ran.append("known")
        return nothing_to_tell()

    def smuggled() -> Answer:
        ran.append("smuggled")
        return nothing_to_tell()

    resolver = APIGatewayRestResolver()
    route = Route("GET", "/known", known, Somewhere(Permission.READ))
    guard(resolver, [route], lambda: RequestAudit(InMemoryEstate()))
    resolver.get("/known")(known)
    resolver.get("/smuggled")(smuggled)

    with on_behalf_of(authority(grant("admin"))):
        assert resolver.resolve(proxy_event("GET", "/known"), {})["statusCode"] == 204  # type: ignore[arg-type]
        with pytest.raises(RouteNotFoundError):
            resolver.resolve(proxy_event("GET", "/smuggled"), {})  # type: ignore[arg-type]

    assert ran == ["known"]


def test_a_route_that_names_no_stack_lets_nobody_in() -> None:
    """A permission on a stack that nobody has named is nobody's."""
    with on_behalf_of(authority(grant("admin"))), pytest.raises(RouteNotFoundError):
        OnWantedStack(Permission.OPERATE).check({})


def test_nobody_asks_when_no_request_is_under_way() -> None:
    """What was found out about one caller is never taken for another."""
    with on_behalf_of(authority(grant("admin"))):
        assert present_authority().person == "ada"

    with pytest.raises(LookupError):
        present_authority()
