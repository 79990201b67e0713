"""Invokes that do not come to an answer."""

import socket
from collections.abc import Iterator

import pytest

from front_functions import create_function
from hoist.aws import Aws
from local.emulator_health import free_port
from local.front.errors import (
    EventTooLargeError,
    FunctionMissingError,
    FunctionTimedOutError,
    FunctionUnavailableError,
)
from local.front.lambda_invoker import LambdaInvoker
from local.settings import LocalSettings


def invoker_at(port: int, *, answer_timeout_seconds: float = 20) -> LambdaInvoker:
    settings = LocalSettings.of_this_process().aws_settings(f"http://127.0.0.1:{port}")
    client = Aws(settings).lambda_functions(answer_timeout_seconds=answer_timeout_seconds)
    return LambdaInvoker(client, "f")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Where somebody takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        yield port


def test_nobody_there() -> None:
    """A local AWS that is down makes the function unavailable, and says what to do."""
    with pytest.raises(FunctionUnavailableError, match="does not answer") as caught:
        invoker_at(free_port()).invoke({"path": "/"})
    assert "hoist local up" in caught.value.way_out


def test_no_answer_in_time(silent_port: int) -> None:
    """A function that is silent for too long has timed out; it is not invoked a second time."""
    with pytest.raises(FunctionTimedOutError):
        invoker_at(silent_port, answer_timeout_seconds=0.1).invoke({"path": "/"})


def test_an_event_above_the_limit(silent_port: int) -> None:
    """An event that Lambda would not take is refused before it is sent."""
    invoker = invoker_at(silent_port)

    with pytest.raises(EventTooLargeError, match="6291456"):
        invoker.invoke({"body": "a" * 6 * 1024 * 1024})


@pytest.mark.emulator
def test_no_such_function(aws: Aws) -> None:
    """A function that was not deployed is missing, and the way out deploys it."""
    with pytest.raises(FunctionMissingError, match="no function absent") as caught:
        LambdaInvoker(aws.lambda_functions(), "absent").invoke({"path": "/"})
    assert "hoist local deploy" in caught.value.way_out


@pytest.mark.emulator
def test_a_refused_invoke(aws: Aws) -> None:
    """A function that may not run just now is unavailable, for a reason that AWS has named."""
    client = aws.lambda_functions()
    create_function(client, "closed")
    client.put_function_concurrency(FunctionName="closed", ReservedConcurrentExecutions=0)

    with pytest.raises(FunctionUnavailableError, match="TooManyRequestsException"):
        LambdaInvoker(client, "closed").invoke({"path": "/"})
