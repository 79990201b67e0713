"""How a resolver tells what its routes raise, and what it notes of a request for the log."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import (
    ApiGatewayResolver,
    APIGatewayRestResolver,
    Response,
)
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)

from hoist.errors import HoistError
from orchestrator.http_api.answers import Answer, refused
from orchestrator.http_api.errors import (
    ContentTypeError,
    FieldFault,
    RequestInvalidError,
    RouteNotFoundError,
)
from orchestrator.http_api.problems import INTERNAL, headers_of, internal_problem, problem_of
from orchestrator.http_api.routes import Route

FACTS = "facts"
"""Where a resolver's context has the RequestFacts."""
_LONGEST_FIELD = 100

OnCrash = Callable[[Exception, str], None]
"""Hears of an error that nobody has thought of, and of the request's id."""


@dataclass(slots=True)
class RequestFacts:
    """What the log tells of a request, found out on its way."""

    request_id: str
    route: str = ""
    """Its pattern: what stands in the place of a part may be anything."""
    code: str = ""
    token_id: str = ""


def tell_problems(
    resolver: APIGatewayRestResolver, routes: Iterable[Route], *, on_crash: OnCrash
) -> None:
    """Have the resolver answer whatever is raised with a problem, and note the facts."""
    patterns: dict[Callable[..., Any], str] = {route.handler: route.path for route in routes}

    def facts() -> RequestFacts:
        noted: RequestFacts = resolver.context[FACTS]
        # Powertools makes a route of its own for a path that has none.
        noted.route = patterns.get(resolver.context["_route"].func, "")
        return noted

    def note(
        app: ApiGatewayResolver, next_middleware: Callable[[ApiGatewayResolver], Response[Any]]
    ) -> Response[Any]:
        facts()
        return next_middleware(app)

    def tell(error: HoistError) -> Answer:
        facts().code = error.code
        return refused(problem_of(error), headers_of(error))

    def tell_crash(error: Exception) -> Answer:
        noted = facts()
        noted.code = INTERNAL
        on_crash(error, noted.request_id)
        return refused(internal_problem(noted.request_id), {})

    resolver.use(middlewares=[note])
    resolver.exception_handler(HoistError)(tell)
    resolver.exception_handler(NotFoundError)(lambda _: tell(RouteNotFoundError()))
    resolver.exception_handler(RequestValidationError)(lambda error: tell(_request_error(error)))
    resolver.exception_handler(RequestUnsupportedContentType)(lambda _: tell(ContentTypeError()))
    resolver.exception_handler(Exception)(tell_crash)


def _request_error(error: RequestValidationError) -> RequestInvalidError:
    faults = [_fault(found["loc"], found["msg"]) for found in error.errors()]
    return RequestInvalidError("the request is not as it must be", faults=faults)


def _fault(place: Sequence[str | int], message: str) -> FieldFault:
    # A name that is not known may have any length.
    return FieldFault(".".join(map(str, place))[:_LONGEST_FIELD], message)
