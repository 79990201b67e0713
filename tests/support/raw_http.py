"""HTTP by hand, for requests that no HTTP library would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from orchestrator.state.loopback import LOOPBACK, LoopbackServer
from orchestrator.state.protocol.http import Answer, Request

# A server that neither answers nor closes in this time does neither.
PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def closes(self) -> bool:
        return self.headers.get("connection") == "close"


class RawConnection:
    """One connection: sends bytes as they are, reads answers one by one."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((LOOPBACK, port), timeout=PATIENCE_SECONDS)
        self._reader = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def end_sending(self) -> None:
        """No more will be sent; answers are still read."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self, *, has_body: bool = True) -> RawAnswer | None:
        """The next answer; None if the server closed in place of one."""
        try:
            status_line = self._reader.readline()
            if not status_line:
                return None
            headers = dict(self._headers())
            length = int(headers["content-length"]) if has_body else 0
            return RawAnswer(int(status_line.split()[1]), headers, self._reader.read(length))
        except ConnectionError:
            return None

    def is_closed(self) -> bool:
        """Whether the server has closed; waits for it."""
        try:
            return self._reader.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._reader.close()
        self._socket.close()

    def _headers(self) -> Iterator[tuple[str, str]]:
        while (line := self._reader.readline()) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            yield name.lower(), value.strip()


@contextmanager
def connected(server: LoopbackServer) -> Iterator[RawConnection]:
    """A connection until the block ends."""
    connection = RawConnection(server.server_port)
    try:
        yield connection
    finally:
        connection.close()


def request_bytes(
    server: LoopbackServer,
    method: str = "GET",
    path: str = "/api/user",
    *,
    body: bytes | None = None,
    **headers: str,
) -> bytes:
    """A proper request; a header named like `Content_Length` replaces the proper one."""
    all_headers = {"Host": f"{LOOPBACK}:{server.server_port}"}
    if body is not None:
        all_headers["Content-Length"] = str(len(body))
    all_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + (body or b"")


def send_over(server: LoopbackServer, request: Request) -> Answer:
    """What an App's `handle` does, by way of the server and a connection of its own."""
    query = f"?{urlencode(request.query)}" if request.query else ""
    headers = {name.title().replace("-", "_"): value for name, value in request.headers.items()}
    with connected(server) as connection:
        connection.send(
            request_bytes(
                server, request.method, request.path + query, body=request.body, **headers
            )
        )
        answer = connection.answer(has_body=request.method != "HEAD")
    assert answer is not None
    return Answer(answer.status, answer.body)
