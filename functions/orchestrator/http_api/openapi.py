"""The API's description: OpenAPI 3.1, made by Powertools from the routes and the models.

`python -m orchestrator.http_api.openapi docs/openapi.json` writes it.
"""

import inspect
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import (
    HTTPBase,
    HTTPBearer,
    SecurityScheme,
)

from hoist.access.errors import (
    AccessUnavailableError,
    RateLimitedError,
    TokenExpiredError,
    TokenInvalidError,
    TokenMissingError,
    TokenUnknownError,
)
from hoist.errors import HoistError
from orchestrator.audit.errors import AuditBusyError, AuditDamagedError
from orchestrator.estate import Estate
from orchestrator.http_api.errors import (
    BodyTooLargeError,
    ContentTypeError,
    RequestInvalidError,
)
from orchestrator.http_api.messages import answers
from orchestrator.http_api.needs import WithIam
from orchestrator.http_api.problems import CONTENT_TYPE, INTERNAL, status_of
from orchestrator.http_api.resolvers import changing_routes, reading_routes, register
from orchestrator.http_api.routes import Route
from orchestrator.state.errors import BadRequestError, StoreUnavailableError

VERSION = "1"
_OF_EVERY_ROUTE = (
    RequestInvalidError,
    BadRequestError,
    TokenMissingError,
    TokenInvalidError,
    TokenUnknownError,
    TokenExpiredError,
    AccessUnavailableError,
    StoreUnavailableError,
)
_OF_CHANGES = (RateLimitedError, AuditBusyError, AuditDamagedError)
_OF_BODIES = (BodyTooLargeError, ContentTypeError)
_TOKEN, _IAM = "token", "iam"
_SCHEMES: dict[str, SecurityScheme] = {
    _TOKEN: HTTPBearer(bearerFormat="hoist_<id>_<secret>"),
    _IAM: HTTPBase(scheme="AWS4-HMAC-SHA256", description="Signature Version 4"),
}
# Powertools' own answers to what is wrong, which none of our routes gives.
_NOT_OURS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def routes() -> Sequence[Route]:
    """Every route that answers."""
    # No route touches the estate before it is asked.
    nowhere = cast(Estate, None)
    return (*reading_routes(nowhere), *changing_routes(nowhere))


@cache
def description() -> str:
    """The document as JSON text; the same code always gives the same."""
    resolver = APIGatewayRestResolver()
    register(resolver, routes(), _described)
    schema = resolver.get_openapi_json_schema(
        title="Hoist",
        version=VERSION,
        description="Runs Pulumi operations for a team. Everything but `POST /v1/tokens` is asked"
        " for with a token.",
        security_schemes=_SCHEMES,
    )
    document = json.loads(schema)
    for name in _NOT_OURS:
        document["components"]["schemas"].pop(name, None)
    return json.dumps(document, indent=2) + "\n"


def _described(route: Route) -> Mapping[str, Any]:
    return {
        "summary": _sentence(route.handler),
        "description": route.needs.told,
        "security": [{_IAM if isinstance(route.needs, WithIam) else _TOKEN: []}],
        "responses": {route.status: _answer(route), **dict(_refusals(route))},
    }


def _answer(route: Route) -> dict[str, Any]:
    phrase = HTTPStatus(route.status).phrase
    if not route.answer:
        return {"description": phrase, "content": {}}
    model = getattr(answers, route.answer)
    return {"description": phrase, "content": {"application/json": {"model": model}}}


def _refusals(route: Route) -> Iterator[tuple[int, dict[str, Any]]]:
    told: dict[int, list[str]] = defaultdict(list)
    of_the_route = (*_of_its_kind(route), *route.needs.refusals, *route.refusals)
    refusals: Sequence[type[HoistError]] = (*_OF_EVERY_ROUTE, *of_the_route)
    for kind in refusals:
        told[int(status_of(kind))].append(f"`{kind.code}`: {_sentence(kind)}")
    internal = int(status_of(HoistError))
    told[internal].append(f"`{INTERNAL}`: Something inside Hoist broke.")
    for status in sorted(told):
        problem = {CONTENT_TYPE: {"model": answers.Problem}}
        yield status, {"description": "\n".join(told[status]), "content": problem}


def _of_its_kind(route: Route) -> Iterator[type[HoistError]]:
    if "body" in inspect.signature(route.handler).parameters:
        yield from _OF_BODIES
    if route.changes_something:
        yield from _OF_CHANGES


def _sentence(told: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(told) or "").partition("\n")[0]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description())
