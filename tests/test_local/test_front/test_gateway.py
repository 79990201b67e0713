"""Requests in, answers out, and what is said when there is no answer."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from front_client import RecordingHandler
from hoist.clock import FixedClock
from local.front.errors import (
    EventTooLargeError,
    FunctionMissingError,
    FunctionTimedOutError,
    FunctionUnavailableError,
)
from local.front.gateway import HEALTH_PATH, METHODS, Gateway, OpenToAll
from local.front.handler_invoker import HandlerInvoker
from local.front.head import RequestHead
from local.front.http_messages import Answer, Request
from local.front.invoker import Invocation, Invoker
from local.front.limits import Limits
from local.front.request_context import ApiIdentity

CLOCK = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class FailingInvoker:
    """An invoker that never gets as far as an answer."""

    error: Exception

    def invoke(self, event: Mapping[str, Any]) -> Invocation:
        raise self.error


def ask(
    invoker: Invoker,
    *headers: tuple[str, str],
    method: str = "POST",
    target: str = "/v1/stacks",
    body: bytes = b"",
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Answer:
    api = ApiIdentity("127.0.0.1:4000")
    gateway = Gateway(invoker, api, port=4000, clock=CLOCK, limits=limits, iam=OpenToAll())
    return gateway.answer(Request(RequestHead(method, target, "HTTP/1.1", headers), body, "::1"))


def message(answer: Answer) -> tuple[int, str]:
    assert answer.header("content-type") == "application/json"
    return answer.status, json.loads(answer.body)["message"]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_reaches_the_function(method: str) -> None:
    """The function is called with the request and its answer is given back, with an id."""
    handler = RecordingHandler()

    answer = ask(HandlerInvoker(handler), method=method)

    assert (answer.status, answer.body) == (200, b"done")
    assert handler.event["httpMethod"] == method
    assert answer.header("x-amzn-requestid") == handler.event["requestContext"]["requestId"]
    assert handler.event["requestContext"]["requestTimeEpoch"] == 1767225600000


def test_unknown_methods_do_not() -> None:
    """A method that API Gateway does not know is refused; the answer lists those that it does."""
    handler = RecordingHandler()

    answer = ask(HandlerInvoker(handler), method="BREW")

    assert (answer.status, handler.events) == (405, [])
    assert (answer.header("allow") or "").split(", ") == list(METHODS)


def test_packed_bodies_are_unpacked_for_the_function() -> None:
    """The function gets the text that was packed, and no word of the packing."""
    handler = RecordingHandler()
    headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]

    ask(HandlerInvoker(handler), *headers, body=gzip.compress(b'{"entries": []}'))

    assert (handler.event["body"], handler.event["isBase64Encoded"]) == ('{"entries": []}', False)
    assert "Content-Encoding" not in handler.event["headers"]


def test_long_answers_are_packed_for_the_client() -> None:
    """A client that takes gzip gets a long answer packed."""
    handler = RecordingHandler({"body": "a" * 5000})

    answer = ask(HandlerInvoker(handler), ("Accept-Encoding", "gzip"))

    assert answer.header("content-encoding") == "gzip"
    assert gzip.decompress(answer.body) == b"a" * 5000


def test_a_bomb_is_refused() -> None:
    """A body that unpacks to more than a body may be is refused as if it had been sent so."""
    handler = RecordingHandler()
    bomb = gzip.compress(b"a" * 10_001)

    answer = ask(
        HandlerInvoker(handler),
        ("Content-Encoding", "gzip"),
        body=bomb,
        limits=Limits(body_bytes=10_000),
    )

    assert message(answer) == (413, "HTTP content length exceeded 10000 bytes.")
    assert handler.events == []


def test_a_failed_function_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    """The client learns nothing of an exception; the log has its class and the request's id."""

    def handler(event: object, context: object) -> None:
        raise LookupError("the secret is 42")

    answer = ask(HandlerInvoker(handler))

    assert message(answer) == (502, "Internal server error")
    [line] = [record.getMessage() for record in caplog.records if "call_failed" in record.msg]
    assert "LookupError" in line
    assert "the secret" not in line
    assert (answer.header("x-amzn-requestid") or "-") in line


@pytest.mark.parametrize("returned", [None, {"status": 200}, {"body": "a" * 20_000}])
def test_malformed_answers_are_masked(returned: object) -> None:
    """What is no proxy answer, or is too long for one, is an internal error."""
    answer = ask(HandlerInvoker(RecordingHandler(returned)), limits=Limits(answer_bytes=20_000))

    assert message(answer) == (502, "Internal server error")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EventTooLargeError(7, 6), (413, "Request Too Long")),
        (FunctionTimedOutError("f"), (504, "Endpoint request timed out")),
        (
            FunctionMissingError("f"),
            (
                503,
                "the local AWS has no function f: deploy Hoist onto it with `hoist local deploy`",
            ),
        ),
        (
            FunctionUnavailableError("f", "it does not answer"),
            (
                503,
                "the local AWS could not invoke f (it does not answer):"
                " see `hoist local status`; start it with `hoist local up`",
            ),
        ),
        (RuntimeError("inner workings"), (502, "Internal server error")),
    ],
)
def test_what_is_said_when_there_is_no_answer(error: Exception, told: tuple[int, str]) -> None:
    """Each way of getting no answer has its status and its words, those of API Gateway's own."""
    assert message(ask(FailingInvoker(error))) == told


def test_health_is_the_fronts_own() -> None:
    """Whether the front is well is answered without the function."""
    answer = ask(FailingInvoker(RuntimeError()), method="GET", target=HEALTH_PATH)

    assert message(answer) == (200, "ok")
