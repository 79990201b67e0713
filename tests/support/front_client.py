"""A front for tests: handlers in this process behind it, and raw requests before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.front.handler_invoker import Handler, HandlerInvoker
from local.front.limits import Limits
from local.front.server import FrontServer
from raw_http import RawAnswer, RawConnection

OK = {"statusCode": 200, "body": "done"}


@dataclass(slots=True)
class RecordingHandler:
    """A handler that keeps each event and always answers the same."""

    answer: Any = field(default_factory=lambda: OK)
    events: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, event: dict[str, Any], context: object) -> Any:
        self.events.append(event)
        return self.answer

    @property
    def event(self) -> dict[str, Any]:
        """The one event; fails the test if there were more or none."""
        [event] = self.events
        return event


@contextmanager
def serving(handler: Handler, *, limits: Limits = Limits()) -> Iterator[FrontServer]:  # noqa: B008 - frozen
    """A front before the handler, until the block ends."""
    with FrontServer(HandlerInvoker(handler), limits=limits) as server:
        yield server


def request_bytes(
    server: FrontServer,
    method: str = "GET",
    target: str = "/v1/stacks",
    *headers: tuple[str, str],
    body: bytes = b"",
) -> bytes:
    """A proper request; a header of the framing or `Host` among `headers` replaces the proper one.

    What is to stay away altogether is given with an empty value.
    """
    proper = {"Host": f"127.0.0.1:{server.port}"}
    if body:
        proper["Content-Length"] = str(len(body))
    given = {name for name, _ in headers}
    lines = [*((name, value) for name, value in proper.items() if name not in given), *headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines if value)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


@contextmanager
def connected(server: FrontServer) -> Iterator[RawConnection]:
    """A connection until the block ends."""
    connection = RawConnection(server.port)
    try:
        yield connection
    finally:
        connection.close()


def answer_to(server: FrontServer, data: bytes, *, has_body: bool = True) -> RawAnswer:
    """The answer to these bytes, on a connection of their own."""
    with connected(server) as connection:
        connection.send(data)
        answer = connection.answer(has_body=has_body)
    assert answer is not None
    return answer
