"""Pulumi clients of the REST API: single calls of the protocol, and a CLI behind a real front."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api_estate import InMemoryEstate
from api_requests import proxy_event
from hoist.access.grants import Grant
from hoist.access.tokens import AccessToken
from local.front.errors import EventTooLargeError
from local.front.handler_invoker import HandlerInvoker
from local.front.invoker import Invocation
from local.front.limits import EVENT_BYTES
from local.front.server import FrontServer
from orchestrator.http_api.door import Handler, make_app
from orchestrator.state.names import StackName
from orchestrator.state.protocol.http import Answer, Request
from protocol_client import ProtocolClient

DEV, OTHER, MISSING = StackName("shop", "dev"), StackName("web", "dev"), StackName("web", "none")
DOMAIN = "abc.execute-api.eu-north-1.amazonaws.com"


def pulumi_event(request: Request, *, stage: str = "") -> dict[str, Any]:
    """The request as API Gateway hands it to the function, by way of its own domain."""
    event = proxy_event(
        request.method,
        request.path,
        query=request.query,
        headers=request.headers,
        body=request.body.decode() or None,
    )
    context = event["requestContext"]
    whole = stage + request.path
    return {**event, "requestContext": {**context, "domainName": DOMAIN, "path": whole}}


def sending_to(app: Handler, *, stage: str = "") -> Callable[[Request], Answer]:
    """Sends a client's requests to an app, and takes its answers."""

    def send(request: Request) -> Answer:
        answer = app(pulumi_event(request, stage=stage), None)
        return Answer(answer["statusCode"], answer["body"].encode())

    return send


def pulumi_client(
    estate: InMemoryEstate, token: AccessToken | None = None, *, name: StackName = DEV
) -> ProtocolClient:
    """The client of whoever has the token; without one, of somebody who may do anything."""
    text = (token or estate.admin).text.reveal()
    return ProtocolClient(sending_to(make_app(estate, log=estate.log)), name, token=text)


def client_of(
    estate: InMemoryEstate, person: str, *grants: Grant, name: StackName = DEV
) -> ProtocolClient:
    """The client of a person who has been given these."""
    return pulumi_client(estate, estate.token_of(person, *grants), name=name)


def called(
    estate: InMemoryEstate, method: str, path: str, *, headers: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """The answer, as the gateway gets it, to a call by somebody who may do anything."""
    authorization = {"authorization": f"token {estate.admin.text.reveal()}"}
    request = Request(method, path, {}, {**authorization, **(headers or {})})
    return make_app(estate, log=estate.log)(pulumi_event(request), None)


class SizedInvoker:
    """Calls a handler, and takes no larger events than Lambda does."""

    def __init__(self, handler: Handler) -> None:
        self._inner = HandlerInvoker(handler)
        self.refused = 0

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        size = len(json.dumps(event, ensure_ascii=False).encode())
        if size > EVENT_BYTES:
            self.refused += 1
            raise EventTooLargeError(size, EVENT_BYTES)
        return self._inner.invoke(event)


@dataclass(frozen=True, slots=True)
class ServedEstate:
    """An installation that a CLI can log in to."""

    estate: InMemoryEstate
    url: str
    invoker: SizedInvoker

    def backend_of(self, token: AccessToken) -> dict[str, str]:
        """The environment of a CLI of whoever has the token."""
        return {"PULUMI_BACKEND_URL": self.url, "PULUMI_ACCESS_TOKEN": token.text.reveal()}


@contextmanager
def served_estate() -> Iterator[ServedEstate]:
    """A fresh one behind the front, until the block ends."""
    estate = InMemoryEstate()
    invoker = SizedInvoker(make_app(estate, log=estate.log))
    with FrontServer(invoker) as front:
        yield ServedEstate(estate, front.url, invoker)
