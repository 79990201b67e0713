"""The contract of the two invokers: the same function, in this process and on the emulator."""

import json

import pytest

from contract_function import handle
from local.front.event import proxy_event
from local.front.handler_invoker import HandlerInvoker
from local.front.head import RequestHead
from local.front.http_messages import Request
from local.front.invoker import Invoker

FUNCTION = "contract"


@pytest.fixture(params=["handler", pytest.param("lambda", marks=pytest.mark.emulator)])
def invoker(request: pytest.FixtureRequest) -> Invoker:
    if request.param == "handler":
        return HandlerInvoker(handle, function_name=FUNCTION)
    found: Invoker = request.getfixturevalue("lambda_invoker")
    return found


def test_the_event_arrives_and_the_answer_comes_back(invoker: Invoker) -> None:
    """The function sees the event as it was, other than ASCII included."""
    head = RequestHead("PUT", "/gr%C3%BC%C3%9Fe?a=1&a=2", "HTTP/1.1", (("A", "b"), ("a", "\xe9")))
    request = Request(head, b"\xff", "127.0.0.1")
    event = proxy_event(request, request.body, {"requestId": "r"}, port=1)

    invocation = invoker.invoke(event)

    assert invocation.function_error is None
    answer = json.loads(invocation.payload)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, event)


def test_a_function_that_raises(invoker: Invoker) -> None:
    """An exception is a failed invocation that names its class, not an error of the invoker's."""
    invocation = invoker.invoke({"path": "/fail"})

    assert invocation.function_error == "Unhandled"
    told = json.loads(invocation.payload)
    assert (told["errorType"], told["errorMessage"]) == ("LookupError", "a private reason")
    assert {"stackTrace", "requestId"} <= told.keys()


def test_an_answer_that_is_no_json(invoker: Invoker) -> None:
    """What cannot be written as JSON is a failed invocation."""
    assert invoker.invoke({"path": "/unserialisable"}).function_error == "Unhandled"


def test_the_function_goes_on_after_a_failure(invoker: Invoker) -> None:
    """A failed invocation does not spoil the next."""
    invoker.invoke({"path": "/fail"})

    assert invoker.invoke({"path": "/"}).function_error is None


def test_the_context(invoker: Invoker) -> None:
    """The function's context knows its name, its request and its time."""
    invocation = invoker.invoke({"path": "/context"})

    assert json.loads(json.loads(invocation.payload)["body"]) == {
        "function": FUNCTION,
        "version": "$LATEST",
        "has_id": True,
        "arn_ends_with_name": True,
        "memory": 512,
        "has_time": True,
    }
