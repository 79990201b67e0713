"""One request in, one answer out: what API Gateway does between a client and a function."""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from hoist.clock import Clock
from hoist.errors import HoistError
from local.front.compression import packed, unpacked
from local.front.errors import (
    EventTooLargeError,
    FunctionMissingError,
    FunctionTimedOutError,
    FunctionUnavailableError,
    RequestRefusedError,
)
from local.front.event import proxy_event
from local.front.http_messages import Answer, Request
from local.front.invoker import Invoker
from local.front.limits import Limits
from local.front.proxy_answer import answer_of
from local.front.request_context import ApiIdentity, request_context

# Answered by the front itself, without a call of the function.
HEALTH_PATH = "/_front/health"
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

_JSON = ("Content-Type", "application/json")

log = logging.getLogger(__name__)


class Iam(Protocol):
    """Knows which requests must be signed, and by whom they are."""

    def identity(self, request: Request, *, now: datetime) -> Mapping[str, str]:
        """What the event says of who signed the request; nothing if it need not be signed.

        Raises RequestRefusedError for one that must be and is not.
        """
        ...


class OpenToAll:
    """Implements Iam where nothing has to be signed: nobody is ever said to have signed."""

    def identity(self, request: Request, *, now: datetime) -> Mapping[str, str]:
        return {}


class Gateway:
    """Answers requests of one API by one function."""

    def __init__(
        self,
        invoker: Invoker,
        api: ApiIdentity,
        *,
        port: int,
        clock: Clock,
        limits: Limits,
        iam: Iam,
    ) -> None:
        self._invoker = invoker
        self._iam = iam
        self._api = api
        self._port = port
        self._clock = clock
        self._limits = limits

    def answer(self, request: Request) -> Answer:
        """The function's answer, or what API Gateway says when there is none; never raises."""
        if request.raw_path == HEALTH_PATH:
            return message(HTTPStatus.OK, "ok")
        if request.head.method not in METHODS:
            return _METHOD_NOT_KNOWN
        now = self._clock.now()
        context = request_context(request, self._api, now=now)
        answer = self._called(request, context, now)
        answer = replace(
            answer, headers=(*answer.headers, ("x-amzn-RequestId", context["requestId"]))
        )
        return packed(answer, request.head, from_bytes=self._limits.compressed_from_bytes)

    def _called(self, request: Request, context: dict[str, Any], now: datetime) -> Answer:
        try:
            context["identity"] |= self._iam.identity(request, now=now)
            body = unpacked(request.body, request.head, most_bytes=self._limits.body_bytes)
            event = proxy_event(request, body, context, port=self._port)
            return answer_of(self._invoker.invoke(event), most_bytes=self._limits.answer_bytes)
        except HoistError as error:
            if not isinstance(error, RequestRefusedError):
                log.warning("call_failed request_id=%s: %s", context["requestId"], error)
            return refusal(error)
        except Exception:
            log.exception("front_failed request_id=%s", context["requestId"])
            return _MASKED


def refusal(error: HoistError) -> Answer:
    """What the client is told of an error: what it can act on, and nothing of the inside."""
    match error:
        case RequestRefusedError():
            return message(error.status, error.message)
        case EventTooLargeError():
            return message(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Too Long")
        case FunctionTimedOutError():
            return message(HTTPStatus.GATEWAY_TIMEOUT, "Endpoint request timed out")
        case FunctionMissingError() | FunctionUnavailableError():
            return message(HTTPStatus.SERVICE_UNAVAILABLE, f"{error.message}: {error.way_out}")
    return _MASKED


def message(status: HTTPStatus, text: str) -> Answer:
    """An answer of the front's own."""
    told: dict[str, str | int] = {"message": text}
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # By this the Pulumi CLI knows that it may send what it has in smaller parts.
        told["code"] = int(status)
    return Answer(int(status), (_JSON,), json.dumps(told).encode())


_MASKED = message(HTTPStatus.BAD_GATEWAY, "Internal server error")
_METHOD_NOT_KNOWN = Answer(
    int(HTTPStatus.METHOD_NOT_ALLOWED),
    (_JSON, ("Allow", ", ".join(METHODS))),
    b'{"message": "this method is not known"}',
)
